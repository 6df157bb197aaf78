"""Thoughts that come within the text, set apart from what is said."""

import re

FENCES = ("```", "~~~")
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
_LONGEST_END = max(map(len, _TAGS.values()))
_STARTS = (*_TAGS, *FENCES)
_BLANK = " \t\r\n\f\v\u00a0\u2028\u2029\ufeff\u200b"


def set_apart(text: str) -> tuple[str, str]:
    """The thoughts, and what is said. What begins as an answer is one, whatever follows; before
    that, all that stands before an end tag is thoughts."""
    thoughts: list[str] = []
    while True:
        text = text.lstrip(_BLANK)
        tag = _opening(text)
        if tag is None and begins(text):
            break
        end = _END.search(text, len(tag or ""))
        if end is None:
            if tag is not None:
                thoughts.append(text[len(tag) :])
                text = ""
            break
        thoughts.append(text[len(tag or "") : end.start()])
        text = text[end.end() :]
    return "\n".join(part.strip(_BLANK) for part in thoughts).strip(), text.rstrip(_BLANK)


def begins(text: str) -> bool:
    """Whether an answer begins here: JSON, or a fence around it."""
    return text.startswith(("{", "[", *FENCES))


class Beginning:
    """Holds back what is no answer, or may be thoughts, while a message comes in pieces."""

    def __init__(self) -> None:
        self._has_begun = False
        self._held = ""
        self._is_held = False  # it began otherwise: only an end tag helps

    def add(self, text: str) -> str:
        """What of the answer can be told by now."""
        if self._has_begun:
            return text
        self._held += text
        while self._held:
            if self._is_held:
                if not self._pass_end():
                    return ""
                continue
            self._held = self._held.lstrip(_BLANK)
            if self._may_be_more():
                return ""
            if _opening(self._held) is None and begins(self._held):
                self._has_begun = True
                told, self._held = self._held, ""
                return told
            self._is_held = bool(self._held)
        return ""

    def _pass_end(self) -> bool:
        """Only as much is kept as may be half of a tag."""
        end = _END.search(self._held)
        if end is None:
            self._held = self._held[1 - _LONGEST_END :]
            return False
        self._held, self._is_held = self._held[end.end() :], False
        return True

    def _may_be_more(self) -> bool:
        """Whether it is too short to tell a tag or a fence."""
        start = self._held.lower()
        return any(len(start) < len(sign) and sign.startswith(start) for sign in _STARTS)


def _opening(text: str) -> str | None:
    start = text[:40].lower()
    return next((text[: len(tag)] for tag in _TAGS if start.startswith(tag)), None)
