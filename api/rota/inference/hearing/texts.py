"""Text from outside, made fit to be kept: halves of a character joined, keys blotted out."""

import base64
import html
import re
from operator import attrgetter
from typing import Any

from cachetools import cached

from rota.platform.kernel.cache import Cache

BLOT = "•••"
MAX_LATEST = 256
MAX_FORMS_BYTES = 2 * 1024 * 1024
BYTES_A_LETTER = 2_000  # of a key, as was measured of its forms
_HALVES = re.compile("[\ud800-\udfff]")
MIN_BLOTTED_LENGTH = 16  # a shorter key may be a word that a model says
MIN_BLOTTED_IN_WORDS = 4
MAX_LETTER_LENGTH = 12  # of what stands for one letter

# What may be the first half of a letter's escape.
_HALF = re.compile(
    r"\\{1,8}(?:u0{0,2}[0-9a-f]?|x[0-9a-f]?)?|%(?:25){0,4}2?[0-9a-f]?|&(?:#x?[0-9a-f]{0,8}|[a-z]{0,8})",
    re.IGNORECASE,
)


class Gathered:
    """A text that comes in pieces, at little more than what its letters take."""

    def __init__(self) -> None:
        self._longer: list[str] = []
        self._latest: list[str] = []

    def __bool__(self) -> bool:
        return bool(self._latest or self._longer)

    def add(self, piece: str) -> None:
        self._latest.append(piece)
        if len(self._latest) == MAX_LATEST:
            self._longer.append("".join(self._latest))
            self._latest.clear()

    @property
    def text(self) -> str:
        """All of it."""
        if len(self._longer) > 1 or self._latest:
            self._longer = ["".join((*self._longer, *self._latest))]
            self._latest.clear()
        return self._longer[0] if self._longer else ""


class Joined:
    """Joins the halves of a character that come in two pieces."""

    def __init__(self) -> None:
        self._half = ""

    def add(self, text: str) -> str:
        """What can be told by now; a high half at the end waits."""
        if not self._half and not _HALVES.search(text):
            return text
        text = joined(self._half + text)
        self._half = text[-1:] if "\ud800" <= text[-1:] <= "\udbff" else ""
        return text[:-1] if self._half else text

    def rest(self) -> str:
        half, self._half = self._half, ""
        return half


def joined(text: str) -> str:
    """High and low halves side by side are one character; a lone half stays as it is."""
    if not _HALVES.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


class Blotted:
    """Keeps a key out of a text that comes in pieces."""

    def __init__(self, key: str | None) -> None:
        self._forms = forms_of(key) if key and len(key) >= MIN_BLOTTED_LENGTH else None
        self._held = ""

    def add(self, text: str) -> str:
        """What can be told by now; what may be the beginning of the key waits."""
        if self._forms is None:
            return text
        text = self._forms.whole.sub(BLOT, self._held + text)
        begins = self._forms.where_it_may_begin(text)
        self._held = text[begins:]
        return text[:begins]

    def rest(self) -> str:
        held, self._held = self._held, ""
        return held


def blotted(text: str, key: str | None, least: int = MIN_BLOTTED_IN_WORDS) -> str:
    """Without the key, however it is escaped."""
    if not key or len(key) < least:
        return text
    return forms_of(key).whole.sub(BLOT, text)


class Forms:
    """How a key may be spelled: each letter as it is, or as JSON, an address or HTML escapes it; or
    all of it in base64 or hexadecimal."""

    def __init__(self, key: str) -> None:
        letters = list(map(_letter, key))
        self._letters = [re.compile(letter, re.IGNORECASE) for letter in letters]
        self._encoded = [key.encode().hex(), *_base64_forms(key)]
        spelled = ["".join(letters), *map(re.escape, self._encoded)]
        self.whole = re.compile("|".join(spelled), re.IGNORECASE)
        firsts = {key[0].lower(), key[0].upper(), *(form[0] for form in self._encoded), *"\\%&"}
        self._first = re.compile("[" + "".join(map(re.escape, sorted(firsts))) + "]")
        self._longest = MAX_LETTER_LENGTH * len(key)
        self.weight = BYTES_A_LETTER * len(key)  # in bytes, as far as can be said

    def where_it_may_begin(self, text: str) -> int:
        """From where on the end of the text may be the beginning of the key."""
        for found in self._first.finditer(text, max(len(text) - self._longest, 0)):
            if self._may_begin(text, found.start()):
                return found.start()
        return len(text)

    def _may_begin(self, text: str, at: int) -> bool:
        tail = text[at:].lower()
        if any(form.lower().startswith(tail) for form in self._encoded):
            return True
        for letter in self._letters:
            if at == len(text):
                return True
            found = letter.match(text, at)
            if found is None:
                return _HALF.fullmatch(text, at) is not None
            at = found.end()
        return False


@cached(Cache[Any, Forms](MAX_FORMS_BYTES, attrgetter("weight")))
def forms_of(key: str) -> Forms:
    return Forms(key)


def _letter(char: str) -> str:
    """Bounded, and in ways that exclude each other: a text that nearly holds the key costs no more
    than another."""
    code = ord(char)
    named = html.escape(char)
    most = (
        "" if char == "\\" else "+"
    )  # what follows backslashes is no backslash: none is given back
    return (
        rf"(?:\\{{0,8}}{most}{re.escape(char)}|\\{{1,8}}+u00{code:02x}|\\{{1,8}}+x{code:02x}"
        rf"|%(?:25){{0,4}}{code:02x}|&\#0{{0,6}}{code};|&\#x0{{0,6}}{code:x};"
        rf"{'' if named == char else '|' + re.escape(named)})"
    )


def _base64_forms(key: str) -> list[str]:
    """What of it stays the same wherever in a longer text it stands."""
    forms = []
    for before in range(3):
        raw = b"\0" * before + key.encode()
        whole = len(raw) - len(raw) % 3
        encoded = base64.b64encode(raw[:whole]).decode()[(0, 2, 3)[before] :]
        if len(encoded) >= MIN_BLOTTED_IN_WORDS * 2:
            forms += [encoded, encoded.replace("+", "-").replace("/", "_")]
    return forms
