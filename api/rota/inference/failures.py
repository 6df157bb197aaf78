"""What went wrong between Rota, a vendor and its model, in words a person can act on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rota.inference.errors import Failure, RunErrorCode
from rota.inference.hearing.budgets import (
    MAX_ANSWER_BYTES,
    MAX_BROKEN_EVENTS,
    MAX_EVENT_BYTES,
    MAX_EVENT_PARTS,
    MAX_EVENTS,
    MAX_LINES,
    MAX_SIGNS,
    MAX_STREAM_BYTES,
    MAX_THOUGHTS_BYTES,
    MAX_TOGETHER_BYTES,
    Budget,
)
from rota.inference.hearing.texts import blotted
from rota.inference.modes import OutputMode
from rota.inference.refusals import ErrorBody, Refusal
from rota.inference.waiting import seconds_to_wait
from rota.platform.http_client import NotReached
from rota.platform.kernel.errors import Issue
from rota.platform.kernel.names import made_storable
from rota.providers.complaints import is_lasting, trouble

MAX_VENDOR_MESSAGE_LENGTH = 2_000

Code = RunErrorCode


@dataclass(frozen=True)
class Names:
    """Who is meant. `address` is where the API begins; `key` is never told."""

    provider: str
    model: str
    address: str
    key: str | None = field(repr=False)

    def words(self, said: str) -> str | None:
        """A vendor's own, fit to be shown; None where there are none."""
        # Cut only then, so that half a secret does not stay.
        text = made_storable(blotted(said, self.key)).strip()
        return text[:MAX_VENDOR_MESSAGE_LENGTH] or None


def timed_out(seconds: int) -> Failure:
    return Failure(
        code=Code.TIMED_OUT,
        message=f"The model did not finish within {seconds} seconds (timeoutSeconds). Raise the "
        "limit, shorten the job, or choose a faster model.",
    )


def unreachable(names: Names, error: NotReached) -> Failure:
    return Failure(
        code=Code.PROVIDER_UNREACHABLE,
        message=trouble(names.address, error),
        may_pass=not is_lasting(error),
    )


def forbidden_address(reason: str) -> Failure:
    return Failure(code=Code.PROVIDER_UNREACHABLE, message=reason)


def broken(names: Names, *, died: bool = False, said: str = "") -> Failure:
    """`died`: before it had answered anything."""
    return Failure(
        code=Code.PROVIDER_FAILED,
        message=f"{names.provider} broke the connection off before its answer was complete.",
        may_pass=True,
        vendor_message=names.words(said),
        died=died,
    )


def no_chat(names: Names, said: str) -> Failure:
    return Failure(
        code=Code.PROVIDER_FAILED,
        message=f"{names.provider} answered with something that is no chat completion. Check its "
        f"address, {names.address}, and the server's own log.",
        vendor_message=names.words(said),
    )


def too_long(names: Names, budget: Budget) -> Failure:
    """The response is not heard to its end."""
    less = "Set maxTokens, or ask for less."
    match budget:
        case Budget.ANSWER:
            message = f"The model's answer grew beyond {_size(MAX_ANSWER_BYTES)} and was cut off. "
            message += less
        case Budget.THOUGHTS:
            message = f"The model's thoughts grew beyond {_size(MAX_THOUGHTS_BYTES)} and were cut "
            message += "off. Set maxTokens, or a lower reasoningEffort."
        case Budget.TOGETHER:
            message = "The answers that this worker heard at once grew beyond "
            message += f"{_size(MAX_TOGETHER_BYTES)}, and this, the longest, was cut off. {less}"
        case Budget.EVENT:
            message = f"{names.provider} sent a line or an event of more than "
            message += f"{_size(MAX_EVENT_BYTES)} or {MAX_EVENT_PARTS:,} parts, and was cut off. "
            message += "Look at the server's own log."
        case Budget.EVENTS:
            message = f"{names.provider} sent more than {MAX_EVENTS:,} events or {MAX_LINES:,} "
            message += f"lines in one response, and was cut off. {less}"
        case Budget.SIGNS:
            message = f"{names.provider} sent JSON of more than {MAX_SIGNS:,} signs in one "
            message += f"response, and was cut off. {less}"
        case Budget.BROKEN:
            message = f"{names.provider} sent more than {MAX_BROKEN_EVENTS:,} events that are no "
            message += "JSON, and was cut off. Look at the server's own log."
        case Budget.FRAMING:
            message = f"{names.provider} sent too much that is no answer (headers, or chunks of "
            message += "nothing), and was cut off. Look at the server's own log."
        case Budget.STREAM:
            message = f"{names.provider} sent more than {_size(MAX_STREAM_BYTES)} in one response, "
            message += f"and was cut off. {less}"
    return Failure(code=Code.PROVIDER_FAILED, message=message)


def _size(count: int) -> str:
    return f"{count // 1024**2} MiB"


def unstorable(provider: str) -> Failure:
    return Failure(
        code=Code.PROVIDER_FAILED,
        message=f"{provider} sent something that cannot be kept. Look at the server's own log.",
    )


def content_refused(names: Names, said: str, *, by_model: bool) -> Failure:
    who = f"“{names.model}” refused to answer" if by_model else f"{names.provider}'s content filter"
    rest = "" if by_model else " withheld the answer: it objects to the input or the answer"
    return Failure(
        code=Code.CONTENT_REFUSED,
        message=f"{who}{rest}. Change the prompt or the input, or choose another model.",
        vendor_message=names.words(said),
    )


def output_truncated(max_tokens: int | None, *, has_text: bool) -> Failure:
    where = f"at maxTokens ({max_tokens:,})" if max_tokens else "at the context's end"
    what = "The answer was cut off" if has_text else "The model was cut off amid its thoughts"
    more = "Raise maxTokens" if max_tokens else "Set maxTokens, choose a larger context"
    return Failure(
        code=Code.OUTPUT_TRUNCATED,
        message=f"{what} {where}. {more}, or ask for less.",
    )


def prompt_truncated(names: Names, low: int, reported: int) -> Failure:
    return Failure(
        code=Code.PROMPT_TRUNCATED,
        message=f"{names.provider} read {reported:,} tokens of a prompt that has at least {low:,}, "
        "and answered what was left of it. Give the model a larger context on its server, or "
        "shorten prompt and input.",
    )


def output_invalid(issues: Sequence[Issue]) -> Failure:
    return Failure(
        code=Code.OUTPUT_INVALID,
        message="Every answer the model gave breaks the response schema. Look at the rejected "
        "answers; give the model examples, simplify the schema, or choose a stronger one.",
        issues=issues,
    )


def too_dear(issues: Sequence[Issue]) -> Failure:
    return Failure(
        code=Code.OUTPUT_INVALID,
        message="The answer is too dear to check by this response schema, so it was not kept. "
        "Simplify the schema, or ask for less at once.",
        issues=issues,
    )


def no_room(issues: Sequence[Issue], said: str | None) -> Failure:
    return Failure(
        code=Code.OUTPUT_INVALID,
        message="The answer breaks the response schema, and there is no room for a correction: "
        "with it the prompt is longer than the model can take. Shorten prompt and input, or "
        "choose a model with a larger context.",
        issues=issues,
        vendor_message=said,
    )


def refused(
    refusal: Refusal,
    names: Names,
    body: ErrorBody,
    headers: Mapping[str, str],
    mode: OutputMode,
    *,
    is_chosen: bool,
) -> Failure:
    """`is_chosen`: the mode was not up to Rota."""
    said = names.words(body.words)
    waits = seconds_to_wait(headers, body.told)
    match refusal:
        case Refusal.CONTENT:
            return content_refused(names, body.words, by_model=False)
        case Refusal.MODE:
            return _mode_refused(names, said, mode, is_chosen=is_chosen)
        case Refusal.RATE_LIMIT | Refusal.PASSING:
            code, message = _passing(refusal, names)
            return Failure(
                code=code,
                message=message,
                may_pass=True,
                retry_after=waits,
                vendor_message=said,
            )
    code, message = _lasting(refusal, names)
    return Failure(code=code, message=message, vendor_message=said)


def _mode_refused(names: Names, said: str | None, mode: OutputMode, *, is_chosen: bool) -> Failure:
    message = f"{names.provider} does not take the output mode {mode} for “{names.model}”."
    if is_chosen:
        message += " Set outputMode to AUTO, and Rota uses one that it takes."
    return Failure(
        code=Code.PROVIDER_FAILED, message=message, vendor_message=said, refuses_mode=True
    )


def _passing(refusal: Refusal, names: Names) -> tuple[Code, str]:
    if refusal is Refusal.RATE_LIMIT:
        return (
            Code.RATE_LIMITED,
            f"{names.provider} allows no more requests for now. Run again later, or fewer at once.",
        )
    return (
        Code.PROVIDER_FAILED,
        f"{names.provider} has trouble of its own and did not answer. Look at its log or status "
        "page, then run again.",
    )


def _lasting(refusal: Refusal, names: Names) -> tuple[Code, str]:
    match refusal:
        case Refusal.TOO_LONG:
            return Code.INPUT_TOO_LONG, (
                f"The prompt and the input are longer than “{names.model}” can take. Shorten them, "
                "or choose a model with a larger context."
            )
        case Refusal.QUOTA:
            return Code.RATE_LIMITED, (
                f"The account's quota or balance at {names.provider} is used up. Top it up or "
                "raise its limit, then run again."
            )
        case Refusal.KEY:
            return Code.PROVIDER_REFUSED, (
                f"{names.provider} refused the key. Enter a valid one in the provider's settings."
            )
        case Refusal.MODEL:
            return Code.MODEL_NOT_FOUND, (
                f"{names.provider} has no model “{names.model}”. Choose one that it lists, or load "
                "it there."
            )
        case Refusal.ROUTE:
            return Code.PROVIDER_FAILED, (
                f"{names.provider} has nothing at its address, {names.address}/chat/completions. "
                "Check the path of the address; most servers answer under /v1."
            )
        case Refusal.REDIRECT:
            return Code.PROVIDER_FAILED, (
                f"{names.provider} redirects elsewhere, and Rota does not follow, so that keys "
                "stay where they belong. Enter the final address in the provider's settings."
            )
        case Refusal.SERVER:
            return Code.PROVIDER_FAILED, (
                f"{names.provider} cannot do what was asked (a server error that does not pass). "
                "Look at its log or status page."
            )
    return Code.PROVIDER_FAILED, (
        f"{names.provider} rejected the request. “{names.model}” may not support one of the "
        "agent's settings; the vendor's words or the server's log say which."
    )
