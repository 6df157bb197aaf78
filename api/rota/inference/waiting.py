"""How long a vendor asks to wait, by the headers and words in which vendors say it."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

MAX_SECONDS = 86_400.0 * 30
_SPAN = re.compile(
    r"(\d+(?:\.\d+)?)\s*(ms|milli[a-z]*|s|secs?|seconds?|m|mins?|minutes?|h|hours?)(?![a-z])"
)
_UNITS = {"ms": 0.001, "mi": 60.0, "s": 1.0, "m": 60.0, "h": 3600.0}
_IN_WORDS = re.compile(r"(?:try again|retry|wait|retrydelay)\D{0,20}(\d[\w.\s]{0,20})")
# Beside Retry-After: a span or a moment until more is allowed.
_RESETS = (
    "x-ratelimit-reset-requests",
    "x-ratelimit-reset-tokens",
    "anthropic-ratelimit-requests-reset",
    "anthropic-ratelimit-tokens-reset",
    "x-ratelimit-reset",
    "ratelimit-reset",
)
# From here on a number is a moment, not a span.
_EPOCH_SECONDS = 1_000_000_000
_EPOCH_MILLISECONDS = 1_000_000_000_000


def seconds_to_wait(
    headers: Mapping[str, str], told: str, now: datetime | None = None
) -> float | None:
    """`headers` by any case; `told`: the error's body in lower case. None: nothing is said."""
    now = now or datetime.now(UTC)
    if (said := _number(headers.get("retry-after-ms", ""))) is not None:
        return _within(said / 1000)
    if (after := headers.get("retry-after")) is not None:
        waits = _wait(after, now)
        if waits is not None:
            return _within(waits)
    # The requests may be used up, or the tokens: whichever is used up says so.
    if not any(headers.get(name, "").strip() == "0" for name in headers if "remaining" in name):
        found = _IN_WORDS.search(told)
        return _within(_span(found[1])) if found else None
    spans = [_wait(headers[name], now) for name in _RESETS if name in headers]
    known = [span for span in spans if span is not None]
    return _within(max(known)) if known else None


def _wait(text: str, now: datetime) -> float | None:
    """Of a number of seconds, a moment or a span like 6m0s."""
    text = text.strip()
    number = _number(text)
    if number is not None:
        if number >= _EPOCH_MILLISECONDS:
            return number / 1000 - now.timestamp()
        return number - now.timestamp() if number >= _EPOCH_SECONDS else number
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            moment = read(text)
        except (ValueError, OverflowError):
            continue
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() - (
            now.timestamp()
        )
    return _span(text.lower())


def _number(text: str) -> float | None:
    text = text.strip()
    if not re.fullmatch(r"\d{1,18}(\.\d{1,9})?", text):
        return None
    return float(text)


def _span(text: str) -> float | None:
    found = _SPAN.findall(text)
    if not found:
        return _number(text)
    return sum(float(number) * _unit(unit) for number, unit in found)


def _unit(name: str) -> float:
    return 0.001 if name.startswith(("ms", "milli")) else _UNITS[name[0]]


def _within(seconds: float | None) -> float | None:
    return None if seconds is None else min(max(seconds, 0.0), MAX_SECONDS)
