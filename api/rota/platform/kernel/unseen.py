"""Signs of a text that nobody sees: two names that differ in them alone look the same.

Unicode calls them default-ignorable. Python does not know the property, and it does not change for
signs that are given out; the ranges hold the place of those that are not, too.
"""

import re
import unicodedata
from functools import cache

UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
NON_JOINER, JOINER, AS_PICTURE = "\u200c", "\u200d", "\ufe0f"
KEYCAP = "\u20e3"
VIRAMA = 9  # the class of the marks that take a letter's vowel away
# What can be shown as a picture, and is a text without the selector; none of them are letters, but
# these.
TEXT_PICTURES = "\u203c\u2049\u2139\u3030"
BRAILLE_BLANK = "\u2800"


def has_unseen(text: str) -> bool:
    """Whether one of them does nothing where it stands."""
    return any(not _is_at_work(text, found.start()) for found in UNSEEN.finditer(text))


def is_blank(text: str) -> bool:
    """Whether nothing at all is seen of it."""
    return all(_is_unseen(sign) for sign in text)


def _is_unseen(sign: str) -> bool:
    if UNSEEN.fullmatch(sign) or sign == BRAILLE_BLANK:
        return True
    return unicodedata.category(sign)[0] in "ZC"


def _is_at_work(text: str, place: int) -> bool:
    before, sign, after = text[:place], text[place], text[place + 1 :]
    if sign == AS_PICTURE:
        is_key = before[-1:] in tuple("0123456789#*") and after[:1] == KEYCAP
        return is_key or _is_picture(before[-1:])
    if sign == JOINER:
        return _joins_pictures(before, after) or _follows_virama(before)
    if sign == NON_JOINER:
        return _parts_letters(before, after) or (_follows_virama(before) and _is_letter(after[:1]))
    return False


def _joins_pictures(before: str, after: str) -> bool:
    """A picture may have its selector or the colour of its skin behind it."""
    base = before.removesuffix(AS_PICTURE)
    while base and _is_skin(base[-1]):
        base = base[:-1]
    return _is_picture(base[-1:]) and _is_picture(after[:1])


def _follows_virama(before: str) -> bool:
    return unicodedata.combining(before[-1:] or " ") == VIRAMA and _is_letter(before[-2:-1])


def _parts_letters(before: str, after: str) -> bool:
    """Letters of a script that is written joined, which would join without it."""
    left, right = _without_marks(before), _without_marks(after[::-1])
    return left[-1:] in _shapes("<initial>") and right[-1:] in _shapes("<final>")


def _without_marks(text: str) -> str:
    while text and unicodedata.category(text[-1]) == "Mn":
        text = text[:-1]
    return text


def _is_picture(sign: str) -> bool:
    return bool(sign) and (sign in TEXT_PICTURES or unicodedata.category(sign) in ("So", "Sm"))


def _is_skin(sign: str) -> bool:
    return "\U0001f3fb" <= sign <= "\U0001f3ff"


def _is_letter(sign: str) -> bool:
    return bool(sign) and unicodedata.category(sign)[0] in "LM"


@cache
def _shapes(shape: str) -> frozenset[str]:
    """The Arabic letters that have a shape of their own at this place, by the signs that older
    character sets had for the shapes."""
    found = set()
    for number in (*range(0xFB50, 0xFE00), *range(0xFE70, 0xFEFF)):
        kind, *letters = unicodedata.decomposition(chr(number)).split() or [""]
        if kind == shape and len(letters) == 1:
            found.add(chr(int(letters[0], 16)))
    return frozenset(found)
