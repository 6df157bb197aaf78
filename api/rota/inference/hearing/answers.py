"""What a message says, as the one JSON text that it is, or why it is none."""

import re
from typing import Any

from rota.platform.kernel import jsontext

MAX_PARTS = 100_000
_FENCED = re.compile(r"(`{3,8}|~{3,8})[\w+-]{0,40}\s(.*)\1\s*", re.DOTALL)
_ALONE = "Answer with one JSON object alone, without words around it."


class NoAnswer(Exception):
    """The message is not one JSON text; says why, to the model as to people."""


def read_answer(said: str, *, has_thoughts: bool) -> Any:
    """The value of the whole text, or of the one fence that is all of it. Nothing is looked for
    within a longer text. Raises NoAnswer."""
    if not said:
        if has_thoughts:
            raise NoAnswer(f"The model gave only its thoughts, and no answer after them. {_ALONE}")
        raise NoAnswer(f"The model said nothing. {_ALONE}")
    fenced = _FENCED.fullmatch(said)
    text = fenced[2] if fenced else said
    if jsontext.has_more_parts(text.encode("utf-8", "surrogatepass"), MAX_PARTS):
        raise NoAnswer(f"It has more than {MAX_PARTS:,} texts, lists, objects and commas.")
    try:
        return jsontext.loads(text, unique_keys=True)
    except jsontext.NotJson as error:
        raise NoAnswer(f"This is not JSON. {error} {_ALONE}") from None
