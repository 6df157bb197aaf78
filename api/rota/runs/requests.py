"""Each request of a run to its vendor, as it is kept with the event that it led to: of its messages
only those that the request before it did not have."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rota.inference.modes import OutputMode
from rota.inference.prompt import Message
from rota.inference.watching import Exchange
from rota.platform.kernel.errors import Issue

_MOMENTS = ("started_at", "first_token_at", "finished_at")


@dataclass(frozen=True, kw_only=True)
class RunRequest:
    """As it is shown, with all its messages."""

    attempt: int
    position: int
    messages: Sequence[Message]
    output_mode: OutputMode
    schema: Any
    text: str | None
    issues: list[dict[str, Any]]
    finish_reason: str | None
    input_tokens: int | None
    output_tokens: int | None
    cached_tokens: int | None
    thoughts: str | None
    started_at: datetime
    first_token_at: datetime | None
    finished_at: datetime | None


def kept(exchange: Exchange, attempt: int, before: Sequence[Message]) -> dict[str, Any]:
    """As JSON; `before` are the messages of the request before it, whichever claim sent it."""
    repeated = 0
    for one, other in zip(exchange.messages, before, strict=False):
        if one != other:
            break
        repeated += 1
    record = dict(vars(exchange))
    record["messages"] = exchange.messages[repeated:]
    record["issues"] = described(exchange.issues)
    for name in _MOMENTS:
        if moment := record[name]:
            record[name] = moment.isoformat()
    return {"attempt": attempt, "repeated": repeated, **record}


def described(issues: Sequence[Issue]) -> list[dict[str, Any]]:
    return [{"path": list(issue.path), "message": issue.message} for issue in issues]


def read(rows: Sequence[dict[str, Any]]) -> list[RunRequest]:
    """First to last, from the `requests` of events."""
    requests: list[RunRequest] = []
    before: list[Message] = []
    records = (record for row in rows for record in row["requests"])
    for position, record in enumerate(records, start=1):
        values = dict(record)
        before = before[: values.pop("repeated")] + values.pop("messages")
        for name in _MOMENTS:
            values[name] = values[name] and datetime.fromisoformat(values[name])
        values["output_mode"] = OutputMode(values["output_mode"])
        requests.append(RunRequest(position=position, messages=before, **values))
    return requests
