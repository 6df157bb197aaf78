"""What stands in an answer, counted through where it may be too much."""

from typing import Any

from rota.platform.kernel.answer_size import (
    MAX_NODES,
    MAX_TEXT_BYTES,
    AnswerSize,
    TooLarge,
    too_many_nodes,
    too_much_text,
)
from rota.platform.kernel.jsontext import Written


def too_large(size: AnswerSize, data: Any) -> TooLarge | None:
    """What is shown several times was only estimated, and never too low."""
    if size.shown_nodes <= MAX_NODES and size.shown_text_bytes <= MAX_TEXT_BYTES:
        return None
    nodes = text = 0
    left = [data]
    while left:
        value = left.pop()
        nodes += 1
        if nodes > MAX_NODES:
            return TooLarge(too_many_nodes())
        if isinstance(value, dict):
            left.extend(value.values())
        elif isinstance(value, list):
            left.extend(value)
        elif isinstance(value, str):
            text += len(value)
        elif isinstance(value, Written):
            text += len(value.text)
        if text > MAX_TEXT_BYTES:
            return TooLarge(too_much_text())
    return None
