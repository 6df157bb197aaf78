"""Folds what the slices bring into one schema."""

import strawberry

from rota.graphql.planning.schemas import build, joined
from rota.graphql.slice import GraphQLSlice
from rota.slices import brought

_BROUGHT = brought("schema", GraphQLSlice)
BATCH_READS = joined(one.batch_reads for one in _BROUGHT)


def build_schema() -> strawberry.Schema:
    return build(_BROUGHT)
