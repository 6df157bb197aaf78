"""What a client asks to be executed: its shape, the same over HTTP and on a socket."""

from dataclasses import dataclass
from typing import Any

from graphql import ExecutionResult

from rota.graphql.planning.limits import MAX_CHARACTERS
from rota.platform.kernel.errors import BadRequest

NO_OPERATION = (
    "The document has no such operation. Where it has several, name one in `operationName`."
)


class PersistedQueryNotSupported(BadRequest):
    """A client sent a hash in place of its document, to try. In the protocol's own words it sends
    the document next."""

    def __init__(self) -> None:
        super().__init__("PersistedQueryNotSupported")


@dataclass(frozen=True)
class Operation:
    query: str
    variables: dict[str, Any] | None
    name: str | None


def read_operation(content: Any) -> Operation:
    """Raises BadRequest."""
    if isinstance(content, list):
        raise BadRequest("Operations come one at a time; an array of them is not taken.")
    if not isinstance(content, dict):
        raise BadRequest("An operation is a JSON object with a `query`.")
    query, variables = content.get("query"), content.get("variables")
    name, extensions = content.get("operationName"), content.get("extensions")
    if not query and isinstance(extensions, dict) and extensions.get("persistedQuery") is not None:
        raise PersistedQueryNotSupported
    if not isinstance(query, str) or not query:
        raise BadRequest("`query` must be the text of a GraphQL document.")
    if len(query) > MAX_CHARACTERS:
        raise BadRequest(
            f"A document has at most {MAX_CHARACTERS:,} characters. Send long values as variables."
        )
    if not isinstance(variables, dict | None):
        raise BadRequest("`variables` must be an object or null.")
    if not isinstance(name, str | None):
        raise BadRequest("`operationName` must be a text or null.")
    if not isinstance(extensions, dict | None):
        raise BadRequest("`extensions` must be an object or null.")
    return Operation(query, variables, name)


def is_refused(result: ExecutionResult) -> bool:
    """Whether nothing was executed: the document, its variables or a subscription's start or
    source was at fault. What fails inside an execution has a path."""
    errors = result.errors or []
    return bool(errors) and result.data is None and all(error.path is None for error in errors)
