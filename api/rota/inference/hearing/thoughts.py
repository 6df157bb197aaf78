"""Thoughts that come within the text, set apart from what is said."""

import re

FENCES = ("```", "~~~")
_BEGINNINGS = ("{", "[", *FENCES)
_TAGS = {
    "<think>": "</think>",
    "<thinking>": "</thinking>",
    "<thought>": "</thought>",
    "<reasoning>": "</reasoning>",
    "[think]": "[/think]",
    "◁think▷": "◁/think▷",
    "<|channel|>analysis<|message|>": "<|channel|>final<|message|>",
}
_END = re.compile("|".join(map(re.escape, _TAGS.values())), re.IGNORECASE)
_OPENING = re.compile("|".join(map(re.escape, _TAGS)), re.IGNORECASE)
_LONGEST_END = max(map(len, _TAGS.values()))
_STARTS = (*_TAGS, *FENCES)
_LONGEST_START = max(map(len, _STARTS))
_BLANK = " \t\r\n\f\v\u00a0\u2028\u2029\ufeff\u200b"
_SAID = re.compile(f"[^{_BLANK}]")


def set_apart(text: str) -> tuple[str, str]:
    """The thoughts, and what is said. What begins as an answer is one, whatever follows; before
    that, all that stands before an end tag is thoughts."""
    thoughts: list[str] = []
    at = _said_from(text, 0)
    while at < len(text) and not begins(text, at):
        opening = _OPENING.match(text, at)
        opened = opening.end() if opening else at
        end = _END.search(text, opened)
        if end is None and opening is None:
            break
        thoughts.append(text[opened : end.start() if end else len(text)].strip(_BLANK))
        at = _said_from(text, end.end() if end else len(text))
    return "\n".join(filter(None, thoughts)), text[at:].rstrip(_BLANK)


def begins(text: str, at: int = 0) -> bool:
    """Whether an answer begins there: JSON, or a fence around it."""
    return text.startswith(_BEGINNINGS, at) and not _OPENING.match(text, at)


class Beginning:
    """Holds back what is no answer, or may be thoughts, while a message comes in pieces."""

    def __init__(self) -> None:
        self._has_begun = False
        self._is_passing = False  # by what is no answer; only an end tag ends that
        self._held = ""

    def add(self, text: str) -> str:
        """What of the answer can be told by now."""
        if self._has_begun:
            return text
        text, at = self._held + text, 0
        while not self._has_begun:
            if self._is_passing:
                end = _END.search(text, at)
                if end is None:
                    # Only as much is kept as may be half of a tag.
                    self._held = text[max(at, len(text) - _LONGEST_END + 1) :]
                    return ""
                at, self._is_passing = end.end(), False
            at = _said_from(text, at)
            if _may_be_more(text, at):
                self._held = text[at:]
                return ""
            self._has_begun = begins(text, at)
            self._is_passing = not self._has_begun
        return text[at:]


def _said_from(text: str, at: int) -> int:
    """Where something stands, from there on."""
    found = _SAID.search(text, at)
    return found.start() if found else len(text)


def _may_be_more(text: str, at: int) -> bool:
    """Whether what stands there is too short to tell a tag or a fence."""
    if len(text) - at >= _LONGEST_START:
        return False
    start = text[at:].lower()
    return any(len(start) < len(sign) and sign.startswith(start) for sign in _STARTS)
