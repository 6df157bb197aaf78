"""What a vendor means that answers a request with an error: read from its status, its code and its
words, in an order in which the more telling comes first."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from rota.inference.hearing.values import read_json, words_of
from rota.inference.modes import OutputMode

MAX_BODY_BYTES = 256 * 1024
MAX_TOLD = 8_000
MAX_PARTS = 500
_REPEATED = frozenset({"input", "body", "request", "ctx", "messages", "failed_generation"})


class Refusal(Enum):
    TOO_LONG = auto()
    CONTENT = auto()
    WRONG_ANSWER = auto()  # the model's, which the vendor itself judged
    MODE = auto()
    QUOTA = auto()
    RATE_LIMIT = auto()
    KEY = auto()
    MODEL = auto()
    ROUTE = auto()
    REDIRECT = auto()
    PASSING = auto()  # trouble of its own that passes
    SERVER = auto()  # trouble of its own that does not
    REQUEST = auto()


@dataclass(frozen=True)
class ErrorBody:
    """`told`: its names and texts in lower case, without what it repeats of the request. `words`:
    what it says to people. `draft`: the model's answer that it would not take."""

    told: str
    words: str
    draft: str | None
    value: Any


_TOO_LONG = re.compile(
    r"context.{0,20}(length|window|size)|context_length|exceed_context|maximum context"
    r"|(prompt|input|request|message)s?.{0,40}(too (long|large|many tokens)|exceeds?)"
    r"|too many (input )?tokens|(reduce|shorten).{0,40}(length|size|prompt|message|input)"
    r"|(token|input|sequence) (count|length).{0,40}(exceed|longer|larger|greater|over)"
    r"|longer than the (model|maximum)|exceeds? the (available|model|maximum|limit)"
    r"|string_above_max_length|max_input_tokens|request_too_large|payload too large"
)
# Where a limit of the account may be meant, it must say so.
_TOO_LARGE = re.compile(r"request too large|too large for|must be reduced|context (size|length)")
_CONTENT = re.compile(
    r"content.?(filter|policy|management|moderation)|responsibleai|safety|moderat(ion|ed)|flagged"
    r"|data_inspection|inappropriate|prohibited|usage polic|sensitive content|was filtered"
)
_WRONG_ANSWER = re.compile(
    r"json_validate_failed|(failed|unable) to (generate|validate) (a )?(valid )?json"
    r"|tool_use_failed|generated.{0,20}(invalid|malformed)|failed_generation"
)
_MODE = {
    "format": re.compile(
        r"response.?format|json.?schema|json.?object|structured.?output|guided|grammar|schema"
        r"|\bjson mode|additionalproperties|unsupported.{0,20}keyword"
    ),
    "tool": re.compile(r"tools?\b|tool.?choice|function.?call|grammar|schema"),
}
_QUOTA = re.compile(
    r"quota|balance|credit|billing|payment|insufficient.{0,10}fund|spend(ing)? limit|usage limit"
    r"|out of (money|funds)|plan and|recharge|arrears"
)
_MODEL = re.compile(r"model|deployment")
_NO_MODEL = re.compile(
    r"model_not_found|model_not_exist|invalid.?model|unknown model|no such model"
    r"|not a valid model|(model|deployment).{0,80}(not (found|exist|available|loaded|supported)"
    r"|does(n't| not) exist|unknown|no longer)|(no|unable to find|could not find).{0,20}model"
)
_KEY = re.compile(r"(invalid|incorrect|missing|no).{0,10}(api.?)?key|unauthori[sz]ed")
_LOADING = re.compile(r"loading|warming|starting up|not ready|cold start|currently unavailable")
_PASSING = frozenset({408, 409, 425, 429})
_LASTING = frozenset({501, 505})


def read_body(raw: bytes) -> ErrorBody:
    value = read_json(raw)
    if value is None:
        text = raw.decode(errors="replace")
        return ErrorBody(text.lower(), words_of_page(text), None, text)
    return body_of(value)


def body_of(value: Any) -> ErrorBody:
    """Of an error that came as JSON, or amid a stream."""
    told = " ".join(_texts(value))[:MAX_TOLD].lower()
    error = value.get("error") if isinstance(value, dict) else None
    draft = error.get("failed_generation") if isinstance(error, dict) else None
    return ErrorBody(told, words_of(value), draft if isinstance(draft, str) else None, value)


def refusal_of(status: int, body: ErrorBody, mode: OutputMode) -> Refusal:
    """`mode`: what the request asked for."""
    told = body.told
    if 300 <= status < 400:
        return Refusal.REDIRECT
    if status == 413 or _is_too_long(status, told):
        return Refusal.TOO_LONG
    if status in (400, 403, 422, 451) and _CONTENT.search(told):
        return Refusal.CONTENT
    if status in (400, 422) and _WRONG_ANSWER.search(told):
        return Refusal.WRONG_ANSWER
    if status in (400, 404, 415, 422, 501) and _is_about(mode, told):
        return Refusal.MODE
    return _by_status(status, told)


def refusal_in_stream(body: ErrorBody, mode: OutputMode) -> Refusal:
    """Of an error that comes where an answer was begun: its own code stands for the status."""
    error = body.value
    for _ in range(3):
        if isinstance(error, list):
            error = error[0] if error else None
        elif isinstance(error, dict) and isinstance(error.get("error"), dict):
            error = error["error"]
    code = error.get("code", error.get("status")) if isinstance(error, dict) else None
    if isinstance(code, str) and code.isascii() and code.isdigit():
        code = int(code[:4])
    if isinstance(code, int) and 400 <= code < 600:
        return refusal_of(code, body, mode)
    for refusal, pattern in (
        (Refusal.TOO_LONG, _TOO_LONG),
        (Refusal.CONTENT, _CONTENT),
        (Refusal.WRONG_ANSWER, _WRONG_ANSWER),
        (Refusal.QUOTA, _QUOTA),
        (Refusal.MODEL, _NO_MODEL),
        (Refusal.KEY, _KEY),
    ):
        if pattern.search(body.told):
            return refusal
    return Refusal.PASSING


def _by_status(status: int, told: str) -> Refusal:
    match status:
        case 402:
            return Refusal.QUOTA
        case 429 | 403 if _QUOTA.search(told):
            return Refusal.QUOTA
        case 429:
            return Refusal.RATE_LIMIT
        case 401 | 403:
            return Refusal.KEY
        case 404 | 410:
            return Refusal.MODEL if _MODEL.search(told) else Refusal.ROUTE
        case 405:
            return Refusal.ROUTE
        case 400 | 422 if _NO_MODEL.search(told):
            return Refusal.MODEL
    if status in _PASSING or (status >= 500 and status not in _LASTING):
        return Refusal.PASSING
    if _LOADING.search(told) and status != 400:
        return Refusal.PASSING
    return Refusal.SERVER if status >= 500 else Refusal.REQUEST


def _is_too_long(status: int, told: str) -> bool:
    if status in (400, 422):
        return bool(_TOO_LONG.search(told))
    return status in (429, 500) and bool(_TOO_LARGE.search(told))


def _texts(value: Any) -> Iterator[str]:
    """Each text in it, behind its name."""
    stack: list[tuple[str, Any]] = [("", value)]
    for _ in range(MAX_PARTS):
        if not stack:
            return
        name, part = stack.pop()
        if isinstance(part, dict):
            stack += [(key, inner) for key, inner in part.items() if key not in _REPEATED][::-1]
        elif isinstance(part, list):
            stack += [(name, inner) for inner in part[::-1]]
        elif part is not None:
            yield f"{name} {part}"


def _is_about(mode: OutputMode, told: str) -> bool:
    if mode is OutputMode.SHOWN:
        return False
    return bool(_MODE["tool" if mode is OutputMode.TOOL else "format"].search(told))


def words_of_page(text: str) -> str:
    """A page's words without its tags."""
    if "<" in text[:200]:
        text = re.sub(r"(?is)<(script|style)\b.*?(</\1>|$)", " ", text[:MAX_BODY_BYTES])
        text = re.sub(r"<[^<>]{0,2000}>", " ", text)
    return " ".join(text.split())
