"""JSON as text: nothing is lost on the way in, nothing invalid comes out.

Integers of any size, fractions to their last digit and the order of keys survive. A number that a
double does not give back is a Decimal, or an int where it is whole. NaN and numbers beyond a
double's range are refused, because no other reader would understand them.
"""

import json
import math
import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import partial
from itertools import islice
from secrets import token_hex
from typing import Any

import orjson

MAX_DIGITS = 4_300  # Python reads and writes no longer integers
MAX_PLACES = 3_900  # behind the point, so that written out there are no more digits than that
MAX_QUOTED = 40
LONG = 64 * 1024
TOO_LONG = "has too many digits"

_PART = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[{\[,]', re.DOTALL)


class NotJson(ValueError):
    """The text is not JSON that Rota takes; the message says why."""


class Written:
    """JSON that is text already, and stands in other JSON as it is. It is no dataclass: the library
    would write one as an object."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Written) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)

    def written(self) -> str:
        return self.text


class LongText:
    """A text that becomes JSON late."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def written(self) -> str:
        return orjson.dumps(self.text).decode()


def _refuse(constant: str) -> float:
    raise NotJson(f"{constant} is not a JSON number.")


def _fraction(text: str) -> float | Decimal:
    number = float(text)
    if repr(number) == text:
        return number
    if math.isinf(number):
        raise NotJson(f"The number {text[:MAX_QUOTED]} is too large.")
    if len(text) > MAX_DIGITS:
        raise NotJson(f"The number {text[:MAX_QUOTED]}… {TOO_LONG}.")
    exact = _decimal(text)
    if exact is None:
        raise NotJson(f"The number {text[:MAX_QUOTED]} {TOO_LONG}.")
    if Decimal(repr(number)) == exact:
        return number
    return int(exact) if exact == exact.to_integral_value() else exact


def _decimal(text: str) -> Decimal | None:
    """None for one with more digits, written out, than can be kept."""
    try:
        exact = Decimal(text)
    except InvalidOperation:  # an exponent beyond all bounds
        return None
    exponent = exact.as_tuple().exponent
    return exact if isinstance(exponent, int) and exponent >= -MAX_PLACES else None


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise NotJson(f"The number {text[:MAX_QUOTED]}… {TOO_LONG}.") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    whole = dict(pairs)
    if len(whole) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                quoted = json.dumps(key if len(key) <= MAX_QUOTED else f"{key[:MAX_QUOTED]}…")
                raise NotJson(f"The key {quoted} stands twice in one object.")
            seen.add(key)
    return whole


def _text(content: bytes) -> str:
    return content.decode(json.detect_encoding(content), "surrogatepass")


_decoder = partial(
    json.JSONDecoder, parse_constant=_refuse, parse_float=_fraction, parse_int=_whole
)
_DECODER = _decoder()
_UNIQUE_DECODER = _decoder(object_pairs_hook=_unique)


def loads(text: str | bytes, *, unique_keys: bool = False) -> Any:
    """The last counts of keys that stand twice in one object, unless they are to be refused. Raises
    NotJson."""
    decoder = _UNIQUE_DECODER if unique_keys else _DECODER
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


def signs(text: bytes) -> int:
    """As many as it has parts at least: of any text, JSON or not."""
    return sum(map(text.count, (b'"', b"{", b"[", b",")))


def has_more_parts(text: bytes, most: int) -> bool:
    """Whether it would be read as more texts, lists, objects and commas between them: the few
    bytes of one may become a hundred in memory. Told before anything is read, of any text."""
    # All signs are counted quickly; whether one stands within a text takes a closer look.
    if len(text) <= most or signs(text) <= most:
        return False
    return next(islice(_PART.finditer(text), most, None), None) is not None


def number(text: str) -> int | float | Decimal:
    """A JSON number by itself. Raises NotJson."""
    return _fraction(text) if set(text) & set(".eE") else _whole(text)


def dumps(value: Any) -> str:
    return _write(value, ensure_ascii=True)


def dumps_readable(value: Any) -> str:
    """Compact, and with every letter as it is: what a model gets to read."""
    return _write(value, ensure_ascii=False)


def dump_bytes(value: Any) -> bytes:
    """For the wire: fast, integers beyond 64 bits still exact, and moments as RFC 3339 text."""
    try:
        return orjson.dumps(value, default=_fragment, option=orjson.OPT_UTC_Z)
    except TypeError:
        return _write(value, ensure_ascii=True).encode()


def dump_pieces(value: Any) -> tuple[int, Iterator[bytes]]:
    """The same, and its length, with what is long written on its own when its turn comes: so that
    not all of it is there twice."""
    mark, later = token_hex(16).encode(), []

    def write(item: object) -> orjson.Fragment:
        if isinstance(item, Written | LongText) and len(item.text) > LONG:
            later.append(item)
            return orjson.Fragment(mark)
        return _fragment(item)

    try:
        between = orjson.dumps(value, default=write, option=orjson.OPT_UTC_Z).split(mark)
    except TypeError:
        between, later = [dump_bytes(value)], []
    length = sum(map(len, between)) + sum(len(item.written().encode()) for item in later)
    return length, _in_turns(between, later)


def _in_turns(between: list[bytes], later: list[Written | LongText]) -> Iterator[bytes]:
    yield between[0]
    for item, behind in zip(later, between[1:], strict=True):
        yield item.written().encode()
        yield behind


def is_same(one: Any, other: Any) -> bool:
    """JSON's equality: the order of keys does not count, 1 is 1.0, and true is not 1."""
    return bool(_canonical(one) == _canonical(other))


def _no_json(value: object) -> TypeError:
    return TypeError(f"{type(value).__name__} is not JSON.")


def _digits(value: object) -> str:
    if isinstance(value, Decimal) and value.is_finite():
        return str(value)
    if isinstance(value, Written | LongText):
        return value.written()
    if isinstance(value, datetime):
        return orjson.dumps(value, option=orjson.OPT_UTC_Z).decode()
    raise _no_json(value)


def _fragment(value: object) -> orjson.Fragment:
    return orjson.Fragment(_digits(value))


def _write(value: Any, *, ensure_ascii: bool) -> str:
    """The library writes no digits of ours: a mark stands for them until all is written."""
    marks: list[str] = []
    prefix = ""

    def mark(item: object) -> str:
        nonlocal prefix
        prefix = prefix or token_hex(16)
        marks.append(_digits(item))
        return f"{prefix}{len(marks) - 1}."

    text = json.dumps(
        value, default=mark, ensure_ascii=ensure_ascii, allow_nan=False, separators=(",", ":")
    )
    if not marks:
        return text
    first, *rest = text.split(f'"{prefix}')
    parts = (part.split('."', 1) for part in rest)
    return first + "".join(f"{marks[int(index)]}{behind}" for index, behind in parts)


def _canonical(value: Any) -> Any:
    if isinstance(value, bool) or value is None:
        return ("literal", value)
    if isinstance(value, float):
        return Decimal(repr(value))  # what its digits say, which is not what a double holds
    if isinstance(value, dict):
        return {key: _canonical(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_canonical(part) for part in value]
    return value
