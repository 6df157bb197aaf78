"""What is created shortly, by one statement, is what the long way creates; and where it is not,
nothing is stored, and the long way says why."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from rota.agents.events import AgentCreated
from rota.agents.service import NewAgent, create_agent, create_agent_at_once
from rota.assignments import service as assignments
from rota.assignments.events import AssignmentCreated
from rota.assignments.service import assign_task, assign_task_at_once
from rota.audit.events import AuditRecorded
from rota.audit.service import record
from rota.graphql.context import Context
from rota.platform.kernel.actor import Actor, Role
from rota.platform.kernel.errors import DomainError, Forbidden
from rota.platform.resources import Resources
from rota.platform.storage.database import fetch
from rota.platform.storage.statements import Statement
from rota.platform.unit_of_work import UnitOfWork
from rota.providers import admission
from rota.providers.events import ProviderCreated
from rota.providers.models import ProviderType
from rota.providers.service import NewProvider, create_provider, create_provider_at_once
from rota.tasks.events import TaskCreated
from rota.tasks.service import NewTask, create_task, create_task_at_once
from tests.agents.factories import agent
from tests.conftest import context_for
from tests.observe import hearing, queued, statements, stored
from tests.providers.factories import provider
from tests.tasks.factories import RESPONSE, task

TABLES = ("provider", "agent", "agent_revision", "task", "task_revision", "assignment")
OWN = ("id", "at", "created_at", "updated_at", "status_since", "assigned_at", "subject_id")
OF_NAMES = ("name", "name_key", "subject_name", "agent_name", "task_name", "changes")


@dataclass(frozen=True)
class Kind:
    """`make` gives what is to be created, by a name of its own. The short way is `statements`."""

    event: type[Any]
    shortly: Callable[..., Awaitable[Any]]
    at_length: Callable[..., Awaitable[Any]]
    make: Callable[[Resources, str], Awaitable[dict[str, Any]]]
    statements: int = 1


async def _agent(resources: Resources, name: str) -> dict[str, Any]:
    home = str((await provider(resources, name=name)).id)
    settings: Any = {"temperature": 0.5, "stop": ["é"], "extra": {"a": [10**30, None]}}
    return {
        "new": NewAgent(
            name=name, description="“d”", provider_id=home, system_prompt="Sort\n'it'.",
            user_prompt="{{x}}", model_name=" small ", model_settings=settings,
        )
    }  # fmt: skip


async def _task(_: Resources, name: str) -> dict[str, Any]:
    return {"new": NewTask(name=name, request_schema={"type": "object"}, response_schema=RESPONSE)}


async def _provider(_: Resources, name: str) -> dict[str, Any]:
    new = NewProvider(name, ProviderType.OLLAMA, "http://127.0.0.1:9/", None)
    return {"new": new}


async def _assignment(resources: Resources, name: str) -> dict[str, Any]:
    one, other = await agent(resources, name=name), await task(resources, name=name)
    return {"agent_id": str(one.id), "task_id": str(other.id)}


KINDS = {
    "agent": Kind(AgentCreated, create_agent_at_once, create_agent, _agent),
    "task": Kind(TaskCreated, create_task_at_once, create_task, _task),
    "provider": Kind(ProviderCreated, create_provider_at_once, create_provider, _provider),
    "assignment": Kind(AssignmentCreated, assign_task_at_once, assign_task, _assignment, 2),
}
each_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)


async def create(context: Context, kind: Kind, given: dict[str, Any]) -> Any:
    async def shortly(work: UnitOfWork) -> Any:
        return await kind.shortly(work, **given)

    async def at_length(work: UnitOfWork) -> Any:
        return await kind.at_length(work, **given)

    return await context.shortly_or_at_length(kind.event, shortly=shortly, at_length=at_length)


async def contents(newest: dict[str, set[str]]) -> dict[str, list[dict[str, Any]]]:
    """What rows hold that are not among these, without what each has of its own."""
    return {
        table: [
            {name: str(value) for name, value in row.items() if name not in (*OWN, *OF_NAMES)}
            for row in await fetch(f"SELECT * FROM {table} ORDER BY id")
            if str(row["id"]) not in newest[table]
        ]
        for table in (*TABLES, "audit_entry")
    }


async def there() -> dict[str, set[str]]:
    tables = (*TABLES, "audit_entry")
    return {t: {str(row["id"]) for row in await fetch(f"SELECT id FROM {t}")} for t in tables}


@each_kind
async def test_both_ways_store_and_tell_the_same(
    kind: Kind, resources: Resources, owner: Actor
) -> None:
    context = context_for(resources, owner)
    seen = []
    for name in ("Shortly", "At length"):
        given = await kind.make(resources, name)
        before, jobs = await there(), len(await queued(resources))
        async with hearing(resources, kind.event.name.split(".")[0]) as ear:
            with statements() as sent:
                if name == "Shortly":
                    made = await create(context, kind, given)
                    assert len(sent) == kind.statements, sent
                else:
                    async with context.unit_of_work() as work:
                        made = await kind.at_length(work, **given)
            names = await ear.names()
        [audited] = await fetch(
            "SELECT subject_id, subject_name, changes FROM audit_entry ORDER BY id DESC LIMIT 1"
        )
        assert audited["subject_id"] == made.id
        shown = str((audited["subject_name"], audited["changes"]))
        found = await contents(before)
        mine = str(given.get("new") and vars(given["new"]).get("provider_id"))
        ids = (mine, *map(str, given.values()))
        text = str((found, names, len(await queued(resources)) - jobs, shown))
        for own in (*ids, str(made.id), name):
            text = text.replace(own, "")
        seen.append(text)
    assert seen[0] == seen[1]


@each_kind
async def test_where_it_is_there_already_nothing_is_stored_and_it_is_said(
    kind: Kind, resources: Resources, owner: Actor
) -> None:
    context = context_for(resources, owner)
    given = await kind.make(resources, "Once")
    made = await create(context, kind, given)
    before = await stored(*TABLES)
    work = UnitOfWork(resources, context.rules, owner)
    assert await kind.shortly(work, **given) is None
    assert not work.events
    assert not work.jobs
    with pytest.raises(DomainError) as raised:
        await create(context, kind, given)
    assert str(made.id) in map(str, vars(raised.value).values())
    assert await stored(*TABLES) == before


@each_kind
async def test_of_several_at_once_one_is_stored(
    kind: Kind, resources: Resources, owner: Actor
) -> None:
    given = await kind.make(resources, "Raced")
    tries = [create(context_for(resources, owner), kind, given) for _ in range(6)]
    results = await asyncio.gather(*tries, return_exceptions=True)
    [_] = [one for one in results if not isinstance(one, BaseException)]
    assert sum(isinstance(one, DomainError) for one in results) == 5


@each_kind
async def test_who_may_not_creates_nothing(kind: Kind, resources: Resources) -> None:
    given = await kind.make(resources, "Mine")
    before = await stored(*TABLES)
    with pytest.raises(Forbidden):
        await create(context_for(resources, Actor("Eve", Role.VIEWER)), kind, given)
    assert await stored(*TABLES) == before


async def _refuse(*_: Any) -> None:
    raise DomainError("No.")


@each_kind
@pytest.mark.parametrize("says_no", ["listener", "audit", "listener of entries"])
async def test_whoever_has_a_say_in_it_is_asked(
    kind: Kind, says_no: str, resources: Resources, owner: Actor
) -> None:
    """A new audit and listeners are not passed over, and take everything back."""
    context = context_for(resources, owner)
    given = await kind.make(resources, "Refused")
    before = await stored(*TABLES)
    changed: dict[str, Any] = {
        "listener": {"listeners": {kind.event: [_refuse]}},
        "audit": {"audit": _refuse},
        "listener of entries": {"listeners": {AuditRecorded: [_refuse]}},
    }
    context.rules = replace(context.rules, **changed[says_no])
    with pytest.raises(DomainError, match=r"No\."):
        await create(context, kind, given)
    assert await stored(*TABLES) == before
    context.rules = replace(context.rules, listeners={}, audit=record)
    await create(context, kind, given)
    assert await stored(*TABLES) != before


UNUSABLE = ["UPDATE provider SET is_active = false", "DELETE FROM provider"]


@pytest.mark.parametrize("change", UNUSABLE)
async def test_an_agent_needs_a_provider_that_takes_it(
    change: str, resources: Resources, owner: Actor
) -> None:
    kind = KINDS["agent"]
    given = await kind.make(resources, "Homeless")
    await fetch(change)
    with pytest.raises(DomainError):
        await create(context_for(resources, owner), kind, given)
    assert (await stored("agent", "agent_revision"))["agent"] == []


async def test_a_statement_that_does_not_judge_would_be_found(
    resources: Resources, owner: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    any_one = Statement("SELECT * FROM provider WHERE id = :id FOR SHARE")
    monkeypatch.setattr(admission, "USABLE", any_one)
    with pytest.raises(pytest.fail.Exception):
        await test_an_agent_needs_a_provider_that_takes_it(UNUSABLE[0], resources, owner)


@pytest.mark.parametrize("noun", ["agent", "task"])
async def test_an_assignment_holds_the_names_as_they_are_when_it_is_stored(
    noun: str, resources: Resources, owner: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that is renamed just after its name was read."""
    kind = KINDS["assignment"]
    given = await kind.make(resources, "Before")
    context = context_for(resources, owner)

    async def shortly(work: UnitOfWork) -> Any:
        right = assignments.NAMES

        class Late:
            @staticmethod
            async def rows(**values: Any) -> Any:
                found = await right.rows(**values)
                await fetch(f"UPDATE {noun} SET name = 'After' WHERE name = 'Before'")
                return found

        monkeypatch.setattr(assignments, "NAMES", Late)
        return await kind.shortly(work, **given)

    made = await context.shortly_or_at_length(
        kind.event, shortly=shortly, at_length=lambda work: kind.at_length(work, **given)
    )
    assert getattr(made, f"{noun}_name") == "After"
