"""D6 and D7: what losing Redis or PostgreSQL costs, and how soon all is well again."""

import asyncio
import signal
import time
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime
from typing import Any

import asyncpg
import httpx
import pytest

from tests.dose import dose
from tests.faults.customers import Customers, NotNow
from tests.faults.engines import signal_each
from tests.faults.inject import Injector
from tests.faults.programs import Program
from tests.faults.site import Site
from tests.faults.sockets import subscribed
from tests.scenarios.client import Client

LISTED = "{ runs(first: 1) { totalCount } }"
TIMED = """subscription ($id: ID!) { runEvents(runId: $id) { __typename sequence at } }"""
CHANGED = "subscription { runChanged { id } }"
NOTICED, OVER = "Redis takes no events", "Redis takes events again"


async def _ended(inject: Injector, name: str) -> str:
    """The status, once it is the last one."""
    ended = "SELECT status FROM run WHERE id = $1 AND finished_at IS NOT NULL"
    run_id = inject.customers.acknowledged[name]
    return str(await inject.until(lambda: inject.value(ended, run_id)))


async def _lags(site: Site, run_id: str) -> list[float]:
    """How late each event of a run arrives, in seconds."""
    client = Client(site.apis[0].url, site.secret)
    lags = []
    async with client.watch(TIMED, id=run_id) as events:
        while (event := await events.next()) is not None:
            at = datetime.fromisoformat(event["at"])
            lags.append((datetime.now(UTC) - at).total_seconds())
    await client.close()
    return lags


async def _asked_meanwhile(customers: Customers, site: Site) -> str:
    """Several times, each within a second; the name of the last."""
    for api in site.apis * 2:
        name = customers.name("long")
        begun = time.monotonic()
        await customers.ask_once(name, api.url)
        assert time.monotonic() - begun < 1
    return name


async def test_D6_while_redis_hangs_runs_are_acknowledged_done_and_watched(
    site: Site, customers: Customers, inject: Injector
) -> None:
    await site.engines.pause_valkey()
    try:
        name = await _asked_meanwhile(customers, site)
        lags = await _lags(site, customers.acknowledged[name])
        assert await _ended(inject, name) == "SUCCEEDED"
    finally:
        site.engines.resume_valkey()
    assert len(lags) > 4
    assert max(lags[1:]) < 2  # the first is older than the subscription


async def test_D6_without_redis_runs_are_acknowledged_done_and_watched(
    site: Site, customers: Customers, inject: Injector
) -> None:
    await site.engines.kill_valkey()
    try:
        name = await _asked_meanwhile(customers, site)
        lags = await _lags(site, customers.acknowledged[name])
        assert await _ended(inject, name) == "SUCCEEDED"
    finally:
        await site.engines.start_valkey()
    assert len(lags) > 4
    assert max(lags[1:]) < 2


@pytest.mark.parametrize("how", ["killed", "hangs"])
async def test_D6_subscribers_of_changes_are_told_when_some_were_missed(
    how: str, site: Site, customers: Customers
) -> None:
    await _all_is_well(site)
    async with subscribed(site.apis[0].url, site.secret, CHANGED) as socket:
        if how == "killed":
            await site.engines.kill_valkey()
        else:
            await site.engines.pause_valkey()
        before = _count(site.apis[1], NOTICED)
        await customers.ask_once(customers.name("quick"), site.apis[1].url)
        async with asyncio.timeout(10):
            while _count(site.apis[1], NOTICED) == before:  # noqa: ASYNC110
                await asyncio.sleep(0.05)  # a log gives no signal
        if how == "killed":
            await site.engines.start_valkey()
        else:
            site.engines.resume_valkey()
        assert await socket.closed() == 1012


async def test_D7_postgresql_restarted_is_unavailable_then_back_within_5_s(
    site: Site, customers: Customers, inject: Injector
) -> None:
    await site.engines.crash_postgres()
    async with httpx.AsyncClient(trust_env=False, headers=_token(site)) as http:
        for api in site.apis:
            answer = await http.post(f"{api.url}/graphql", json={"query": LISTED})
            assert answer.status_code == 503
            assert answer.json()["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
    await site.engines.start_postgres()
    begun = time.monotonic()
    name = customers.name("quick")
    await customers.ask(name)
    assert await _ended(inject, name) == "SUCCEEDED"
    async with httpx.AsyncClient(trust_env=False, headers=_token(site)) as http:
        for api in site.apis:
            answers = await asyncio.gather(
                *(http.post(f"{api.url}/graphql", json={"query": LISTED}) for _ in range(20))
            )
            assert [answer.status_code for answer in answers] == [200] * 20
    assert time.monotonic() - begun < 5


async def test_D7_a_run_that_was_interrupted_goes_on_within_5_s_of_the_databases_return(
    site: Site, customers: Customers, inject: Injector
) -> None:
    run_id = await customers.ask(customers.name("long"))
    await inject.until(lambda: inject.holder(run_id))
    await site.engines.crash_postgres()
    await asyncio.sleep(4)  # longer than between two pieces of the answer
    await site.engines.start_postgres()
    begun = time.monotonic()
    again = "SELECT lost_leases FROM run WHERE id = $1 AND attempt = 2 AND status = 'RUNNING'"

    async def found() -> list[Any]:
        return [value for value in [await inject.value(again, run_id)] if value is not None]

    assert await inject.until(found) == [0]
    assert time.monotonic() - begun < 5


async def test_D7_where_connections_run_out_runs_wait_and_no_vendor_is_asked_twice(
    site: Site, customers: Customers, inject: Injector
) -> None:
    """Somebody else takes what the server has left but one for each process, while there is more
    work than claims."""
    names = [customers.name("plain") for _ in range(dose(40, 400))]
    left: list[asyncpg.Connection[asyncpg.Record]] = []
    async with AsyncExitStack() as stack:
        with suppress(asyncpg.TooManyConnectionsError):
            while True:
                taken = await asyncpg.connect(site.engines.database_url)
                stack.push_async_callback(taken.close)
                left.append(taken)
        for one in left[:4]:
            await one.close()
        ids = await asyncio.gather(*(customers.ask(name) for name in names))
        await inject.until(lambda: taken.fetchval(ALL_ENDED, ids), seconds=dose(60, 300))
        assert [tuple(row) for row in await taken.fetch(HOW, ids)] == [("SUCCEEDED", 1)]


ALL_ENDED = "SELECT bool_and(finished_at IS NOT NULL) FROM run WHERE id = ANY ($1::uuid[])"
HOW = "SELECT DISTINCT status, attempt FROM run WHERE id = ANY ($1::uuid[])"
FILL = """
    CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '{}'; END $$;
    CREATE TRIGGER no_room BEFORE INSERT OR UPDATE ON {} EXECUTE FUNCTION no_room();
"""
EMPTY = "DROP FUNCTION no_room CASCADE"


@pytest.mark.parametrize(("state", "table"), [("53100", "run"), ("25006", "run_event")])
async def test_D7_a_database_that_takes_no_changes_is_unavailable_then_well_within_5_s(
    state: str, table: str, site: Site, customers: Customers, inject: Injector
) -> None:
    """No process ends, the run in hand is done once it can be stored, and readiness says why."""
    name = customers.name("slow")
    run_id = await customers.ask(name)
    await inject.until(lambda: inject.holder(run_id))
    async with site.engines.sql() as sql:
        await sql.execute(FILL.format(state, table))
        try:
            with pytest.raises(NotNow):
                await customers.ask_once(customers.name("quick"), site.apis[0].url)
            async with httpx.AsyncClient(trust_env=False) as http:
                ready = await http.get(f"{site.apis[0].url}/readyz")
            assert ready.status_code == 503
            assert "by itself" in ready.json()["problem"]
            await asyncio.sleep(2)  # the worker has something to store meanwhile
        finally:
            await sql.execute(EMPTY)
    begun = time.monotonic()
    await customers.ask(customers.name("quick"))
    await site.apis[0].ready()
    assert time.monotonic() - begun < 5.5
    assert await _ended(inject, name) == "SUCCEEDED"


async def test_D8_processes_end_in_time_while_the_database_hangs(
    site: Site, customers: Customers, inject: Injector
) -> None:
    """An API that is asked, and a worker that has a run in hand."""
    run_id = await customers.ask(customers.name("long"))
    worker = await inject.until(lambda: inject.holder(run_id))
    api = site.apis[1]
    async with httpx.AsyncClient(trust_env=False, headers=_token(site), timeout=60) as http:
        hung = await site.engines.hang_postgres()
        asking = asyncio.create_task(http.post(f"{api.url}/graphql", json={"query": LISTED}))
        try:
            await asyncio.sleep(1)  # the question, and what the run has to store, get stuck
            await asyncio.gather(api.terminate(10), worker.terminate(10))
        finally:
            signal_each(hung, signal.SIGCONT)
        with suppress(httpx.TransportError):
            await asking
    await asyncio.gather(api.start(), worker.start())
    await api.ready()


async def _all_is_well(site: Site) -> None:
    """Nobody has to tell any more of a gap that an earlier test made."""
    for program in (*site.apis, *site.workers):
        async with asyncio.timeout(10):
            while _count(program, NOTICED) != _count(program, OVER):  # noqa: ASYNC110
                await asyncio.sleep(0.05)  # a log gives no signal


def _count(program: Program, words: str) -> int:
    return program.log.read_text().count(words)


def _token(site: Site) -> dict[str, str]:
    return {"Authorization": f"Bearer {site.secret}"}
