"""One conversation with a model: what it comes to, and what is heard of it."""

import asyncio
from typing import Any

import pytest

from rota.inference.asking import Answer
from rota.inference.errors import Failure, RunErrorCode
from rota.inference.hearing import response
from rota.inference.preparing import prepare
from rota.platform.resources import Resources
from rota.providers.models import Provider
from tests.inference.asked import BAD, GOOD, Heard, asked, provider_at, target_at
from tests.vendors.openai import OpenAI
from tests.vendors.script import GARBAGE, Fails, Gate, Hangs, Resets, Says, Trouble
from tests.vendors.script import Answer as Script


@pytest.fixture
def vendor() -> OpenAI:
    return OpenAI(models=["small"])


async def test_R2_a_valid_answer_comes_back_and_is_heard_piece_by_piece(
    resources: Resources, vendor: OpenAI
) -> None:
    vendor.will(Says(('{"category": ', '"bug", "con', 'fidence": 0.9}')))
    heard = Heard()
    async with target_at(resources, vendor) as target:
        outcome = await asked(target, heard)
    assert outcome == Answer({"category": "bug", "confidence": 0.9})
    assert heard.story == ["requested", "said", "ended"]
    assert heard.text == GOOD
    (used,) = heard.used
    assert used.requests == 1
    assert used.input_tokens > 0
    assert used.output_tokens > 0


async def test_each_revision_of_a_provider_has_connections_of_its_own(
    resources: Resources,
) -> None:
    row = provider_at("http://127.0.0.1:9/v1")
    wires: list[Any] = [prepare(resources, row, "small").wire for _ in range(2)]
    row.connection_revision += 1
    wires.append(prepare(resources, row, "small").wire)
    first, same, other = (wire._http for wire in wires)
    assert first is same is not other


async def test_R2_a_wrong_answer_is_told_and_sent_back(
    resources: Resources, vendor: OpenAI
) -> None:
    vendor.will(Says((BAD,)), Says((GOOD,)))
    heard = Heard()
    async with target_at(resources, vendor) as target:
        outcome = await asked(target, heard)
    assert isinstance(outcome, Answer)
    assert heard.story == ["requested", "said", "rejected", "requested", "said", "ended"]
    assert ("rejected", BAD) in heard.told
    (issues,) = heard.issues
    assert {issue.path for issue in issues} == {("category",), ("confidence",)}
    assert heard.used[0].requests == 2


@pytest.mark.parametrize("retries", [0, 2])
async def test_R2_the_last_wrong_answer_is_a_failure_that_says_what_was_wrong(
    resources: Resources, vendor: OpenAI, retries: int
) -> None:
    vendor.default = lambda _: Says((BAD,))
    heard = Heard()
    async with target_at(resources, vendor) as target:
        outcome = await asked(target, heard, output_retries=retries)
    assert isinstance(outcome, Failure)
    assert (outcome.code, outcome.may_pass) == (RunErrorCode.OUTPUT_INVALID, False)
    assert {issue.path for issue in outcome.issues} == {("category",), ("confidence",)}
    assert len(vendor.chats) == len(heard.issues) == retries + 1


@pytest.mark.parametrize(
    ("answer", "code", "may_pass"),
    [
        (Fails(Trouble.WRONG_KEY), RunErrorCode.PROVIDER_REFUSED, False),
        (Fails(Trouble.NO_MODEL), RunErrorCode.MODEL_NOT_FOUND, False),
        (Fails(Trouble.QUOTA), RunErrorCode.RATE_LIMITED, False),
        (Fails(Trouble.RATE_LIMIT), RunErrorCode.RATE_LIMITED, True),
        (Fails(Trouble.TOO_LONG), RunErrorCode.INPUT_TOO_LONG, False),
        (Fails(Trouble.SERVER), RunErrorCode.PROVIDER_FAILED, True),
        (Resets(), RunErrorCode.PROVIDER_FAILED, True),
        (GARBAGE, RunErrorCode.PROVIDER_FAILED, True),
    ],
)
async def test_R6_a_vendor_is_asked_once_and_its_trouble_says_whether_it_may_pass(
    resources: Resources, vendor: OpenAI, answer: Script, code: RunErrorCode, may_pass: bool
) -> None:
    vendor.will(answer)
    heard = Heard()
    async with target_at(resources, vendor) as target:
        outcome = await asked(target, heard)
    assert isinstance(outcome, Failure)
    assert (outcome.code, outcome.may_pass) == (code, may_pass)
    assert "Gateway" in outcome.message or "small" in outcome.message
    assert len(vendor.chats) == 1
    assert heard.story[-1] == "ended"


async def test_R6_a_failure_says_after_how_many_seconds_it_may_pass(
    resources: Resources, vendor: OpenAI
) -> None:
    vendor.will(Fails(Trouble.RATE_LIMIT, {"retry-after": "7"}), Fails(Trouble.RATE_LIMIT))
    async with target_at(resources, vendor) as target:
        said, unsaid = await asked(target, Heard()), await asked(target, Heard())
    assert isinstance(said, Failure)
    assert isinstance(unsaid, Failure)
    assert (said.retry_after, unsaid.retry_after) == (7.0, None)


async def test_R6_nobody_there_may_pass(resources: Resources) -> None:
    target = prepare(resources, provider_at("http://127.0.0.1:9/v1"), "small")
    heard = Heard()
    outcome = await asked(target, heard)
    assert isinstance(outcome, Failure)
    assert (outcome.code, outcome.may_pass) == (RunErrorCode.PROVIDER_UNREACHABLE, True)
    assert heard.story == ["requested", "ended"]
    assert heard.used[0].requests == 0


async def test_R8_the_deadline_ends_it_and_closes_the_connection(
    resources: Resources, vendor: OpenAI
) -> None:
    vendor.will(Hangs())
    heard = Heard()
    async with asyncio.timeout(10), target_at(resources, vendor) as target:
        outcome = await asked(target, heard, seconds=0.3, timeout_seconds=77)
        await vendor.chats[0].closed.wait()
    assert isinstance(outcome, Failure)
    assert (outcome.code, outcome.may_pass) == (RunErrorCode.TIMED_OUT, False)
    assert "77 seconds" in outcome.message
    assert heard.story == ["requested", "ended"]


async def test_R8_a_timeout_of_whoever_listens_is_not_the_models(
    resources: Resources, vendor: OpenAI
) -> None:
    """A store that does not answer in time, for one."""
    async with target_at(resources, vendor) as target:
        with pytest.raises(TimeoutError):
            await asked(target, Heard(raises={"said": TimeoutError()}))


async def test_R4_a_cancelled_conversation_closes_the_connection_and_tells_what_it_used(
    resources: Resources, vendor: OpenAI
) -> None:
    gate = Gate()
    vendor.will(Says((BAD,)), Says(tuple(GOOD), gate))
    heard = Heard()
    async with asyncio.timeout(10), target_at(resources, vendor) as target:
        asking_ = asyncio.create_task(asked(target, heard))
        await vendor.next_chat()
        second = await vendor.next_chat()
        await gate.held()
        asking_.cancel()
        await second.closed.wait()
        with pytest.raises(asyncio.CancelledError):
            await asking_
    assert heard.story[-1] == "ended"
    assert heard.used[0].requests >= 1


class Stop(Exception):
    """What a caller's own rules raise."""


@pytest.mark.parametrize("at", ["requested", "said", "rejected"])
async def test_what_a_watch_raises_ends_it_and_reaches_whoever_asked(
    resources: Resources, vendor: OpenAI, at: str
) -> None:
    vendor.default = lambda _: Says((BAD,))
    heard, stop = Heard(raises={at: Stop()}), pytest.raises(Stop)
    async with asyncio.timeout(10), target_at(resources, vendor) as target:
        with stop as caught:
            await asked(target, heard)
        for chat in vendor.chats:
            await chat.closed.wait()
    assert caught.value is heard.raises[at]
    assert [name for name, _ in heard.told].count(at) == 1
    assert heard.story[-1] == "ended"


async def test_R6_a_text_that_nobody_can_write_down_is_the_vendors_doing(
    resources: Resources, vendor: OpenAI
) -> None:
    async with target_at(resources, vendor) as target:
        outcome = await asked(target, Heard(raises={"said": ValueError("no text")}))
    assert isinstance(outcome, Failure)
    assert outcome.code is RunErrorCode.PROVIDER_FAILED


async def test_X_providers_share_no_connections_even_at_one_address(resources: Resources) -> None:
    def connections(provider: Provider) -> Any:
        wire: Any = prepare(resources, provider, "small").wire
        return wire._http

    one, other = (provider_at("http://127.0.0.1:1/v1") for _ in range(2))
    first = connections(one)
    assert first is connections(one)
    assert first is not connections(other)
    one.connection_revision += 1
    assert first is not connections(one)


async def test_R6_an_answer_without_end_is_cut_off(
    resources: Resources, vendor: OpenAI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(response, "MAX_ANSWER_BYTES", 10)
    vendor.will(Says(tuple(GOOD)))
    heard = Heard()
    async with asyncio.timeout(10), target_at(resources, vendor) as target:
        outcome = await asked(target, heard)
        await vendor.chats[0].closed.wait()
    assert isinstance(outcome, Failure)
    assert "grew beyond" in outcome.message
    assert GOOD.startswith(heard.text)
