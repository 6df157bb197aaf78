"""A vendor's JSON, and single values of it, in the shapes in which they come."""

import json
from collections.abc import Callable, Iterable
from typing import Any

import orjson

MAX_COUNT = 2**31 - 1
_WORDS = ("message", "detail", "error", "msg", "error_message", "reason", "title", "code")
_THOUGHT_TYPES = ("thinking", "reasoning", "thought", "reasoning.text", "redacted_thinking")


def read_json(data: bytes, note_broken: Callable[[], None] = lambda: None) -> Any:
    """None where it is no JSON. Half a character, or bytes that are no text, are no reason to lose
    the rest; what is not read at once is noted before it is tried again."""
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        note_broken()
    try:
        return json.loads(data.decode(errors="replace"), strict=False)
    except (ValueError, RecursionError):
        return None


def count_of(usage: Any, *names: str) -> int | None:
    """A count of tokens under the first of the names that has one; None for what is negative, no
    whole number, or more than a column holds."""
    if not isinstance(usage, dict):
        return None
    for name in names:
        value = usage.get(name)
        if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit():
            value = int(value) if len(value) < 20 else -1
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, int) and not isinstance(value, bool):
            return value if 0 <= value <= MAX_COUNT else None
    return None


def parts_of(value: Any) -> Iterable[dict[str, Any]]:
    """A list's objects; an object in place of a list is its only part, or holds the parts."""
    if isinstance(value, list):
        return [part for part in value if isinstance(part, dict)]
    if isinstance(value, dict):
        inner = [part for part in value.values() if isinstance(part, dict)]
        numbered = bool(value) and all(key.isdigit() for key in value)
        return inner if numbered else [value]
    return []


def text_of(content: Any) -> tuple[str, str]:
    """What is said and what is thought in a message's content: a text, or parts of either."""
    if isinstance(content, str):
        return content, ""
    if isinstance(content, dict) and not content.keys() & {"type", "text", "content"}:
        return json.dumps(content, ensure_ascii=False), ""  # already read
    said: list[str] = []
    thought: list[str] = []
    for part in content if isinstance(content, list) else [content]:
        if isinstance(part, str):
            said.append(part)
        elif isinstance(part, dict):
            is_thought = part.get("type") in _THOUGHT_TYPES
            (thought if is_thought else said).append(_inner(part))
    return "".join(said), "".join(thought)


def _inner(part: dict[str, Any]) -> str:
    """The text of one part, which may hold parts in turn."""
    for name in ("text", "thinking", "content", "summary"):
        value = part.get(name)
        if isinstance(value, str):
            return value
        if isinstance(value, list):
            return "".join(
                inner if isinstance(inner, str) else str(inner.get("text") or "")
                for inner in value
                if isinstance(inner, str | dict)
            )
    return ""


def words_of(body: Any) -> str:
    """What a vendor says in an error, in its own words; empty where it says nothing."""
    for _ in range(6):
        if isinstance(body, list):
            body = next((part for part in body if part), "")
        elif isinstance(body, dict):
            found = [body[name] for name in _WORDS if body.get(name)]
            texts = [value for value in found if isinstance(value, str)]
            body = next((value for value in found if isinstance(value, dict | list)), None)
            if texts and (body is None or isinstance(found[0], str)):
                return texts[0]
        else:
            break
    if body is None or body == "":
        return ""
    return body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
