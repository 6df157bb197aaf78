"""Streams of chat completions, generated: an answer with thoughts, cut in any way."""

import itertools
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)
CATEGORIES = st.sampled_from(["bug", "feature"])
ANSWERS = st.fixed_dictionaries(
    {"category": CATEGORIES, "confidence": st.sampled_from([0, 0.5, 1])},
    optional={"note": TEXT | st.sampled_from(["<think>", "</think>", "```", "😀👩‍💻", '{"a":1}'])},
)
THOUGHTS = st.sampled_from(
    ["", "Perhaps", 'a draft:\n```json\n{"category": "feature", "confidence": 1}\n```\nno', "{"]
)


def event(delta: Any, reason: Any = None, **more: Any) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": reason}
    return data({"id": "c1", "choices": [choice], **more})


def data(chunk: Any) -> bytes:
    return b"data: " + json.dumps(chunk).encode() + b"\n\n"


DONE = b"data: [DONE]\n\n"


def cut(body: bytes, at: Sequence[int]) -> list[bytes]:
    """Into pieces, at these places as far as there are such."""
    places = sorted({place % (len(body) + 1) for place in at} | {0, len(body)})
    return [body[a:b] for a, b in itertools.pairwise(places)]


def parted(text: str, at: Sequence[int]) -> list[str]:
    places = sorted({place % (len(text) + 1) for place in at} | {0, len(text)})
    return [text[a:b] for a, b in itertools.pairwise(places)]


@dataclass(frozen=True)
class Stream:
    """A whole one: what it says in the end, and its bytes."""

    answer: Any
    body: bytes


@st.composite
def streams(draw: st.DrawFn) -> Stream:
    """Whole and well: the answer alone or fenced, thoughts before it in one of their places."""
    answer = draw(ANSWERS)
    said = json.dumps(answer, ensure_ascii=draw(st.booleans()))
    if draw(st.booleans()):
        said = f"```json\n{said}\n```"
    thoughts = draw(THOUGHTS)
    place = draw(st.sampled_from(["none", "tags", "end tag", "field"]))
    deltas: list[Any] = [{"role": "assistant", "content": draw(st.sampled_from(["", None]))}]
    if place == "field":
        name = draw(st.sampled_from(["reasoning", "reasoning_content", "thinking"]))
        deltas += [{name: part} for part in parted(thoughts, draw(CUTS))]
    elif place == "tags":
        said = f"<think>{thoughts}</think>\n{said}"
    elif place == "end tag" and not thoughts.startswith("{"):
        said = f"{thoughts}</think>\n\n{said}"
    deltas += [{"content": part} for part in parted(said, draw(CUTS))]
    events = [event(delta) for delta in deltas]
    noise = st.sampled_from([b"", b": ping\n\n", b"data:\n\n", b"event: ping\n\n", b"retry: 1\n\n"])
    body = b"".join(draw(noise) + one for one in events)
    body += event({}, "stop")
    body += draw(st.sampled_from([b"", data({"choices": [], "usage": {"prompt_tokens": 5}})]))
    body += draw(st.sampled_from([b"", DONE]))
    newline = draw(st.sampled_from([b"\n", b"\r\n", b"\r"]))
    return Stream(
        answer, draw(st.sampled_from([b"", b"\xef\xbb\xbf"])) + body.replace(b"\n", newline)
    )


CUTS = st.lists(st.integers(0, 4_000), max_size=12)
