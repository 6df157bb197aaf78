"""Neighbours of what vendors send, generated: whatever the cut and the shape, what is stored is the
whole answer or nothing, and nothing is a fault of Rota's own (V1 to V4)."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from rota.inference.asking import Answer
from rota.inference.errors import Failure, RunErrorCode
from rota.inference.hearing.events import EventReader
from rota.inference.hearing.thoughts import Beginning, set_apart
from tests.dose import dose, tried
from tests.inference.asked import Heard
from tests.inference.streams import ANSWERS, CUTS, DONE, Stream, cut, data, event, parted, streams
from tests.inference.wired import KEY, Reply, ScriptedHttp, heard_of

many = settings(max_examples=dose(100, 5_000), deadline=None)
FOREIGN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


@many
@given(stream=streams(), at=CUTS)
async def test_V1_a_whole_stream_gives_its_answer_however_it_is_cut(
    stream: Stream, at: list[int]
) -> None:
    heard = Heard()
    outcome = await heard_of(ScriptedHttp(Reply(cut(stream.body, at))), heard)
    assert outcome == Answer(stream.answer)
    assert set_apart(heard.text)[1].startswith(("{", "```"))
    tried["whole streams"] += 1


@many
@given(stream=streams(), at=st.integers(0, 10_000), breaks=st.booleans())
async def test_V2_a_stream_that_stops_anywhere_is_broken_or_whole(
    stream: Stream, at: int, breaks: bool
) -> None:
    body = stream.body[: at % (len(stream.body) + 1)]
    http = ScriptedHttp(Reply([body], breaks=breaks))
    heard = Heard()
    outcome = await heard_of(http, heard)
    assert len(http.sent) == 1
    assert heard.issues == []
    if isinstance(outcome, Failure):
        assert (outcome.code, outcome.may_pass) == (RunErrorCode.PROVIDER_FAILED, True)
    else:
        assert outcome == Answer(stream.answer)


@many
@given(answer=ANSWERS, at=st.integers(0, 10_000), is_list=st.booleans(), breaks=st.booleans())
async def test_V2_json_in_place_of_a_stream_is_whole_or_broken(
    answer: Any, at: int, is_list: bool, breaks: bool
) -> None:
    message = {"role": "assistant", "content": json.dumps(answer)}
    whole: Any = {"choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}
    body = json.dumps([whole] if is_list else whole, indent=1).encode()
    cut_off = body[: at % (len(body) + 1)]
    heard = Heard()
    outcome = await heard_of(ScriptedHttp(Reply([cut_off], breaks=breaks)), heard)
    assert heard.issues == []
    if cut_off == body:
        assert outcome == Answer(answer)
    else:
        assert isinstance(outcome, Failure)
        assert (outcome.code, outcome.may_pass) == (RunErrorCode.PROVIDER_FAILED, True)


PLACES = ["id", "choices", "index", "delta", "content", "finish_reason", "usage", "role"]


@many
@given(
    answer=ANSWERS,
    place=st.sampled_from(PLACES),
    value=FOREIGN,
    is_missing=st.booleans(),
    which=st.integers(0, 2),
)
async def test_V4_a_field_that_is_missing_or_of_another_type_is_no_fault_of_ours(
    answer: Any, place: str, value: Any, is_missing: bool, which: int
) -> None:
    text = json.dumps(answer)
    half = len(text) // 2
    choices = [
        {"index": 0, "delta": {"role": "assistant", "content": text[:half]}, "finish_reason": None},
        {"index": 0, "delta": {"content": text[half:]}, "finish_reason": None},
        {"index": 0, "delta": {}, "finish_reason": "stop"},
    ]
    chunks = [{"id": "c1", "choices": [one], "usage": None} for one in choices]
    _plant(chunks[which], place, value, is_missing)
    body = b"".join(map(data, chunks)) + DONE
    outcome = await heard_of(ScriptedHttp(Reply([body])), Heard(), output_retries=0)
    if isinstance(outcome, Answer):
        assert outcome.value == answer or place in ("content", "delta", "choices")
    else:
        assert outcome.code is not RunErrorCode.INTERNAL


def _plant(chunk: dict[str, Any], place: str, value: Any, is_missing: bool) -> None:
    for owner in (chunk, chunk["choices"][0], chunk["choices"][0]["delta"]):
        if place in owner:
            if is_missing:
                del owner[place]
            else:
                owner[place] = value
            return


@many
@given(parts=st.lists(FOREIGN, min_size=1, max_size=4), ends=st.booleans())
async def test_V4_a_stream_of_anything_is_never_an_answer_and_never_ours(
    parts: list[Any], ends: bool
) -> None:
    body = b"".join(map(data, parts)) + (DONE if ends else b"")
    outcome = await heard_of(ScriptedHttp(Reply([body])), Heard(), output_retries=0)
    assert isinstance(outcome, Failure)
    assert outcome.code is not RunErrorCode.INTERNAL


@many
@given(body=st.binary(max_size=200), status=st.sampled_from([200, 200, 400, 404, 429, 500, 503]))
async def test_V4_bytes_of_anything_are_never_an_answer_and_never_ours(
    body: bytes, status: int
) -> None:
    outcome = await heard_of(ScriptedHttp(Reply([body], status)), Heard(), output_retries=0)
    assert isinstance(outcome, Failure)
    assert outcome.code is not RunErrorCode.INTERNAL
    assert "Traceback" not in outcome.message


@many
@given(
    first=ANSWERS,
    second=ANSWERS,
    before=st.sampled_from(["", "The form is ", "```json\n", "<answer>", "> ", "1. "]),
    between=st.sampled_from(["\n", " or ", "</think>", "\n```\nMy answer:\n```json\n", "\n\n"]),
    after=st.sampled_from(["", "\n```", " That is it.", "</answer>"]),
)
async def test_V1_of_a_text_with_two_answers_none_is_taken_but_what_follows_thoughts(
    first: Any, second: Any, before: str, between: str, after: str
) -> None:
    text = before + json.dumps(first) + between + json.dumps(second) + after
    body = event({"content": text}) + event({}, "stop")
    outcome = await heard_of(ScriptedHttp(Reply([body])), Heard(), output_retries=0)
    if between == "</think>" and before in ("The form is ", "<answer>", "> ", "1. ") and not after:
        assert outcome == Answer(second)
    else:
        assert isinstance(outcome, Failure)
        assert outcome.code is RunErrorCode.OUTPUT_INVALID


@many
@given(text=st.text(st.sampled_from('<>/think{}[]`\n ~ax"◁▷'), max_size=40), at=CUTS)
def test_V1_what_is_told_piece_by_piece_begins_where_the_answer_begins(
    text: str, at: list[int]
) -> None:
    whole, pieces = Beginning(), Beginning()
    told = "".join(pieces.add(part) for part in parted(text, at))
    assert told == whole.add(text)
    thoughts, said = set_apart(text)
    assert said.startswith(told.rstrip()) if told else True
    assert not told or told[0] in "{[`~"
    del thoughts


@many
@given(
    body=st.binary(max_size=80),
    lines=st.lists(
        st.sampled_from(
            [
                b"data: 1",
                b"data",
                b"data:",
                b"event: x",
                b": c",
                b"",
                b"\r",
                b'data: {"a":1}',
                b"<p>",
            ]
        ),
        max_size=8,
    ),
    at=CUTS,
)
def test_V4_events_are_the_same_however_they_are_cut(
    body: bytes, lines: list[bytes], at: list[int]
) -> None:
    text = b"\n".join(lines) + body
    whole, pieces = EventReader(), EventReader()
    one = whole.feed(text) + whole.close()
    other = [found for part in cut(text, at) for found in pieces.feed(part)] + pieces.close()
    assert one == other


ESCAPES = st.sampled_from(
    [
        str,
        lambda char: f"\\u{ord(char):04x}",
        lambda char: f"\\u{ord(char):04X}",
        lambda char: f"%{ord(char):02x}",
        lambda char: f"&#{ord(char)};",
        lambda char: f"&#x{ord(char):x};",
        lambda char: f"\\{char}" if char in "/+-" else char,
    ]
)


@many
@given(
    escapes=st.lists(ESCAPES, min_size=len(KEY), max_size=len(KEY)),
    status=st.sampled_from([400, 401, 500]),
)
async def test_V5_a_key_is_in_no_words_however_it_is_escaped(
    escapes: list[Any], status: int
) -> None:
    spelled = "".join(escape(char) for escape, char in zip(escapes, KEY, strict=True))
    body = b'{"error": {"message": "No such key: ' + spelled.encode() + b' in our books"}}'
    outcome = await heard_of(ScriptedHttp(Reply([body], status)), Heard())
    assert isinstance(outcome, Failure)
    told = f"{outcome.message} {outcome.vendor_message}"
    assert "canary" not in told.lower()
    assert "0123456789" not in told
    assert spelled not in told


@many
@given(at=CUTS, deltas=CUTS)
async def test_V5_a_key_in_an_answer_is_never_told(at: list[int], deltas: list[int]) -> None:
    text = json.dumps({"category": "bug", "confidence": 1, "note": f"it is {KEY}!"})
    body = b"".join(event({"content": part}) for part in parted(text, deltas)) + event({}, "stop")
    heard = Heard()
    outcome = await heard_of(ScriptedHttp(Reply(cut(body, at))), heard)
    assert isinstance(outcome, Answer)
    assert KEY not in heard.text
    assert "canary" not in json.dumps(outcome.value)
    assert heard.text.startswith('{"category": "bug"')
