"""What happens to a run, in GraphQL: its events, its usage, its failure."""

from datetime import datetime
from decimal import Decimal
from typing import Any, assert_never, cast

import strawberry

from rota.graphql.context import Info
from rota.graphql.errors import Issue
from rota.graphql.scalars import Json
from rota.inference.errors import RunErrorCode
from rota.inference.modes import OutputMode
from rota.platform.kernel.actor import Role
from rota.platform.storage.records import shown
from rota.runs import models as rows
from rota.runs.models import EventType


@strawberry.type(description="Why a run failed.")
class RunError:
    code: RunErrorCode = strawberry.field(description="The kind of failure.")
    message: str = strawberry.field(description="What happened and what to do about it.")
    issues: list[Issue] = strawberry.field(
        description="For OUTPUT_INVALID: what was wrong with the last answer."
    )
    run: strawberry.Private[rows.Run]

    @strawberry.field(
        description="The vendor's own words, at most 2,000 characters, secrets masked; null where "
        "it said nothing, and for a VIEWER."
    )
    async def vendor_message(self, info: Info) -> str | None:
        return self.run.vendor_message if info.context.actor.role >= Role.OPERATOR else None

    @classmethod
    def of(cls, run: rows.Run) -> "RunError":
        return cls(
            code=run.error_code,
            message=run.error_message or "",
            issues=issues_of(run.error_issues or []),
            run=run,
        )


@strawberry.type(description="What a run used; sums all its claims.")
class Usage:
    requests: int = strawberry.field(description="Requests to the model.")
    input_tokens: int = strawberry.field(description="Tokens sent.")
    output_tokens: int = strawberry.field(description="Tokens received.")
    cached_tokens: int | None = strawberry.field(
        description="Those of inputTokens that the vendor had cached; null where it never said."
    )
    cost_usd: Decimal | None = strawberry.field(
        description="US dollars; null where no price is known."
    )

    @classmethod
    def of(cls, run: rows.Run) -> "Usage":
        return cls(
            requests=run.usage_requests,
            input_tokens=run.usage_input_tokens,
            output_tokens=run.usage_output_tokens,
            cached_tokens=run.usage_cached_tokens,
            cost_usd=run.cost_usd,
        )


@strawberry.interface(description="Something that happened to a run.")
class RunEvent:
    run_id: strawberry.ID = strawberry.field(description="Which run.")
    sequence: int = strawberry.field(description="1, 2, 3 … without gaps.")
    at: datetime = strawberry.field(description="When it happened.")


@strawberry.type(description="The run was asked for.")
class RunQueued(RunEvent):
    pass


@strawberry.type(description="A worker took the run.")
class RunStarted(RunEvent):
    attempt: int = strawberry.field(description="How often it was taken by now.")
    worker: str = strawberry.field(description="Which worker took it.")
    model_name: str = strawberry.field(description="The model it asks.")
    output_mode: OutputMode | None = strawberry.field(
        description="How the model gets to know the schema; null in runs of before 0.2."
    )


@strawberry.type(
    description=(
        "More of the answer; appends to the text since the last RunStarted, RunOutputRejected or "
        "RunRetrying."
    )
)
class RunOutputDelta(RunEvent):
    text: str = strawberry.field(description="The text to append.")


@strawberry.type(description="An answer broke the response schema; the model is asked again.")
class RunOutputRejected(RunEvent):
    issues: list[Issue] = strawberry.field(description="What is wrong with it, field by field.")
    text: str = strawberry.field(description="The answer as it came.")


@strawberry.type(description="The vendor failed for now; the run tries again by itself.")
class RunRetrying(RunEvent):
    code: RunErrorCode = strawberry.field(description="The kind of failure.")
    message: str = strawberry.field(description="What happened.")
    retry_at: datetime = strawberry.field(description="When it tries again.")


@strawberry.type(description="Its worker handed it over or died; another one will take it.")
class RunRequeued(RunEvent):
    reason: str = strawberry.field(description="Why it went back.")


@strawberry.type(description="It was asked to stop.")
class RunCancelling(RunEvent):
    pass


@strawberry.type(description="It ended with a valid output.")
class RunSucceeded(RunEvent):
    output: Json = strawberry.field(description="The output, valid against the response schema.")
    usage: Usage = strawberry.field(description="What it used in all.")


@strawberry.type(description="It ended without an output.")
class RunFailed(RunEvent):
    error: RunError = strawberry.field(description="Why.")
    usage: Usage = strawberry.field(description="What it used in all.")


@strawberry.type(description="It was stopped.")
class RunCancelled(RunEvent):
    usage: Usage = strawberry.field(description="What it used in all.")


EVENT_TYPES = (
    RunQueued,
    RunStarted,
    RunOutputDelta,
    RunOutputRejected,
    RunRetrying,
    RunRequeued,
    RunCancelling,
    RunSucceeded,
    RunFailed,
    RunCancelled,
)


def event_of(event: rows.RunEvent, run: rows.Run | None) -> RunEvent:
    """`run` is as it was at this event or later: what a run ended with never changes. Only the last
    event shows it."""
    data, ended = event.data, cast("rows.Run", run)
    where: dict[str, Any] = {
        "run_id": strawberry.ID(str(event.run_id)),
        "sequence": event.sequence,
        "at": event.at,
    }
    match event.type:
        case EventType.QUEUED:
            return RunQueued(**where)
        case EventType.STARTED:
            return RunStarted(
                **where,
                attempt=data["attempt"],
                worker=data["worker"],
                model_name=data["modelName"],
                output_mode=data.get("outputMode") and OutputMode(data["outputMode"]),
            )
        case EventType.OUTPUT_DELTA:
            return RunOutputDelta(**where, text=data["text"])
        case EventType.OUTPUT_REJECTED:
            return RunOutputRejected(**where, issues=issues_of(data["issues"]), text=data["text"])
        case EventType.RETRYING:
            return RunRetrying(
                **where,
                code=RunErrorCode(data["code"]),
                message=data["message"],
                retry_at=datetime.fromisoformat(data["retryAt"]),
            )
        case EventType.REQUEUED:
            return RunRequeued(**where, reason=data["reason"])
        case EventType.CANCELLING:
            return RunCancelling(**where)
        case EventType.SUCCEEDED:
            return RunSucceeded(**where, output=shown(ended, "output"), usage=Usage.of(ended))
        case EventType.FAILED:
            return RunFailed(**where, error=RunError.of(ended), usage=Usage.of(ended))
        case EventType.CANCELLED:
            return RunCancelled(**where, usage=Usage.of(ended))
    assert_never(event.type)


def issues_of(stored: list[dict[str, Any]]) -> list[Issue]:
    return [Issue(path=issue["path"], message=issue["message"]) for issue in stored]
