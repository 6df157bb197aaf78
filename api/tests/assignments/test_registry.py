"""Instances: one for each key, alive while used, a few kept."""

import asyncio
import gc
import weakref
from dataclasses import replace
from typing import Any, NamedTuple

import pytest

from rota.agents import service as agents
from rota.agents.models import AgentRevision
from rota.assignments.jobs import PrepareInstance
from rota.assignments.models import Assignment
from rota.assignments.registry import AgentRegistry
from rota.assignments.worker import SLICE, agent_registry, release_inactive
from rota.platform.crypto import Cipher, new_key
from rota.platform.kernel.actor import Actor
from rota.platform.kernel.ids import new_id
from rota.platform.resources import Resources
from rota.platform.worker import WorkerProcess
from rota.providers.errors import KeyUnusable
from rota.providers.models import Provider, ProviderType
from rota.tasks import service as tasks
from rota.tasks.models import TaskRevision
from rota.wiring import RULES
from tests.agents.factories import agent
from tests.agents.factories import edited as edited_agent
from tests.assignments.factories import assignment, unassigned
from tests.providers.factories import provider


class Parts(NamedTuple):
    """What an instance is made from."""

    assignment_id: Any
    agent_revision: AgentRevision
    task_revision: TaskRevision
    provider: Provider


async def parts_of(row: Assignment) -> Parts:
    """Read anew each time, as every run does."""
    agent_revision = await agents.current_revision(row.agent_id)
    task_revision = await tasks.current_revision(row.task_id)
    assert agent_revision
    assert task_revision
    home = await Provider.get(id=agent_revision.provider_id)
    return Parts(row.id, agent_revision, task_revision, home)


@pytest.fixture
def registry(resources: Resources) -> AgentRegistry:
    return AgentRegistry(resources, "worker-1", capacity=2)


def kept(registry: AgentRegistry) -> list[str]:
    return [one["assignmentId"] for one in registry.snapshot()]


async def let_go() -> None:
    """What nobody holds is gone, also where a task that ends now was the last to hold it."""
    for _ in range(3):
        await asyncio.sleep(0)
        gc.collect()


# One for each key ----------------------------------------------------------------------


async def test_S2_concurrent_runs_share_one_instance(
    resources: Resources, registry: AgentRegistry
) -> None:
    row = await assignment(resources)
    all_in, seen = asyncio.Barrier(21), []

    async def run() -> None:
        async with registry.use(*await parts_of(row)) as instance:
            seen.append(instance)
            await all_in.wait()
            await all_in.wait()

    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        for _ in range(20):
            group.create_task(run())
        group.create_task(registry.prepare(row.id))
        await all_in.wait()
        assert len({id(instance) for instance in seen}) == 1
        (told,) = registry.snapshot()
        assert (told["useCount"], told["runningCount"]) == (20, 20)
        await all_in.wait()
    (told,) = registry.snapshot()
    assert (told["useCount"], told["runningCount"]) == (20, 0)


async def test_S2_another_revision_is_another_instance_and_leaves_the_running_one(
    resources: Resources, registry: AgentRegistry, owner: Actor
) -> None:
    home = await provider(resources)
    who = await agent(resources, provider=home)
    row = await assignment(resources, who)
    async with registry.use(*await parts_of(row)) as first:
        await edited_agent(resources, who, system_prompt="Otherwise.")
        async with registry.use(*await parts_of(row)) as second:
            assert second is not first
            assert [one["agentRevision"] for one in registry.snapshot()] == [1, 2]
            await Provider.filter(id=home.id).update(connection_revision=2)
            async with registry.use(*await parts_of(row)) as third:
                assert third is not second
                await unassigned(resources, row)
                await registry.release_inactive()
                assert len(registry.snapshot()) == 3
                assert first.running_count == second.running_count == third.running_count == 1


async def test_S2_an_instance_that_lives_on_tells_its_provider_s_new_name(
    resources: Resources, registry: AgentRegistry
) -> None:
    home = await provider(resources)
    row = await assignment(resources, await agent(resources, provider=home))
    async with registry.use(*await parts_of(row)) as first:
        await Provider.filter(id=home.id).update(revision=2, name="Renamed", is_active=False)
        async with registry.use(*await parts_of(row)) as second:
            assert second is first
            assert second.target.names.provider == "Renamed"


async def test_S2_a_run_that_fails_is_no_longer_running(
    resources: Resources, registry: AgentRegistry
) -> None:
    row = await assignment(resources)
    with pytest.raises(ZeroDivisionError):
        async with registry.use(*await parts_of(row)):
            raise ZeroDivisionError
    assert registry.snapshot()[0]["runningCount"] == 0


# Alive while used ----------------------------------------------------------------------


async def test_S2_an_instance_out_of_use_is_collected(
    resources: Resources, registry: AgentRegistry
) -> None:
    rows = [await assignment(resources) for _ in range(3)]
    async with registry.use(*await parts_of(rows[0])) as instance:
        watched, inner = weakref.ref(instance), weakref.ref(instance.target)
        for row in rows[1:]:
            await registry.prepare(row.id)
        await let_go()
        assert watched() is instance
        assert kept(registry) == [str(row.id) for row in rows]
        async with registry.use(*await parts_of(rows[0])) as same:
            assert same is instance
        for row in rows[1:]:
            await registry.prepare(row.id)
    del instance, same
    await let_go()
    assert watched() is None
    assert inner() is None
    assert kept(registry) == [str(row.id) for row in rows[1:]]


async def test_S2_the_latest_used_are_kept(resources: Resources, registry: AgentRegistry) -> None:
    rows = [await assignment(resources) for _ in range(3)]
    for number in (0, 1, 0, 2):
        await registry.prepare(rows[number].id)
    await let_go()
    assert kept(registry) == [str(rows[0].id), str(rows[2].id)]


async def test_S2_a_new_revision_makes_room_by_replacing_the_old_one(
    resources: Resources, registry: AgentRegistry
) -> None:
    who = await agent(resources)
    row, other = await assignment(resources, who), await assignment(resources)
    for one in (other, row):
        await registry.prepare(one.id)
    await edited_agent(resources, who, system_prompt="Otherwise.")
    await registry.prepare(row.id)
    await let_go()
    assert sorted(one["agentRevision"] for one in registry.snapshot()) == [1, 2]


async def test_S3_an_idle_instance_goes_once_its_assignment_ended(
    resources: Resources, registry: AgentRegistry
) -> None:
    row, other = await assignment(resources), await assignment(resources)
    for one in (row, other):
        await registry.prepare(one.id)
    releasing = asyncio.create_task(release_inactive(resources, registry))
    while "assignment:*" not in resources.bus._subscriptions:  # noqa: ASYNC110 (yields only)
        await asyncio.sleep(0)
    registry.changed.clear()
    await unassigned(resources, row)
    async with asyncio.timeout(10):
        await registry.changed.wait()
    releasing.cancel()
    await asyncio.wait([releasing])
    assert kept(registry) == [str(other.id)]


# Prepared ------------------------------------------------------------------------------


async def test_S2_the_job_prepares_what_a_run_will_use(
    resources: Resources,
) -> None:
    row = await assignment(resources)
    process = WorkerProcess("worker-1", resources, RULES)
    registry = process.once(agent_registry)
    await SLICE.handlers[PrepareInstance](process, str(row.id))
    assert registry.changed.is_set()
    (told,) = registry.snapshot()
    assert told["assignmentId"] == str(row.id)
    assert (told["agentRevision"], told["taskRevision"], told["useCount"]) == (1, 1, 0)
    async with registry.use(*await parts_of(row)) as instance:
        assert str(instance.id) == told["id"]


async def test_S2_what_cannot_run_is_not_prepared(
    resources: Resources, registry: AgentRegistry, caplog: pytest.LogCaptureFixture
) -> None:
    assert await registry.prepare(new_id()) is None
    ended = await unassigned(resources, await assignment(resources))
    assert await registry.prepare(ended.id) is None
    home = await provider(resources, type=ProviderType.OPENAI, base_url=None, api_key="sk-mine")
    row = await assignment(resources, await agent(resources, provider=home))
    locked = AgentRegistry(replace(resources, cipher=Cipher((new_key(),))), "worker-2")
    assert await locked.prepare(row.id) is None
    assert "Type the key again" in caplog.text
    assert "sk-mine" not in caplog.text
    with pytest.raises(KeyUnusable):
        async with locked.use(*await parts_of(row)):
            pass
    assert locked.snapshot() == []


async def test_S2_a_starting_worker_prepares_the_latest_used_up_to_its_capacity(
    resources: Resources, registry: AgentRegistry
) -> None:
    rows = [await assignment(resources) for _ in range(4)]
    ended = await unassigned(resources, rows[3])
    await registry.warm_up([rows[0].id])
    assert sorted(kept(registry)) == sorted([str(rows[0].id), str(rows[2].id)])
    await registry.prepare(rows[1].id)
    await let_go()
    assert str(rows[0].id) in kept(registry)
    roomy = AgentRegistry(resources, "worker-2")
    await roomy.warm_up()
    assert sorted(kept(roomy)) == sorted(str(row.id) for row in rows if row.id != ended.id)


# What an instance does -----------------------------------------------------------------
