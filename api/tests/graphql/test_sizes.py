"""How large an answer may become: refused above, whole below, with plans and without."""

from random import Random
from typing import Any

import pytest
from graphql import ExecutionResult

from rota.graphql.planning.execution import Interpreter
from rota.platform.kernel import answer_size
from rota.platform.kernel.actor import Actor, Role
from rota.platform.kernel.answer_size import AnswerSize
from rota.platform.kernel.errors import BadRequest
from rota.platform.resources import Resources
from rota.platform.storage.database import fetch
from tests.conftest import SCHEMA, context_for, execute, read_whole
from tests.dose import tried
from tests.security.rows import make_rows

WITH_PLANS = Interpreter(SCHEMA)
WITHOUT = Interpreter(SCHEMA, has_plans=False)
BOTH = [WITH_PLANS, WITHOUT]
LISTS = {
    "agents": ("name", "systemPrompt", "userPrompt", "provider { name models { name } }"),
    "tasks": ("name", "requestSchema", "responseSchema", "assignments { id isActive }"),
    "runs": ("id", "input", "output", "thoughts", "agent { name }", "task { name description }"),
    "assignments": ("id", "agent { name systemPrompt }", "task { name }"),
}


def written(seed: int) -> str:
    random = Random(seed)
    parts = []
    for number in range(random.randint(1, 4)):
        name, fields = random.choice(list(LISTS.items()))
        chosen = random.sample(fields, random.randint(1, len(fields)))
        parts.append(f"l{number}: {name}(first: 100) {{ nodes {{ {' '.join(chosen)} }} }}")
    return f"{{ {' '.join(parts)} }}"


async def ask(resources: Resources, document: str, interpreter: Interpreter) -> ExecutionResult:
    context = context_for(resources, Actor("Ada", Role.OWNER))
    return await execute(document, {}, context, interpreter)


def nodes_of(value: Any) -> int:
    """As they are shown, JSON taken for one."""
    if isinstance(value, dict):
        return 1 + sum(map(nodes_of, value.values()))
    return sum(map(nodes_of, value)) if isinstance(value, list) else 1


@pytest.mark.parametrize("interpreter", BOTH, ids=["plans", "no plans"])
async def test_X8_an_answer_is_refused_if_and_only_if_it_is_over_the_limit(
    interpreter: Interpreter, resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    await make_rows(resources)
    for seed in range(30):
        document = written(seed)
        monkeypatch.setattr(answer_size, "MAX_NODES", 10**9)
        whole = await ask(resources, document, interpreter)
        assert whole.data is not None, whole.errors
        shown = nodes_of(whole.data) - 1  # but for the root
        for most, is_over in ((shown + 1, False), (shown - 2, True)):
            monkeypatch.setattr(answer_size, "MAX_NODES", most)
            answer = await ask(resources, document, interpreter)
            assert bool(answer.errors) == is_over, document
            if is_over:
                refusal(answer, "values")
            else:
                assert answer.data == whole.data
    tried["answers at the limit of their size"] += 60


def refusal(answer: ExecutionResult, told: str) -> None:
    assert answer.data is None
    [error] = answer.errors or []
    assert isinstance(error.original_error, BadRequest)
    assert told in error.message
    assert not error.path


@pytest.mark.parametrize("interpreter", BOTH, ids=["plans", "no plans"])
@pytest.mark.parametrize("length", [0, 1_000, 1_023, 1_024, 1_025, 5_000])
@pytest.mark.parametrize("column", ["system_prompt", "user_prompt"])
async def test_what_is_long_is_read_all_the_same(
    column: str, length: int, interpreter: Interpreter, resources: Resources
) -> None:
    await make_rows(resources)
    texts = {"a": "ä" * length + "a", "b": "b"}
    rows = await fetch("SELECT id FROM agent ORDER BY id")
    for row, text in zip(rows, texts.values(), strict=False):
        await fetch(f"UPDATE agent SET {column} = $2 WHERE id = $1", row["id"], text)
    document = "{ agents { nodes { id systemPrompt userPrompt } } }"
    answer = await ask(resources, document, interpreter)
    assert answer.data is not None
    field = "systemPrompt" if column == "system_prompt" else "userPrompt"
    seen = {one["id"]: one[field] for one in answer.data["agents"]["nodes"]}
    for row, text in zip(rows, texts.values(), strict=False):
        assert seen[str(row["id"])] == text


@pytest.mark.parametrize("interpreter", BOTH, ids=["plans", "no plans"])
async def test_X8_text_is_refused_before_it_is_read(
    interpreter: Interpreter, resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    await make_rows(resources)
    await fetch("UPDATE agent SET system_prompt = repeat('x', 60000)")
    [agents] = await fetch("SELECT count(*) FROM agent")
    monkeypatch.setattr(answer_size, "MAX_TEXT_BYTES", 60_000 * agents["count"] - 1)
    answer = await ask(resources, "{ agents { nodes { systemPrompt } } }", interpreter)
    refusal(answer, "text")
    short = await ask(resources, "{ agents { nodes { name } } }", interpreter)
    assert short.data is not None


@pytest.mark.parametrize("interpreter", BOTH, ids=["plans", "no plans"])
async def test_X8_what_is_shown_often_counts_often(
    interpreter: Interpreter, resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    await make_rows(resources)
    await fetch("UPDATE agent SET system_prompt = repeat('x', 60000)")
    monkeypatch.setattr(answer_size, "MAX_TEXT_BYTES", 500_000)
    names = " ".join(f"a{n}: systemPrompt" for n in range(9))
    answer = await ask(resources, f"{{ agents(first: 1) {{ nodes {{ {names} }} }} }}", interpreter)
    refusal(answer, "text")


async def test_json_is_shown_as_it_is_stored(resources: Resources) -> None:
    await make_rows(resources)
    document = "{ tasks { nodes { requestSchema responseSchema } } }"
    one, other = [read_whole((await ask(resources, document, way)).data) for way in BOTH]
    assert one == other
    assert all(isinstance(task["responseSchema"], dict) for task in one["tasks"]["nodes"])


def test_what_is_not_measured_has_no_limit() -> None:
    answer_size.add_nodes(10**9)
    answer_size.add_text(10**12)
    answer_size.add_reads(10**6)
    assert answer_size.room_to_read() > 10**15
    with answer_size.measured() as size:
        assert isinstance(size, AnswerSize)
        with answer_size.copied(3), answer_size.copied(2):
            answer_size.add_nodes(5)
        assert (size.nodes, size.shown_nodes) == (5, 30)
