"""What vendors mean by an error, in the words in which they say it (V3, V5)."""

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rota.inference.asking import Answer
from rota.inference.errors import Failure, RunErrorCode
from rota.inference.modes import OutputMode
from rota.inference.prompt import Prompt
from rota.inference.refusals import Refusal, body_of, read_body, refusal_in_stream, refusal_of
from rota.inference.waiting import seconds_to_wait
from tests.inference.asked import BAD, GOOD, Heard
from tests.inference.streams import DONE, data, event
from tests.inference.wired import DIED, Reply, ScriptedHttp, heard_of

LONG = Prompt("Sort.", "It crashes again. " * 3_000)
NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)


def error(message: str, **more: Any) -> bytes:
    return json.dumps({"error": {"message": message, **more}}).encode()


SAID: list[tuple[int, bytes, Refusal]] = [
    (400, error("This model's maximum context length is 8192 tokens."), Refusal.TOO_LONG),
    (400, error("x", code="context_length_exceeded"), Refusal.TOO_LONG),
    (400, error("the request exceeds the available context size"), Refusal.TOO_LONG),
    (400, error("prompt is too long: 210000 tokens > 200000 maximum"), Refusal.TOO_LONG),
    (400, error("Please reduce the length of the messages or completion."), Refusal.TOO_LONG),
    (400, error("input length exceeds the context length"), Refusal.TOO_LONG),
    (422, error("`inputs` tokens + `max_new_tokens` must be <= 4096: too many tokens"),
     Refusal.TOO_LONG),
    (400, error("The input token count (1048577) exceeds the maximum number of tokens allowed"),
     Refusal.TOO_LONG),
    (413, b"<html>413 Request Entity Too Large</html>", Refusal.TOO_LONG),
    (429, error("Request too large for gpt-4o on tokens per min (TPM): Limit 30000. The input or "
                "output tokens must be reduced."), Refusal.TOO_LONG),
    (429, error("Rate limit reached for gpt-4o on tokens per min (TPM): Limit 30000, Used 29000. "
                "Please try again in 2s."), Refusal.RATE_LIMIT),
    (429, error("You exceeded your current quota, please check your plan and billing details."),
     Refusal.QUOTA),
    (402, error("Insufficient Balance"), Refusal.QUOTA),
    (403, error("Your credit balance is too low"), Refusal.QUOTA),
    (400, error("The response was filtered due to the prompt triggering the content management "
                "policy.", code="content_filter"), Refusal.CONTENT),
    (400, error("Your prompt was flagged as potentially violating our usage policy"),
     Refusal.CONTENT),
    (400, error("Input data may contain inappropriate content.", code="data_inspection_failed"),
     Refusal.CONTENT),
    (400, error("Failed to generate JSON.", code="json_validate_failed"), Refusal.WRONG_ANSWER),
    (400, error("'response_format' of type 'json_schema' is not supported with this model."),
     Refusal.MODE),
    (400, error("Failed to parse grammar"), Refusal.MODE),
    (400, error("Invalid schema for response_format 'output': schema must have type object"),
     Refusal.MODE),
    (404, error("No endpoints found that can handle the requested parameters: response_format"),
     Refusal.MODE),
    (401, error("Incorrect API key provided"), Refusal.KEY),
    (403, error("Forbidden"), Refusal.KEY),
    (404, error('model "qwen9" not found, try pulling it first'), Refusal.MODEL),
    (404, error("The model `gpt-9` does not exist", code="model_not_found"), Refusal.MODEL),
    (404, error("The API deployment for this resource does not exist", code="DeploymentNotFound"),
     Refusal.MODEL),
    (400, error("qwen/nothing is not a valid model ID"), Refusal.MODEL),
    (404, b'{"detail":"Not Found"}', Refusal.ROUTE),
    (404, b"<html><h1>404</h1></html>", Refusal.ROUTE),
    (405, b'{"detail":"Method Not Allowed"}', Refusal.ROUTE),
    (301, b"", Refusal.REDIRECT),
    (307, b"", Refusal.REDIRECT),
    *[(status, b"", Refusal.PASSING) for status in (408, 409, 425, 500, 502, 503, 504, 520, 529)],
    (429, b"", Refusal.RATE_LIMIT),
    (501, b"", Refusal.SERVER),
    (505, b"", Refusal.SERVER),
    (400, error("temperature must be at most 1"), Refusal.REQUEST),
    (418, b"", Refusal.REQUEST),
]  # fmt: skip


@pytest.mark.parametrize(("status", "body", "wanted"), SAID)
def test_V5_what_is_meant(status: int, body: bytes, wanted: Refusal) -> None:
    assert refusal_of(status, read_body(body), OutputMode.ENFORCED) is wanted


def test_V5_what_a_body_repeats_of_the_request_says_nothing() -> None:
    """Else whoever writes an input could choose what is told."""
    echo = {"response_format": "content_filter", "text": "maximum context length, quota"}
    body = body_of({"detail": [{"msg": "Bad value", "input": echo}]})
    assert refusal_of(422, body, OutputMode.ENFORCED) is Refusal.REQUEST
    assert body.words == "Bad value"


BROKEN = (b"\\ud83d", b"\\udc00", b"\x00", b"\n", b"\xff", b"\xc3", b"\\ud83d\\ud83d", b"\x1b")
WHERE = st.sampled_from(["input", "msg", "loc", "type"])


@given(where=WHERE, broken=st.lists(st.sampled_from(BROKEN), min_size=1, max_size=3).map(b"".join))
def test_V5_half_a_character_makes_no_other_sense_of_an_error(where: str, broken: bytes) -> None:
    """What it repeats of the request says nothing for all that, and its own words are its own."""
    echo = {"response_format": "content_filter", "text": "maximum context length, quota"}
    fault = {"msg": "Bad value", "input": echo, "loc": "x", "type": "y"}
    if where == "input":
        fault["input"] = {**echo, "more": "@"}
    else:
        fault[where] = f"{fault[where]} @"
    body = read_body(json.dumps({"detail": [fault]}).encode().replace(b"@", broken))
    assert refusal_of(422, body, OutputMode.ENFORCED) is Refusal.REQUEST
    assert body.words.startswith("Bad value")
    assert "quota" not in body.told


@pytest.mark.parametrize("mode", OutputMode)
def test_V5_a_mode_is_refused_only_where_it_was_asked_for(mode: OutputMode) -> None:
    about_format = read_body(error("response_format is not supported"))
    about_tools = read_body(error("this model does not support tools"))
    is_format = mode.is_enforced or mode is OutputMode.JSON_AND_SHOWN
    assert (refusal_of(400, about_format, mode) is Refusal.MODE) is is_format
    assert (refusal_of(400, about_tools, mode) is Refusal.MODE) is (mode is OutputMode.TOOL)


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ({"error": {"code": 503, "message": "The model is overloaded."}}, Refusal.PASSING),
        ([{"error": {"code": 429, "message": "Resource exhausted."}}], Refusal.RATE_LIMIT),
        ({"error": {"code": "401", "message": "No."}}, Refusal.KEY),
        ({"error": {"message": "maximum context length"}}, Refusal.TOO_LONG),
        ({"error": "boom"}, Refusal.PASSING),
        ({"error": "model 'qwen9' not found"}, Refusal.MODEL),
        ({"error": {"message": "Invalid API key"}}, Refusal.KEY),
        ({"error": {"code": 502, "metadata": {"type": "unavailable"}}}, Refusal.PASSING),
    ],
)  # fmt: skip
def test_V5_an_error_amid_the_stream_has_its_own_code(said: Any, wanted: Refusal) -> None:
    assert refusal_in_stream(body_of(said), OutputMode.SHOWN) is wanted


@pytest.mark.parametrize(
    ("headers", "told", "wanted"),
    [
        ({}, "", None),
        ({"retry-after": "7"}, "", 7),
        ({"retry-after": "0.5"}, "", 0.5),
        ({"retry-after": format_datetime(NOW + timedelta(seconds=40), usegmt=True)}, "", 40),
        ({"retry-after": format_datetime(NOW - timedelta(days=1), usegmt=True)}, "", 0),
        ({"retry-after-ms": "1500", "retry-after": "9"}, "", 1.5),
        ({"retry-after": "soon"}, "", None),
        ({"retry-after": "9" * 400}, "", None),
        ({"retry-after": "-3"}, "", None),
        ({"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "6m0s"}, "", 360),
        ({"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "120ms"}, "", 0.12),
        ({"x-ratelimit-remaining-requests": "9", "x-ratelimit-reset-requests": "6m0s"}, "", None),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(NOW.timestamp() + 5) * 1000)},
         "", 5),
        ({"anthropic-ratelimit-requests-remaining": "0",
          "anthropic-ratelimit-requests-reset": "2026-11-30T09:00:30Z"}, "", 30),
        ({}, "please try again in 1.5s.", 1.5),
        ({}, "retrydelay 34s", 34),
        ({}, "try again in 6m2s", 362),
    ],
)  # fmt: skip
def test_V3_how_long_a_vendor_asks_to_wait(
    headers: dict[str, str], told: str, wanted: float | None
) -> None:
    found = seconds_to_wait(headers, told, NOW)
    assert found == (None if wanted is None else pytest.approx(wanted, abs=0.01))


@given(st.dictionaries(st.sampled_from(["retry-after", "retry-after-ms", "x-ratelimit-reset",
    "x-remaining"]), st.text(max_size=30)), st.text(max_size=50))  # fmt: skip
def test_V3_no_header_is_a_fault_of_ours(headers: dict[str, str], told: str) -> None:
    found = seconds_to_wait(headers, told, NOW)
    assert found is None or found >= 0


def chat(text: str, reason: str | None = "stop", **usage: int) -> Reply:
    body = event({"content": text}) + event({}, reason)
    if usage:
        body += data({"choices": [], "usage": usage})
    return Reply([body + DONE])


@pytest.mark.parametrize("half", ["", "\ud83d"])
async def test_V5_a_draft_that_the_vendor_would_not_take_is_corrected_like_one(half: str) -> None:
    draft, shown = BAD + half, BAD + ("\ufffd" if half else "")
    code = "json_validate_failed"
    refused = error("Failed to generate JSON.", code=code, failed_generation=draft)
    http, heard = ScriptedHttp(Reply([refused], 400), chat(GOOD)), Heard()
    assert isinstance(await heard_of(http, heard), Answer)
    assert [text for name, text in heard.told if name == "rejected"] == [shown]
    assert json.loads(http.sent[1])["messages"][2]["content"] == shown


async def test_V2_a_correction_that_has_no_room_is_tried_shorter_and_then_told() -> None:
    too_long = Reply([error("maximum context length")], 400)
    http, heard = ScriptedHttp(chat(BAD), chat(BAD), too_long, chat(GOOD)), Heard()
    assert isinstance(await heard_of(http, heard), Answer)
    counts = [len(json.loads(body)["messages"]) for body in http.sent]
    assert counts == [2, 4, 6, 4]
    http = ScriptedHttp(chat(BAD), too_long)
    outcome = await heard_of(http, Heard())
    assert isinstance(outcome, Failure)
    assert outcome.code is RunErrorCode.OUTPUT_INVALID
    assert "no room for a correction" in outcome.message
    assert len(http.sent) == 2


@pytest.mark.parametrize("text", [GOOD, BAD, "", '{"category": "b'])
async def test_V2_a_limit_on_the_length_is_told_and_never_corrected(text: str) -> None:
    for reason in ("length", "MAX_TOKENS", "model_length"):
        http, heard = ScriptedHttp(chat(text, reason)), Heard()
        outcome = await heard_of(http, heard, max_tokens=77)
        assert isinstance(outcome, Failure)
        assert (outcome.code, outcome.may_pass) == (RunErrorCode.OUTPUT_TRUNCATED, False)
        assert "maxTokens (77)" in outcome.message
        assert (len(http.sent), heard.issues) == (1, [])


@pytest.mark.parametrize("reason", ["content_filter", "SAFETY", "refusal"])
async def test_V2_a_filter_is_told_as_one_whatever_came(reason: str) -> None:
    outcome = await heard_of(ScriptedHttp(chat(GOOD, reason)), Heard())
    assert isinstance(outcome, Failure)
    assert (outcome.code, outcome.may_pass) == (RunErrorCode.CONTENT_REFUSED, False)


@pytest.mark.parametrize(
    ("reported", "is_cut"),
    [(2_050, True), (1_026, True), (2_048, True), (300, True), (20_000, False), (None, False),
     (0, False)],
)  # fmt: skip
async def test_V2_a_prompt_that_the_server_cut_is_never_answered(
    monkeypatch: pytest.MonkeyPatch, reported: int | None, is_cut: bool
) -> None:
    monkeypatch.setattr("tests.inference.asked.PROMPT", LONG)
    usage: Any = {} if reported is None else {"prompt_tokens": reported}
    http, heard = ScriptedHttp(chat(GOOD, **usage)), Heard()
    outcome = await heard_of(http, heard)
    assert len(http.sent) == 1
    if is_cut:
        assert isinstance(outcome, Failure)
        assert (outcome.code, outcome.may_pass) == (RunErrorCode.PROMPT_TRUNCATED, False)
        assert f"{reported:,} tokens" in outcome.message
        assert [text for name, text in heard.told if name == "rejected"] == [GOOD]
    else:
        assert isinstance(outcome, Answer)


async def test_V3_a_connection_that_dies_before_a_byte_says_so() -> None:
    outcome = await heard_of(ScriptedHttp(DIED), Heard())
    assert isinstance(outcome, Failure)
    assert (outcome.died, outcome.may_pass) == (True, True)
    amid = await heard_of(ScriptedHttp(Reply([b"data: {"], breaks=True)), Heard())
    assert isinstance(amid, Failure)
    assert (amid.died, amid.may_pass) == (False, True)
