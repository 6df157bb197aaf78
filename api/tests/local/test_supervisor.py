"""What ends by itself is started again, for itself and soon; what never started is not."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager

import pytest

from rota.local import supervisor
from rota.local.errors import LocalError
from rota.local.supervisor import Supervision, all_or_none, beside, supervise

LONGEST_SECONDS = supervisor.MAX_DELAY_SECONDS


class Mayfly:
    """Ends at once. The starts in `fails` do not succeed; the first of the others, if `lasts`,
    goes on."""

    def __init__(self, fails: Collection[int] = (), *, lasts: bool = False) -> None:
        self.starts = 0
        self.fails = fails
        self.lasts = lasts

    @asynccontextmanager
    async def start(self) -> AsyncIterator["Mayfly"]:
        self.starts += 1
        if self.starts in self.fails:
            raise LocalError("It does not start.")
        yield self

    async def until_end(self) -> str:
        if self.lasts and self.starts > max(self.fails, default=0):
            await asyncio.Event().wait()
        return "ended"


async def warnings(thing: Mayfly, count: int) -> list[str]:
    """The first of them."""
    said = list[str]()
    enough = asyncio.Event()

    def warn(line: str) -> None:
        said.append(line)
        if len(said) == count:
            enough.set()

    async with beside(supervise("It", thing.start, warn)):
        await enough.wait()
    return said


def kept(thing: Mayfly, warn: Callable[[str], None] = lambda _: None) -> Supervision:
    return lambda first: supervise("It", thing.start, warn, first)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "FIRST_DELAY_SECONDS", 0.001)
    monkeypatch.setattr(supervisor, "MAX_DELAY_SECONDS", 0.004)


async def test_delays_grow_up_to_the_longest() -> None:
    assert await warnings(Mayfly(), 4) == [
        f"It ended. Starting it again in {delay} s."
        for delay in ("0.001", "0.002", "0.004", "0.004")
    ]


def test_D7_while_things_get_well_again_nobody_waits_for_two_seconds() -> None:
    assert LONGEST_SECONDS < 2
    assert supervisor.MAX_QUICK_STARTS * LONGEST_SECONDS > 60


async def test_what_never_gets_well_does_not_take_the_machines_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(supervisor, "MAX_QUICK_STARTS", 3)
    monkeypatch.setattr(supervisor, "SLOW_DELAY_SECONDS", 0.009)
    said = await warnings(Mayfly(), 5)
    assert [line.split()[-2] for line in said] == ["0.001", "0.002", "0.004", "0.009", "0.009"]


async def test_what_ran_for_long_starts_again_with_the_first_delay(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(supervisor, "STABLE_SECONDS", -1)
    assert await warnings(Mayfly(), 3) == ["It ended. Starting it again in 0.001 s."] * 3


async def test_a_first_start_that_fails_is_raised_and_not_tried_again() -> None:
    thing = Mayfly([1])
    with pytest.raises(LocalError, match="It does not start"):
        await supervise("It", thing.start, lambda _: None)
    assert thing.starts == 1


async def test_a_later_start_that_fails_is_tried_again() -> None:
    thing = Mayfly([2, 3], lasts=True)
    assert await warnings(thing, 3) == [
        "It ended. Starting it again in 0.001 s.",
        "It did not start again: It does not start. Starting it again in 0.002 s.",
        "It did not start again: It does not start. Starting it again in 0.004 s.",
    ]


async def test_a_first_start_that_fails_takes_the_body_with_it() -> None:
    with pytest.raises(ExceptionGroup) as raised:
        async with beside(supervise("It", Mayfly([1]).start, lambda _: None)):
            await asyncio.Event().wait()
    assert raised.group_contains(LocalError)


async def test_the_first_start_is_told_and_no_later_one() -> None:
    first = asyncio.get_running_loop().create_future()
    async with beside(supervise("It", (thing := Mayfly()).start, lambda _: None, first)):
        assert await first is thing
        while thing.starts < 3:  # noqa: ASYNC110 (it gives no sign)
            await asyncio.sleep(0.001)


@pytest.mark.parametrize("failing", [0, 1])
async def test_at_first_all_start_or_none(failing: int) -> None:
    things = [Mayfly([1]) if number == failing else Mayfly(lasts=True) for number in range(2)]
    with pytest.raises(LocalError, match="It does not start"):
        async with all_or_none(*map(kept, things)):
            raise AssertionError("one of them has not started")


async def test_later_each_is_kept_for_itself() -> None:
    said = list[str]()
    again = asyncio.Event()
    quiet, restless = Mayfly(lasts=True), Mayfly([2, 3])

    def warn(line: str) -> None:
        said.append(line)
        if len(said) == 5:
            again.set()

    async with all_or_none(kept(quiet), kept(restless, warn)) as things:
        assert things == [quiet, restless]
        await again.wait()
    assert (quiet.starts, restless.starts) == (1, 5)


async def test_a_failure_of_the_body_is_its_own() -> None:
    with pytest.raises(ZeroDivisionError):
        async with all_or_none(kept(Mayfly(lasts=True))):
            raise ZeroDivisionError
