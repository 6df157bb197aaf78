"""What is judged at once, what in a process of its own, and what not at all."""

import asyncio
import os
import resource
import signal
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rota.contracts import Contract, Verdict, compile_contract, judge
from rota.contracts.child import CHILD, Child
from rota.contracts.contract import NO_PLACE
from rota.contracts.cost import ERROR
from rota.platform.kernel import jsontext
from rota.platform.kernel.jsonvalue import measure

pytestmark = pytest.mark.timeout(60)


def holding(schema: Any) -> Contract:
    return compile_contract({"type": "object", "properties": {"it": schema}})


def names(many: int, stem: str = "name") -> list[str]:
    return [f"{stem}{i}" for i in range(many)]


def valued(many: int, value: Any) -> dict[str, Any]:
    return dict.fromkeys(names(many), value)


def constants(many: int) -> list[dict[str, Any]]:
    return [{"const": i} for i in range(many)]


AT_ONCE: list[tuple[str, Contract, Any, bool]] = [
    ("whole numbers", holding({"items": {"type": "integer"}}), [1] * 390_000, True),
    ("names of options", holding({"propertyNames": {"enum": names(1_000)}}),
     dict.fromkeys(names(5_000, "other"), 1), False),
    ("many options", holding({"propertyNames": {"enum": names(20_000)}}),
     dict.fromkeys(names(5_000, "other"), 1), False),
    ("texts of options", holding({"items": {"enum": names(2_000)}}), ["x"] * 5_000, False),
    ("the last option", holding({"items": {"enum": names(2_000)}}), ["name1999"] * 5_000, True),
    ("a long constant", holding({"items": {"const": "x" * 900_000}}), ["y"] * 4_000, False),
    ("a long name", holding({"items": {"required": ["x" * 900_000]}}), [{}] * 4_000, False),
    ("few forms", holding({"items": {"oneOf": constants(10)}}), [*range(10)] * 200, True),
    ("a long text", holding({"items": {"pattern": "^[a-z]+$"}}), ["a" * 900_000], True),
]  # fmt: skip
ELSEWHERE: list[tuple[str, Contract, Any, bool]] = [
    ("one is wrong", holding({"items": {"type": "integer"}}), [1] * 390_000 + ["x"], False),
    ("numbers of options", holding({"items": {"enum": [*range(2_000)]}}), [-1] * 5_000, False),
    ("kept options", holding({"items": {"enum": ["a", *range(500)]}}), [499] * 2_000, True),
    ("many contained", holding({"allOf": [{"contains": one} for one in constants(200)]}),
     [300] * 2_000 + [*range(200)], True),
    ("one not contained", holding({"allOf": [{"contains": one} for one in constants(200)]}),
     [300] * 5_000, False),
    ("many forms", holding({"items": {"oneOf": constants(1_000)}}), [*range(1_000)], True),
    ("none of the forms", holding({"items": {"anyOf": constants(1_000)}}), [-1] * 1_000, False),
    ("look-around", holding({"items": {"pattern": "^(?=a)"}}), ["a"] * 2_000, True),
    ("much to copy", holding({"anyOf": [{"allOf": [{"maxProperties": i} for i in range(2_000)]}]}),
     dict.fromkeys(names(50_000), 1), False),
]  # fmt: skip
TOO_DEAR: list[tuple[str, Contract, Any]] = [
    ("too many forms", holding({"items": {"oneOf": constants(5_000)}}), [4_999] * 20_000),
    ("options that are objects", holding({"items": {"enum": [{"a": i} for i in range(5_000)]}}),
     [{"a": 4_999}] * 20_000),
    ("too many contained", holding({"allOf": [{"contains": one} for one in constants(2_000)]}),
     [-1] * 40_000 + [*range(2_000)]),
    ("a pattern that branches", holding({"items": {"pattern": r"(\p{L}\d?){150}(\w{3,40}){4}!"}}),
     ["ab" * 400_000]),
]  # fmt: skip


@pytest.mark.parametrize(("what", "contract", "value", "is_valid"), AT_ONCE)
def test_T2_what_is_cheap_is_judged_at_once(
    what: str, contract: Contract, value: Any, is_valid: bool
) -> None:
    verdict = contract.verdict_at_once({"it": value})
    assert verdict is not None, what
    assert (verdict.issues == []) is is_valid
    assert len(verdict.issues) <= 1
    assert max((len(issue.message) for issue in verdict.issues), default=0) <= 300


@pytest.mark.parametrize(("what", "contract", "value", "is_valid"), ELSEWHERE)
async def test_T2_what_may_be_dear_is_judged_in_a_process_of_its_own(
    what: str, contract: Contract, value: Any, is_valid: bool
) -> None:
    value = {"it": value}
    assert contract.verdict_at_once(value) is None, what
    verdict = await judge(contract, value)
    assert not verdict.is_too_dear
    assert (verdict.issues == []) is is_valid
    assert bool(contract.faults(value)) is not is_valid


@pytest.mark.parametrize(("what", "contract", "value"), TOO_DEAR)
async def test_T2_what_is_too_dear_says_so(what: str, contract: Contract, value: Any) -> None:
    value = {"it": value}
    verdict = await judge(contract, value)
    assert verdict.is_too_dear, what
    [issue] = verdict.issues
    assert issue.path == ()
    assert "smaller" in issue.message
    assert await judge(holding({"enum": [1]}), {"it": 1}) == Verdict([])


async def test_T2_others_go_on_while_a_dear_one_is_judged() -> None:
    _, contract, value = TOO_DEAR[0]
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    going_on = asyncio.create_task(others())
    assert (await judge(contract, {"it": value})).is_too_dear
    going_on.cancel()
    assert turns > 100


async def test_T2_several_dear_ones_wait_for_each_other() -> None:
    verdicts = await asyncio.gather(
        *(judge(contract, {"it": value}) for _, contract, value, _ in ELSEWHERE[:4])
    )
    assert [verdict.issues == [] for verdict in verdicts] == [case[3] for case in ELSEWHERE[:4]]


@pytest.fixture
def child() -> Iterator[Child]:
    one = Child()
    yield one
    one.close()


SCHEMA = b'{"properties":{"a":{"type":"string"}}}'


def ask(child: Child, value: bytes, schema: bytes = SCHEMA) -> tuple[bool | None, list[Any]]:
    answer = child.ask(schema, value)
    return answer.is_valid, answer.faults


def test_T2_the_process_starts_when_it_is_needed_and_is_kept(child: Child) -> None:
    assert child.pid is None
    assert ask(child, b'{"a":"x"}') == (True, [])
    first = child.pid
    assert ask(child, b'{"a":1}') == (False, [[["a"], "The value must be of type string."]])
    assert child.pid == first
    child.close()
    assert child.pid is None


def test_T2_one_that_died_is_replaced(child: Child) -> None:
    ask(child, b"{}")
    first = child.pid
    assert first
    os.kill(first, signal.SIGKILL)
    os.waitid(os.P_PID, first, os.WEXITED | os.WNOWAIT)
    assert ask(child, b"{}") == (True, [])
    assert child.pid != first


def test_T2_one_that_dies_at_it_leaves_no_verdict(child: Child) -> None:
    options = jsontext.dump_bytes({"items": {"oneOf": constants(5_000)}})
    assert ask(child, jsontext.dump_bytes([4_999] * 40_000), options) == (None, [])
    assert child.pid is None
    assert ask(child, b"{}") == (True, [])


def test_T2_its_memory_has_a_limit(child: Child) -> None:
    """The verdict is known before the telling takes too much."""
    value = jsontext.dump_bytes(["x" * 2_000_000])
    schema = {"allOf": [{"items": {"allOf": [{"maxLength": 1}] * 2}}] * 1_000}
    is_valid, faults = ask(child, value, jsontext.dump_bytes({"anyOf": [schema]}))
    assert is_valid is False
    assert faults == []


def test_T2_a_verdict_without_a_place_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    _, contract, value, _ = ELSEWHERE[0]
    monkeypatch.setattr(CHILD, "ask", lambda *_: type("A", (), {"is_valid": False, "faults": []}))
    assert contract.faults({"it": value}) == NO_PLACE


def test_T2_it_is_no_child_of_the_terminal(child: Child) -> None:
    """A Ctrl-C is for its owner."""
    ask(child, b"{}")
    assert child.pid
    assert os.getsid(child.pid) == child.pid
    assert os.getsid(0) != child.pid


def test_T2_it_works_in_a_process_with_many_open_files(child: Child) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < 2_000:
        pytest.skip("This system allows too few open files.")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 2_000), hard))
    opened = [os.open(os.devnull, os.O_RDONLY) for _ in range(1_100)]
    try:
        assert ask(child, b"{}") == (True, [])
    finally:
        for one in opened:
            os.close(one)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_T2_it_ends_with_its_owner(child: Child) -> None:
    ask(child, b"{}")
    assert child.pid
    process = child._process
    assert process
    process._input.close()
    assert process._process.wait(20) == 0


def test_T2_secrets_of_the_environment_do_not_reach_it(
    child: Child, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROTA_TEST_SECRET", "x")
    ask(child, b"{}")
    environment = f"/proc/{child.pid}/environ"
    if not os.path.exists(environment):
        pytest.skip("This system does not show a process's environment.")
    with open(environment, "rb") as file:
        assert b"ROTA_TEST_SECRET" not in file.read()


SMALL = st.integers(1, 60)
MANY = st.integers(1, 200)
KINDS: list[Callable[[int, int], tuple[Any, Any]]] = [
    lambda n, m: ({"items": {"enum": [*range(n)]}}, [n - 1] * m),
    lambda n, m: ({"items": {"enum": [{"a": i} for i in range(n)]}}, [{"a": -1}] * m),
    lambda n, m: ({"items": {"anyOf": constants(n)}}, [-1] * m),
    lambda n, m: ({"items": {"oneOf": constants(n)}}, [*range(m)]),
    lambda n, m: ({"allOf": [{"contains": one} for one in constants(n)]}, [-1] * m),
    lambda n, m: ({"allOf": [{"items": {"type": "string"}}] * n}, [1] * m),
    lambda n, m: ({"allOf": [{"minItems": m + 1}] * n}, [1] * m),
    lambda n, m: ({"items": {"required": names(n)}}, [{}] * m),
    lambda n, m: ({"additionalProperties": {"pattern": "a{1,50}" * n}}, valued(m, "b")),
    lambda n, m: ({"patternProperties": dict.fromkeys(names(n), False)}, valued(m, 1)),
    lambda n, m: ({"items": {"uniqueItems": True}}, [[*range(m)]] * n),
    lambda n, m: ({"not": {"enum": [*range(n)]}, "items": {"not": {"const": 1}}}, [1] * m),
]  # fmt: skip


@given(kind=st.sampled_from(KINDS), n=SMALL, m=MANY)
@settings(max_examples=200, deadline=None, database=None)
def test_T2_a_bill_is_no_less_than_what_it_comes_to(kind: Any, n: int, m: int) -> None:
    """In errors, which can be counted; and what is said in a hurry is never less."""
    schema, value = kind(n, m)
    contract = compile_contract(schema)
    extent = measure(value)
    bill = contract.costs.close(extent)
    rough = contract.costs.rough(extent)
    assert rough.judge >= bill.judge * 0.999
    assert rough.explain >= bill.explain * 0.999
    assert rough.explain_first >= bill.explain_first * 0.999
    assert bill.explain >= ERROR * errors_in(contract.validator.iter_errors(value))


def errors_in(errors: Any) -> int:
    """Those within them, too: of each form that did not match."""
    return sum(1 + sum(map(errors_in, getattr(error.kind, "context", ()))) for error in errors)
