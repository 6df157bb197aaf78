"""Text from outside, made fit to be kept: halves of a character joined, keys blotted out."""

import base64
import re
from functools import lru_cache

BLOT = "•••"
MIN_BLOTTED_LENGTH = 16  # a shorter key may be a word that a model says
MIN_BLOTTED_IN_WORDS = 4


class Joined:
    """Joins the halves of a character that come in two pieces."""

    def __init__(self) -> None:
        self._half = ""

    def add(self, text: str) -> str:
        """What can be told by now; a high half at the end waits."""
        if not self._half and not any("\ud800" <= char <= "\udfff" for char in text):
            return text
        text = joined(self._half + text)
        self._half = text[-1:] if "\ud800" <= text[-1:] <= "\udbff" else ""
        return text[:-1] if self._half else text

    def rest(self) -> str:
        half, self._half = self._half, ""
        return half


def joined(text: str) -> str:
    """High and low halves side by side are one character; a lone half stays as it is."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


class Blotted:
    """Keeps a key out of a text that comes in pieces."""

    def __init__(self, key: str | None) -> None:
        self._key = key if key and len(key) >= MIN_BLOTTED_LENGTH else ""
        self._held = ""

    def add(self, text: str) -> str:
        """What can be told by now; what may be the beginning of the key waits."""
        if not self._key:
            return text
        text = (self._held + text).replace(self._key, BLOT)
        held = _overlap(text, self._key)
        self._held = text[len(text) - held :]
        return text[: len(text) - held]

    def rest(self) -> str:
        held, self._held = self._held, ""
        return held


def _overlap(text: str, key: str) -> int:
    """How long a beginning of the key the text ends with."""
    at = text.rfind(key[0], max(len(text) - len(key) + 1, 0))
    while at >= 0:
        if key.startswith(text[at:]):
            first = text.find(key[0], max(len(text) - len(key) + 1, 0))
            while not key.startswith(text[first:]):
                first = text.find(key[0], first + 1)
            return len(text) - first
        at = text.rfind(key[0], max(len(text) - len(key) + 1, 0), at)
    return 0


def blotted(text: str, key: str | None, least: int = MIN_BLOTTED_IN_WORDS) -> str:
    """Without the key, however it is escaped."""
    if not key or len(key) < least:
        return text
    return _forms(key).sub(BLOT, text)


@lru_cache(maxsize=256)
def _forms(key: str) -> re.Pattern[str]:
    """Each letter as it is, or as JSON, an address or HTML escapes it; or all of it in base64."""
    letters = "".join(
        rf"(?:\\*{re.escape(char)}|\\+u00{ord(char):02x}|\\+x{ord(char):02x}"
        rf"|%(?:25)*{ord(char):02x}|&\#0*{ord(char)};|&\#x0*{ord(char):x};)"
        for char in key
    )
    encoded = [re.escape(form) for form in _base64_forms(key)]
    return re.compile("|".join([letters, *encoded]), re.IGNORECASE)


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
