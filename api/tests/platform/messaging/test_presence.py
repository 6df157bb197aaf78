"""What workers tell of themselves through Redis."""

import asyncio
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisAway

from rota.assignments.instances import _is_readable
from rota.assignments.types import AgentInstance, Assignment
from rota.platform.kernel.ids import new_id
from rota.platform.messaging import presence
from rota.platform.messaging.presence import PREFIX, WorkerPresence, keep_presence, read_workers
from rota.platform.resources import Resources
from tests.observe import hearing


class Worker:
    def __init__(self, name: str = "worker-1") -> None:
        self.name = name
        self.instances: list[dict[str, Any]] = []
        self.changed = asyncio.Event()
        self.looks: list[float] = []
        self._looked = asyncio.Semaphore(0)

    def snapshot(self) -> list[dict[str, Any]]:
        self.looks.append(asyncio.get_running_loop().time())
        self._looked.release()
        return self.instances

    def has(self, *names: str) -> None:
        self.instances = [{"id": name} for name in names]
        self.changed.set()

    async def looked(self, times: int = 1) -> None:
        async with asyncio.timeout(10):
            for _ in range(times):
                await self._looked.acquire()


def kept(resources: Resources, worker: Worker) -> Any:
    return keep_presence(
        resources.redis, resources.bus, worker.name, worker.snapshot, worker.changed
    )


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presence, "PAUSE_SECONDS", 0.05)
    monkeypatch.setattr(presence, "REFRESH_SECONDS", 0.1)


@pytest.mark.usefixtures("quick")
async def test_S2_every_worker_is_there_while_it_lives(resources: Resources) -> None:
    one, two = Worker("worker-1"), Worker("worker-2")
    one.has("a")
    two.has("b", "c")
    assert await read_workers(resources.redis) == []
    async with asyncio.timeout(10), resources.bus.subscribe("worker") as heard:
        async with kept(resources, two), kept(resources, one):
            ids = {(await heard.get()).id, (await heard.get()).id}
            assert len(ids) == 2
            assert await read_workers(resources.redis) == [
                WorkerPresence("worker-1", [{"id": "a"}]),
                WorkerPresence("worker-2", [{"id": "b"}, {"id": "c"}]),
            ]
            for key in await resources.redis.keys("rota:worker:*"):
                assert 0 < await resources.redis.ttl(key) <= 15
        assert {(await heard.get()).id, (await heard.get()).id} == ids
    assert await read_workers(resources.redis) == []


@pytest.mark.usefixtures("quick")
async def test_S2_a_change_is_told_and_a_refresh_without_one_is_not(resources: Resources) -> None:
    worker = Worker()
    async with hearing(resources, "worker") as ear, kept(resources, worker):
        await worker.looked(4)
        assert await ear.names() == ["worker.updated"]
        worker.has("a")
        await worker.looked(2)
        assert await ear.names() == ["worker.updated"]
        assert await read_workers(resources.redis) == [WorkerPresence("worker-1", [{"id": "a"}])]


async def test_S2_however_often_it_changes_it_is_written_once_a_second(
    resources: Resources,
) -> None:
    worker = Worker()
    async with kept(resources, worker):
        await worker.looked()
        worker.has("a")
        await worker.looked()
        worker.has("b")
        await worker.looked()
    first, second, third = worker.looks
    assert 0.99 <= second - first < 4
    assert 0.99 <= third - second < 4


@pytest.mark.usefixtures("quick")
async def test_D6_a_worker_outlives_redis_and_is_there_again_after_it(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = Worker()
    worker.has("a")

    async def away(*_: Any, **__: Any) -> None:
        raise RedisAway("away")

    async with asyncio.timeout(10), resources.bus.subscribe("worker") as heard:
        with monkeypatch.context() as broken:
            broken.setattr(resources.redis, "set", away)
            async with kept(resources, worker):
                await worker.looked(3)
                assert await read_workers(resources.redis) == []
                broken.undo()
                await heard.get()
                assert await read_workers(resources.redis) == [
                    WorkerPresence("worker-1", [{"id": "a"}])
                ]


async def test_D6_without_redis_no_worker_is_known_and_nobody_waits(tmp_path: Any) -> None:
    nowhere = Redis.from_url(f"unix://{tmp_path}/no.sock")
    assert await read_workers(nowhere) == []
    await nowhere.aclose()


async def test_D6_a_silent_redis_is_waited_for_a_moment_only() -> None:
    async def hush(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(hush, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    silent = Redis.from_url(f"redis://127.0.0.1:{port}")
    try:
        async with asyncio.timeout(1):
            assert await read_workers(silent) == []
    finally:
        await silent.aclose()
        server.close()
        await server.wait_closed()


FOREIGN = [
    b"",
    b"no json",
    b"[]",
    b"null",
    b"17",
    b'"worker"',
    b"{}",
    b'{"worker": "w"}',
    b'{"instances": []}',
    b'{"worker": 1, "instances": []}',
    b'{"worker": "w", "instances": {}}',
    b'{"worker": "w", "instances": null}',
    b"\xff\xfe",
]


async def test_what_another_version_wrote_is_passed_over_and_said_once(
    resources: Resources, caplog: pytest.LogCaptureFixture
) -> None:
    for number, value in enumerate(FOREIGN):
        await resources.redis.set(f"{PREFIX}{number}", value)
    redis: Any = resources.redis
    await redis.lpush(f"{PREFIX}list", "x")
    await resources.redis.set(
        f"{PREFIX}newer", b'{"worker": "new", "instances": [{"id": "a"}, 17], "version": {"a": 2}}'
    )
    for _ in range(3):
        assert await read_workers(resources.redis) == [WorkerPresence("new", [{"id": "a"}])]
    [said] = [record.getMessage() for record in caplog.records]
    assert said.startswith(f"In Redis {len(FOREIGN)} lists of workers")


GOOD = {
    "id": "a",
    "assignmentId": str(new_id()),
    "agentRevision": 1,
    "taskRevision": 1,
    "createdAt": "2026-01-01T00:00:00+00:00",
    "lastUsedAt": "2026-01-01T00:00:00+00:00",
    "useCount": 1,
    "runningCount": 0,
}
ANYTHING: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(), st.just([]), st.just({})
)


@given(name=st.sampled_from(sorted(GOOD)), value=ANYTHING)
def test_an_instance_that_is_told_in_another_way_breaks_no_list(name: str, value: object) -> None:
    row = Assignment(row=cast("Any", None))
    for instance in ({**GOOD, name: value}, {key: GOOD[key] for key in GOOD if key != name}):
        if _is_readable(instance):
            made = AgentInstance.of({**instance, "worker": "w"}, row)
            assert type(made.use_count) is type(made.agent_revision) is int
            assert isinstance(made.id, str)
            assert made.created_at.tzinfo
            assert made.last_used_at.tzinfo
    assert _is_readable(GOOD)
