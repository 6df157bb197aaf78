"""What a slice brings to the schema; its schema.py names it SLICE."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rota.graphql.context import BatchRead
from rota.graphql.errors import ErrorTypes


@dataclass(frozen=True, kw_only=True)
class GraphQLSlice:
    """Roots are classes of fields. `types` are those that no field names, `errors` what its domain
    errors are shown as, and `batch_reads` what fields of any slice refer to by name."""

    query: type | None = None
    mutation: type | None = None
    subscription: type | None = None
    types: Sequence[type] = ()
    batch_reads: Mapping[str, BatchRead] = field(default_factory=dict)
    errors: ErrorTypes = field(default_factory=dict)
