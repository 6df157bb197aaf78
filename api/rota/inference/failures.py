"""What an exception of a model call means, in words a person can act on."""

from pydantic_ai import exceptions as ai

from rota.inference.conversation import AnswerTooLong
from rota.inference.errors import Failure, RunErrorCode
from rota.inference.insides import causes, is_redirect
from rota.platform.egress import EgressRefused
from rota.platform.kernel.errors import Issue

_OVERFLOW = ("exceed_context_size", "context length", "context window", "exceeds the available")


def timed_out(seconds: int) -> Failure:
    return Failure(
        RunErrorCode.TIMED_OUT,
        f"The model did not finish within {seconds} seconds (timeoutSeconds). Raise the "
        "limit, shorten the job, or choose a faster model.",
    )


def explain(error: Exception, provider: str, model: str, rejected: list[Issue]) -> Failure | None:
    """None where it is neither the vendor's doing nor the model's. `provider` and `model` are
    names; `rejected` is what was wrong with the last answer, if it broke the contract. Never
    quotes the error itself, which may hold what was sent."""
    for cause in causes(error):
        if isinstance(cause, EgressRefused):
            return Failure(RunErrorCode.PROVIDER_UNREACHABLE, str(cause))
    match error:
        case AnswerTooLong():
            return Failure(
                RunErrorCode.PROVIDER_FAILED,
                "The model's answer grew beyond 4 MiB and was cut off. Set maxTokens, or ask for "
                "less.",
            )
        case ai.ModelAPIError():
            return _of_vendor(error, provider, model)
        case ai.UnexpectedModelBehavior() if rejected:
            return Failure(
                RunErrorCode.OUTPUT_INVALID,
                "Every answer the model gave breaks the response schema. Look at the rejected "
                "answers; give the model examples, simplify the schema, or choose a stronger one.",
                rejected,
            )
        case ai.ContentFilterError():
            return Failure(
                RunErrorCode.PROVIDER_FAILED,
                f"{provider} withheld the answer: its content filter objects to the input or the "
                "answer.",
            )
        case ai.UnexpectedModelBehavior() | ValueError():
            return Failure(
                RunErrorCode.PROVIDER_FAILED,
                f"{provider} answered with something that is no chat completion. Check the "
                "provider's address, and the server's own log.",
            )
    return None


def _of_vendor(error: ai.ModelAPIError, provider: str, model: str) -> Failure:
    match error:
        case ai.ModelQuotaExceededError():
            return Failure(
                RunErrorCode.RATE_LIMITED,
                f"The account's quota or balance at {provider} is used up. Top it up or raise its "
                "limit, then run again.",
            )
        case ai.ModelRateLimitError():
            return Failure(
                RunErrorCode.RATE_LIMITED,
                f"{provider} allows no more requests for now. Run again later, or fewer at once.",
                may_pass=True,
                retry_after=error.retry_after,
            )
        case ai.ModelAuthenticationError():
            return Failure(
                RunErrorCode.PROVIDER_REFUSED,
                f"{provider} refused the key. Enter a valid one in the provider's settings.",
            )
        case ai.ModelNotFoundError():
            return Failure(
                RunErrorCode.MODEL_NOT_FOUND,
                f"{provider} has no model “{model}”. Choose one that it lists, or load it there.",
            )
        case ai.ModelRequestRejectedError() if _overflows(error):
            return Failure(
                RunErrorCode.INPUT_TOO_LONG,
                f"The prompt and the input are longer than “{model}” can take. Shorten them, or "
                "choose a model with a larger context.",
            )
        case ai.ModelRequestRejectedError():
            return Failure(
                RunErrorCode.PROVIDER_FAILED,
                f"{provider} rejected the request. “{model}” may not support structured output or "
                "one of the agent's settings; the server's log says which.",
            )
        case ai.ModelConnectionError() if error.phase in ("connect", "pool"):
            return Failure(
                RunErrorCode.PROVIDER_UNREACHABLE,
                f"{provider} cannot be reached. Check that its server is up and its address right.",
                may_pass=True,
            )
        case ai.ModelConnectionError():
            return Failure(
                RunErrorCode.PROVIDER_FAILED,
                f"{provider} broke the connection off before its answer was complete.",
            )
    if is_redirect(error):
        return Failure(
            RunErrorCode.PROVIDER_FAILED,
            f"{provider} redirects elsewhere, and Rota does not follow, so that keys stay where "
            "they belong. Enter the final address in the provider's settings.",
        )
    return Failure(
        RunErrorCode.PROVIDER_FAILED,
        f"{provider} failed by itself (a server error). Look at its log or status page, then run "
        "again.",
    )


def _overflows(error: ai.ModelRequestRejectedError) -> bool:
    told = str(error.body).lower()
    return isinstance(error, ai.ModelContextWindowExceededError) or any(
        sign in told for sign in _OVERFLOW
    )
