"""What a dear value costs the process that has it judged (X8): a second of its processor and
50 MB; what costs more is another process's, and others go on."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rota.contracts import Contract, check_schema, judge
from rota.contracts.validators import all_faults
from tests.contracts.test_judging import KINDS, constants, holding, names
from tests.dose import dose, tried

pytestmark = [
    pytest.mark.timeout(120),
    pytest.mark.skipif(
        not Path("/proc/self/clear_refs").exists(), reason="only Linux tells a process's peak"
    ),
]
SECONDS = 1.0
MEGABYTES = 50


def objects(many: int) -> list[dict[str, Any]]:
    return [{"a": at} for at in range(many)]


def forms(many: int) -> list[dict[str, Any]]:
    each = ({"properties": {"a": {"const": at}}, "required": ["a", "b"]} for at in range(many))
    return [{"type": "object", **one} for one in each]


def nested(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value, value]
    return value


AGAIN = {"type": "array", "items": {"$ref": "#/properties/it"}}
DEAR: dict[str, tuple[Any, Any]] = {
    "one of 600 for each of 500": ({"items": {"oneOf": constants(600)}}, [-1] * 500),
    "one of 600 forms for each of 500": (
        {"items": {"oneOf": forms(600)}}, [{"a": 1, "c": "x" * 50}] * 500,
    ),
    "objects as options": ({"items": {"enum": objects(2_000)}}, [{"a": -1}] * 3_000),
    "more objects as options": ({"items": {"enum": objects(15_000)}}, [{"a": -1}] * 30_000),
    "properties of 600 forms": (
        {"additionalProperties": {"oneOf": constants(600)}}, dict.fromkeys(names(500), -1),
    ),
    "names of 600 forms": (
        {"propertyNames": {"oneOf": constants(600)}}, dict.fromkeys(names(500), 1),
    ),
    "long options": ({"items": {"enum": ["x" * 1_000] * 2 + names(700)}}, ["y" * 1_000] * 1_000),
    "a long constant": ({"items": {"const": objects(10_000)}}, [objects(3_000)] * 30),
    "lists that hold lists": (
        {"anyOf": [AGAIN, {**AGAIN, "maxItems": 0}, {"const": 1}]}, nested(14),
    ),
    "what nothing else allows": (
        {"items": {"anyOf": [{"properties": {one: True}} for one in names(200)],
                   "unevaluatedProperties": False}}, [{"b": 1}] * 2_000,
    ),
    "conditions": (
        {"items": {"allOf": [{"if": one, "then": False} for one in constants(500)]}}, [*range(500)],
    ),
    "one of each": ({"prefixItems": constants(10_000)}, [-1] * 10_000),
    "the same twice": ({"uniqueItems": True}, [{"a": at % 999, "b": [1]} for at in range(20_000)]),
}  # fmt: skip


def megabytes(what: str) -> float:
    status = Path("/proc/self/status").read_text()
    [line] = [line for line in status.splitlines() if line.startswith(what)]
    return int(line.split()[1]) / 1024


class Measured:
    """This process, as long as it lasts."""

    def __enter__(self) -> "Measured":
        Path("/proc/self/clear_refs").write_text("5")
        self._before, self._begun = megabytes("VmRSS"), time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds = time.process_time() - self._begun
        self.megabytes = megabytes("VmHWM") - self._before


async def cost_of(contract: Contract, value: Any) -> Measured:
    with Measured() as cost:
        await judge(contract, {"it": value})
    return cost


@pytest.mark.parametrize("what", DEAR)
async def test_T2_a_dear_value_costs_this_process_little(what: str) -> None:
    schema, value = DEAR[what]
    cost = await cost_of(holding(schema), value)
    assert cost.seconds < SECONDS
    assert cost.megabytes < MEGABYTES


async def test_T2_telling_all_here_would_be_found() -> None:
    schema, value = DEAR["one of 600 for each of 500"]
    contract = holding(schema)
    with Measured() as cost:
        errors = list(contract.validator.iter_errors({"it": value}))
    assert errors
    assert cost.megabytes > MEGABYTES
    del errors
    assert all_faults(contract.validator, {"it": [-1]})


@given(kind=st.sampled_from(KINDS), n=st.integers(1, 700), m=st.integers(1, 700))
@settings(max_examples=dose(40, 2_000), deadline=None, database=None)
async def test_T2_so_do_its_neighbours(kind: Callable[[int, int], Any], n: int, m: int) -> None:
    schema, value = kind(n, m)
    if check_schema({"type": "object", "properties": {"it": schema}}):
        return
    contract = holding(schema)
    cost = await cost_of(contract, value)
    assert cost.seconds < SECONDS
    assert cost.megabytes < MEGABYTES
    tried["values whose judging was measured"] += 1


async def test_T2_cheap_values_wait_for_no_dear_one() -> None:
    schema, value = DEAR["more objects as options"]
    dear = [asyncio.create_task(judge(holding(schema), {"it": value})) for _ in range(2)]
    await asyncio.sleep(0)
    assert (await judge(holding({"enum": [1]}), {"it": 1})).issues == []
    assert not any(task.done() for task in dear)
    for task in dear:
        task.cancel()
