"""What stands in an answer, counted through where it may be too much."""

from datetime import datetime
from typing import Any

from rota.platform.kernel import answer_size
from rota.platform.kernel.answer_size import AnswerSize, TooLarge
from rota.platform.kernel.jsontext import LONG, LongText, Written

MOMENT_LETTERS = 27


def too_large(size: AnswerSize, data: Any) -> TooLarge | None:
    """What is shown several times was only estimated, and never too low."""
    most_nodes, most_bytes = answer_size.MAX_NODES, size.most_text_bytes
    if size.shown_nodes <= most_nodes and size.shown_text_bytes <= most_bytes:
        return None
    nodes = text = 0
    left = [data]
    while left:
        value = left.pop()
        nodes += not isinstance(value, list)
        if nodes > most_nodes:
            return TooLarge(answer_size.too_many_nodes())
        if isinstance(value, dict):
            left.extend(value.values())
        elif isinstance(value, list):
            left.extend(value)
        elif isinstance(value, str):
            text += len(value)
        elif isinstance(value, Written):
            text += len(value.text)
        elif isinstance(value, datetime):
            text += MOMENT_LETTERS
        if text > most_bytes:
            return TooLarge(answer_size.too_much_text(size))
    return None


def put_long_texts_off(data: Any) -> None:
    """Each long text in it is written when its turn comes."""
    left, seen = [data], set()
    while left:
        holder = left.pop()
        if id(holder) in seen:
            continue
        seen.add(id(holder))
        places = holder.items() if isinstance(holder, dict) else enumerate(holder)
        for place, value in list(places):
            if isinstance(value, dict | list):
                left.append(value)
            elif type(value) is str and len(value) > LONG:
                holder[place] = LongText(value)
