"""What every request finds in `request.state`, and the name it goes by in the log."""

from collections.abc import Mapping
from typing import Any, TypedDict

from rota.graphql.planning.execution import Interpreter
from rota.http.draining import Draining
from rota.http.request_metrics import RequestMetrics
from rota.http.sockets import OpenSockets
from rota.platform.resources import Resources
from rota.platform.unit_of_work import Rules

SIGNED_IN = "rota.signed_in"


class State(TypedDict):
    """`schema_head` is the migration that this release needs."""

    resources: Resources
    rules: Rules
    interpreter: Interpreter
    sockets: OpenSockets
    request_metrics: RequestMetrics
    draining: Draining
    schema_head: str


def request_id(scope: Mapping[str, Any]) -> str:
    """Given out by the outermost layer; an INTERNAL error names it."""
    return str(scope["rota.request_id"])


def note_signed_in(scope: Mapping[str, Any]) -> None:
    """Whoever has signed in is no longer counted among the unknown of its address."""
    if tell := scope.get(SIGNED_IN):
        tell()
