"""JSON as text: nothing is lost on the way in, nothing invalid comes out.

Integers of any size and the order of keys survive; NaN and numbers beyond a
double's range are refused, because no other reader would understand them.
"""

import json
import math
from decimal import Decimal
from typing import Any

import orjson

from rota.platform.kernel.names import is_storable

MAX_DEPTH = 200


class NotJson(ValueError):
    """The text is not JSON that Rota takes; the message says why."""


def _refuse(constant: str) -> float:
    raise NotJson(f"{constant} is not a JSON number.")


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise NotJson(f"The number {text[:40]} is too large.")
    return number


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise NotJson(f"The number {text[:40]}… has too many digits.") from None


def _text(content: bytes) -> str:
    return content.decode(json.detect_encoding(content), "surrogatepass")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise NotJson(f"The key {name[:100]!r} stands twice in one object.")
        found[name] = value
    return found


_UNIQUE = json.JSONDecoder(
    parse_constant=_refuse, parse_float=_finite, parse_int=_whole, object_pairs_hook=_unique
)
_DECODER = json.JSONDecoder(parse_constant=_refuse, parse_float=_finite, parse_int=_whole)


def loads(text: str | bytes, *, unique_keys: bool = False) -> Any:
    """Raises NotJson; with `unique_keys` also for a key that stands twice in one object."""
    decoder = _UNIQUE if unique_keys else _DECODER
    try:
        return decoder.decode(text if isinstance(text, str) else _text(text))
    except NotJson:
        raise
    except RecursionError:
        raise NotJson("It is nested too deeply.") from None
    except UnicodeDecodeError:
        raise NotJson("It is not encoded in UTF-8.") from None
    except ValueError as error:
        raise NotJson(str(error)) from None


def _plain(value: object) -> str:
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} is not JSON.")


def dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))


def dumps_readable(value: Any) -> str:
    """Compact, and with every letter as it is: what a model gets to read."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def is_same(one: Any, other: Any) -> bool:
    """JSON's equality: the order of keys does not count, 1 is 1.0, and true is not 1."""
    return bool(_canonical(one) == _canonical(other))


def dump_bytes(value: Any) -> bytes:
    """For the wire: fast, and with integers beyond 64 bits still exact."""
    try:
        return orjson.dumps(value, default=_plain)
    except TypeError:
        text = json.dumps(value, default=_plain, allow_nan=False, separators=(",", ":"))
        return text.encode()


def fault(value: Any) -> str | None:
    """Why this value, though JSON to Python, cannot be kept; None if it can."""
    stack = [(value, 1)]
    while stack:
        item, depth = stack.pop()
        if isinstance(item, str):
            if not is_storable(item):
                return "It has a text with a NUL character or a broken surrogate."
        elif isinstance(item, float):
            if not math.isfinite(item):
                return "It has a number that is too large."
        elif isinstance(item, (dict, list)):
            if depth > MAX_DEPTH:
                return f"It is nested more than {MAX_DEPTH} levels deep."
            parts = [*item, *item.values()] if isinstance(item, dict) else item
            stack.extend((part, depth + 1) for part in parts)
    return None


def _canonical(value: Any) -> Any:
    if isinstance(value, bool) or value is None:
        return ("literal", value)
    if isinstance(value, dict):
        return {key: _canonical(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_canonical(part) for part in value]
    return value
