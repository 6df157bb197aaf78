"""What an exception of a model call means for the run, in words a person can act on."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass

from pydantic_ai import exceptions as ai

from rota.platform.egress import EgressRefused
from rota.platform.kernel.errors import Issue
from rota.providers.errors import KeyUnusable
from rota.runs.errors import RunFailure
from rota.runs.models import Run, RunErrorCode

log = logging.getLogger(__name__)
_OVERFLOW = ("exceed_context_size", "context length", "context window", "exceeds the available")


@dataclass(frozen=True)
class Retryable(RunFailure):
    """It may pass by itself. `retry_after` is in seconds, where the vendor said so."""

    retry_after: float | None = None


class AnswerTooLong(Exception):
    """The model does not stop."""


def explain(error: Exception, run: Run, rejected: list[Issue]) -> RunFailure:
    """`rejected`: what was wrong with the last answer, if it broke the contract. Never
    quotes the error itself, which may hold what was sent."""
    provider = run.provider.name if run.provider else "the provider"
    for cause in _causes(error):
        if isinstance(cause, EgressRefused):
            return RunFailure(RunErrorCode.PROVIDER_UNREACHABLE, str(cause))
    match error:
        case KeyUnusable():
            return RunFailure(RunErrorCode.PROVIDER_REFUSED, error.message)
        case AnswerTooLong():
            return RunFailure(
                RunErrorCode.PROVIDER_FAILED,
                "The model's answer grew beyond 4 MiB and was cut off. Set maxTokens, or ask for "
                "less.",
            )
        case ai.ModelAPIError():
            return _of_vendor(error, run, provider)
        case ai.UnexpectedModelBehavior() if rejected:
            return RunFailure(
                RunErrorCode.OUTPUT_INVALID,
                "Every answer the model gave breaks the response schema. Look at the rejected "
                "answers; give the model examples, simplify the schema, or choose a stronger one.",
                rejected,
            )
        case ai.ContentFilterError():
            return RunFailure(
                RunErrorCode.PROVIDER_FAILED,
                f"{provider} withheld the answer: its content filter objects to the input or the "
                "answer.",
            )
        case ai.UnexpectedModelBehavior() | ValueError():
            return RunFailure(
                RunErrorCode.PROVIDER_FAILED,
                f"{provider} answered with something that is no chat completion. Check the "
                "provider's address, and the server's own log.",
            )
    log.error("Run %s failed inside Rota.", run.id, exc_info=error)
    return RunFailure(
        RunErrorCode.INTERNAL,
        f"Something went wrong inside Rota. The worker's log has the details under run {run.id}.",
    )


def _of_vendor(error: ai.ModelAPIError, run: Run, provider: str) -> RunFailure:
    model = run.agent_revision.model_name
    match error:
        case ai.ModelQuotaExceededError():
            return RunFailure(
                RunErrorCode.RATE_LIMITED,
                f"The account's quota or balance at {provider} is used up. Top it up or raise its "
                "limit, then run again.",
            )
        case ai.ModelRateLimitError():
            return Retryable(
                RunErrorCode.RATE_LIMITED,
                f"{provider} allows no more requests for now. Run again later, or fewer at once.",
                retry_after=error.retry_after,
            )
        case ai.ModelAuthenticationError():
            return RunFailure(
                RunErrorCode.PROVIDER_REFUSED,
                f"{provider} refused the key. Enter a valid one in the provider's settings.",
            )
        case ai.ModelNotFoundError():
            return RunFailure(
                RunErrorCode.MODEL_NOT_FOUND,
                f"{provider} has no model “{model}”. Choose one that it lists, or load it there.",
            )
        case ai.ModelRequestRejectedError() if _overflows(error):
            return RunFailure(
                RunErrorCode.INPUT_TOO_LONG,
                f"The prompt and the input are longer than “{model}” can take. Shorten them, or "
                "choose a model with a larger context.",
            )
        case ai.ModelRequestRejectedError():
            return RunFailure(
                RunErrorCode.PROVIDER_FAILED,
                f"{provider} rejected the request. “{model}” may not support structured output or "
                "one of the agent's settings; the server's log says which.",
            )
        case ai.ModelConnectionError() if error.phase in ("connect", "pool"):
            return Retryable(
                RunErrorCode.PROVIDER_UNREACHABLE,
                f"{provider} cannot be reached. Check that its server is up and its address right.",
            )
        case ai.ModelConnectionError():
            return RunFailure(
                RunErrorCode.PROVIDER_FAILED,
                f"{provider} broke the connection off before its answer was complete.",
            )
    if _redirects(error):
        return RunFailure(
            RunErrorCode.PROVIDER_FAILED,
            f"{provider} redirects elsewhere, and Rota does not follow, so that keys stay where "
            "they belong. Enter the final address in the provider's settings.",
        )
    return RunFailure(
        RunErrorCode.PROVIDER_FAILED,
        f"{provider} failed by itself (a server error). Look at its log or status page, then run "
        "again.",
    )


def _redirects(error: ai.ModelAPIError) -> bool:
    status = getattr(error.__cause__, "status_code", 0)
    return 300 <= status < 400


def _overflows(error: ai.ModelRequestRejectedError) -> bool:
    told = str(error.body).lower()
    return isinstance(error, ai.ModelContextWindowExceededError) or any(
        sign in told for sign in _OVERFLOW
    )


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__
