"""The check of a provider's connection: its steps, its verdict, and who overtakes whom."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, cast

import pytest

from rota.platform.crypto import Secret
from rota.platform.kernel.actor import SYSTEM, Actor, Role
from rota.platform.kernel.errors import Forbidden, NotFound, RateLimited
from rota.platform.resources import Resources
from rota.platform.storage.database import fetch
from rota.platform.unit_of_work import unit_of_work
from rota.platform.worker import WorkerProcess, WorkerSlice
from rota.providers import checks, service
from rota.providers.checks import UNSETTLED_AFTER
from rota.providers.keys import rotate_keys
from rota.providers.models import Provider, ProviderType, ValidationStatus
from rota.providers.service import MAX_CHECKS_A_MINUTE, ProviderChanges
from rota.providers.worker import SLICE
from rota.wiring import RULES
from rota.worker import do_jobs
from tests.observe import hearing, queued, stored, subscriber
from tests.providers.factories import provider
from tests.providers.routes import Routes
from tests.vendors.ollama import Ollama
from tests.vendors.openai import OpenAI
from tests.vendors.script import Hangs
from tests.vendors.server import serve

KEY = "sk-canary-5up3r53cr3t"
OPERATOR = Actor("Grace", Role.OPERATOR)
CHANGED = """
subscription ($id: ID) {
  providerChanged(id: $id) {
    kind id provider { name revision validationStatus validationError models { name } }
  }
}
"""

FIXES = """
subscription ($id: ID) {
  providerChanged(id: $id) {
    kind provider { validationStatus validationFix { label baseUrl } }
  }
}
"""
COMPATIBLE = ProviderType.OPENAI_COMPATIBLE


def unused_url() -> str:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"http://127.0.0.1:{server.getsockname()[1]}"


@asynccontextmanager
async def worker(resources: Resources) -> AsyncIterator[None]:
    """A worker that takes jobs, for as long as this is entered."""
    process = WorkerProcess("worker", resources, RULES)
    working = asyncio.create_task(do_jobs(process, [WorkerSlice(handlers=SLICE.handlers)]))
    try:
        yield
    finally:
        working.cancel()
        await asyncio.wait([working])


async def check(resources: Resources, row: Provider) -> Provider:
    await checks.check_provider(resources, RULES, str(row.id))
    return await Provider.get(id=row.id)


async def updated(resources: Resources, row: Provider, **changes: Any) -> Provider:
    given = cast("ProviderChanges", changes)
    async with unit_of_work(resources, RULES, SYSTEM) as work:
        return await service.update_provider(work, str(row.id), given, None)


async def validated(resources: Resources, row: Provider) -> Provider:
    async with unit_of_work(resources, RULES, OPERATOR) as work:
        return await service.validate_provider(work, str(row.id))


async def settle(row: Provider, status: str, seconds_ago: float) -> None:
    await fetch(
        "UPDATE provider SET validation_status = $2, status_since = now() - $3::interval,"
        " validation_error = CASE WHEN $2 = 'ERROR' THEN 'gone' END WHERE id = $1",
        str(row.id),
        status,
        timedelta(seconds=seconds_ago),
    )


def step(kind: str, row: Provider, status: str, **more: Any) -> dict[str, Any]:
    shown = {"name": row.name, "revision": 1, "validationError": None, "models": []} | more
    return {
        "kind": kind,
        "id": str(row.id),
        "provider": shown | {"validationStatus": status},
    }


# P3 ------------------------------------------------------------------------------------


async def test_P3_saving_answers_at_once_and_leaves_the_check_to_a_job(
    resources: Resources,
) -> None:
    vendor = Ollama()
    async with serve(vendor.app) as url:
        row = await provider(resources, base_url=url)
        assert vendor.requests == []
    assert row.validation_status is ValidationStatus.PENDING
    assert await queued(resources) == [("provider.validate", {"provider_id": str(row.id)})]


async def test_P3_a_good_server_is_connected_and_its_models_are_listed(
    resources: Resources,
) -> None:
    async with serve(OpenAI(KEY, models=["b", "a"]).app) as url:
        row = await provider(
            resources, type=ProviderType.OPENAI_COMPATIBLE, base_url=f"{url}/v1", api_key=KEY
        )
        row = await check(resources, row)
    assert row.validation_status is ValidationStatus.CONNECTED
    assert (row.models, row.validation_error, row.revision) == (["a", "b"], None, 1)
    assert row.validated_at is not None


async def test_P3_a_dead_server_is_an_error_that_says_what_to_do_and_keeps_the_models(
    resources: Resources,
) -> None:
    async with serve(Ollama(models=["llama3.2"]).app) as url:
        row = await check(resources, await provider(resources, base_url=url))
    first = row.validated_at
    row = await check(resources, row)
    assert row.validation_status is ValidationStatus.ERROR
    assert row.validation_error is not None
    assert "refused the connection. Check that" in row.validation_error
    assert row.models == ["llama3.2"]
    assert row.validated_at is not None
    assert first is not None
    assert row.validated_at > first


@pytest.mark.parametrize("is_alive", [True, False])
async def test_P3_every_step_reaches_every_subscriber_within_5_seconds_of_saving(
    resources: Resources, is_alive: bool
) -> None:
    other = await provider(resources)
    await resources.redis.flushdb()  # its own check is left out
    async with (
        serve(Ollama(models=["llama3.2"]).app) as url,
        worker(resources),
        subscriber(resources, CHANGED) as one,
        subscriber(resources, CHANGED) as another,
        subscriber(resources, CHANGED, id=str(other.id)) as elsewhere,
        asyncio.timeout(5),
    ):
        row = await provider(resources, base_url=url if is_alive else unused_url())
        heard = [await one.next() for _ in range(3)]
        same = [await another.next() for _ in range(3)]
        await updated(resources, other, name="Renamed")
        only = await elsewhere.next()
    assert same == heard
    assert [change["kind"] for change in heard] == ["CREATED"] + ["VALIDATION_UPDATED"] * 2
    steps = [change["provider"]["validationStatus"] for change in heard]
    assert steps[1:] == ["VALIDATING", "CONNECTED" if is_alive else "ERROR"]
    assert heard[1]["provider"]["validationError"] is None
    if is_alive:
        models = [{"name": "llama3.2"}]
        assert heard[2] == step("VALIDATION_UPDATED", row, "CONNECTED", models=models)
    else:
        assert "refused the connection" in heard[2]["provider"]["validationError"]
    assert only["provider"]["name"] == "Renamed"


async def test_P3_a_check_on_demand_is_heard_of_step_by_step(resources: Resources) -> None:
    async with serve(Ollama(models=["llama3.2"]).app) as url:
        row = await check(resources, await provider(resources, base_url=url))
        async with subscriber(resources, CHANGED, id=str(row.id)) as client:
            again = await validated(resources, row)
            await check(resources, row)
            heard = [await client.next() for _ in range(3)]
    assert again.validation_status is ValidationStatus.PENDING
    models = [{"name": "llama3.2"}]
    assert heard == [
        step("VALIDATION_UPDATED", row, status, models=models)
        for status in ("PENDING", "VALIDATING", "CONNECTED")
    ]


async def test_P3_the_right_address_is_kept_told_and_cleared(resources: Resources) -> None:
    async with serve(OpenAI(models=["m"]).app) as url:
        row = await provider(resources, type=COMPATIBLE, base_url=url)
        async with subscriber(resources, FIXES, id=str(row.id)) as client:
            row = await check(resources, row)
            fix = {"label": f"Use {url}/v1", "baseUrl": f"{url}/v1"}
            assert (row.validation_status, row.validation_fix) == (ValidationStatus.ERROR, fix)
            again = await validated(resources, row)
            assert again.validation_fix is None
            assert (await check(resources, row)).validation_fix == fix
            row = await updated(resources, row, base_url=f"{url}/v1")
            assert row.validation_fix is None
            row = await check(resources, row)
            heard = [await client.next() for _ in range(8)]
    assert (row.validation_status, row.models) == (ValidationStatus.CONNECTED, ["m"])
    steps = [
        (change["provider"]["validationStatus"], change["provider"]["validationFix"])
        for change in heard
        if change["kind"] == "VALIDATION_UPDATED"
    ]
    assert steps == [
        ("VALIDATING", None), ("ERROR", fix), ("PENDING", None), ("VALIDATING", None),
        ("ERROR", fix), ("PENDING", None), ("VALIDATING", None),
    ]  # fmt: skip


async def test_P3_a_server_that_lists_nothing_is_connected(resources: Resources) -> None:
    lacking = (422, {"detail": "Field required"})
    async with serve(Routes({"POST /v1/chat/completions": lacking})) as url:
        row = await check(
            resources, await provider(resources, type=COMPATIBLE, base_url=f"{url}/v1")
        )
    assert (row.validation_status, row.validation_error) == (ValidationStatus.CONNECTED, None)
    assert row.models == []


# P4 ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "grows"),
    [
        ({"base_url": "http://127.0.0.1:8/v1", "api_key": None}, True),
        ({"base_url": "http://127.0.0.1:9/v2"}, True),
        ({"base_url": " http://127.0.0.1:9/v1/ "}, False),
        ({"api_key": None}, True),
        ({"api_key": Secret(f"{KEY}2")}, True),
        ({"api_key": Secret(KEY)}, False),
        ({"name": "Renamed", "is_active": False}, False),
    ],
)
async def test_P4_what_was_found_out_of_a_server_hangs_on_its_address_and_key_alone(
    resources: Resources, changes: dict[str, Any], grows: bool
) -> None:
    row = await provider(resources, type=COMPATIBLE, base_url="http://127.0.0.1:9/v1", api_key=KEY)
    assert row.connection_revision == 1
    await updated(resources, row, **changes)
    assert (await Provider.get(id=row.id)).connection_revision == 1 + grows
    await check(resources, row)
    async with unit_of_work(resources, RULES, SYSTEM) as work:
        await rotate_keys(work)
    assert (await Provider.get(id=row.id)).connection_revision == 1 + grows


@pytest.mark.parametrize(
    ("changes", "is_checked"),
    [
        ({"base_url": "http://127.0.0.1:8/v1", "api_key": None}, True),
        ({"base_url": "http://127.0.0.1:9/v2"}, True),
        ({"api_key": None}, True),
        ({"name": "Renamed"}, False),
        ({"is_active": False}, False),
    ],
)
async def test_P4_a_new_address_or_key_is_checked_again_and_nothing_else_is(
    resources: Resources, changes: dict[str, Any], is_checked: bool
) -> None:
    row = await provider(
        resources,
        type=ProviderType.OPENAI_COMPATIBLE,
        base_url="http://127.0.0.1:9/v1",
        api_key=KEY,
    )
    await settle(row, "CONNECTED", 0)
    await resources.redis.flushdb()
    async with hearing(resources, "provider") as ear:
        row = await updated(resources, row, **changes)
        names = await ear.names()
    assert (row.validation_status is ValidationStatus.PENDING) == is_checked
    assert len(await queued(resources)) == is_checked
    assert names == ["provider.updated"] + ["provider.validation_updated"] * is_checked


async def test_P4_an_operator_may_check_on_demand_and_a_viewer_may_not(
    resources: Resources,
) -> None:
    row = await provider(resources)
    await settle(row, "ERROR", 0)
    before = await stored("provider")
    async with unit_of_work(resources, RULES, Actor("Eve", Role.VIEWER)) as work:
        with pytest.raises(Forbidden):
            await service.validate_provider(work, str(row.id))
    async with unit_of_work(resources, RULES, OPERATOR) as work:
        with pytest.raises(NotFound):
            await service.validate_provider(work, "no id")
    assert await stored("provider") == before
    asked = await validated(resources, row)
    assert (asked.validation_status, asked.revision) == (ValidationStatus.PENDING, 1)
    assert len(await queued(resources)) == 2


async def test_P4_X3_a_provider_is_checked_on_demand_ten_times_a_minute_at_most(
    resources: Resources,
) -> None:
    row, other = await provider(resources), await provider(resources)
    for _ in range(MAX_CHECKS_A_MINUTE):
        await validated(resources, row)
    before, jobs = await stored("provider"), await queued(resources)
    with pytest.raises(RateLimited) as limited:
        await validated(resources, row)
    assert 0 < limited.value.retry_after <= 60
    assert await stored("provider") == before
    assert await queued(resources) == jobs
    await validated(resources, other)


@pytest.mark.parametrize("overtaker", ["nobody", "address", "name", "check"])
async def test_P4_a_check_that_was_overtaken_never_overwrites_the_newer_verdict(
    resources: Resources, overtaker: str
) -> None:
    slow = Ollama(models=["old"])
    held = Hangs()
    slow.will_list(held)
    async with (
        serve(slow.app) as url,
        serve(Ollama(models=["new"]).app) as other,
        hearing(resources, "provider") as ear,
    ):
        row = await provider(resources, base_url=url)
        checking = asyncio.create_task(check(resources, row))
        names: list[str] = []
        async with asyncio.timeout(10):
            while "provider.validation_updated" not in names:
                names += await ear.names()
        if overtaker == "address":
            await check(resources, await updated(resources, row, base_url=other))
        elif overtaker == "name":
            await updated(resources, row, name="Renamed")
        elif overtaker == "check":
            await validated(resources, row)
        newer = await Provider.get(id=row.id)
        held.release.set()
        verdict = await checking
    if overtaker in ("nobody", "name"):
        assert (verdict.name, verdict.revision) == (newer.name, newer.revision)
        assert (verdict.models, len(await queued(resources))) == (["old"], 1)
        assert verdict.validation_status is not newer.validation_status
    else:
        assert verdict == newer
        assert verdict.validation_status is newer.validation_status
        assert (verdict.models, verdict.validated_at) == (newer.models, newer.validated_at)
        # The newer settings or request have a check of their own: done, or waiting.
        if overtaker == "address":
            assert (newer.validation_status, newer.models) == (ValidationStatus.CONNECTED, ["new"])
        assert len(await queued(resources)) == 2


async def test_P4_a_provider_deleted_while_it_is_checked_is_no_trouble(
    resources: Resources,
) -> None:
    vendor = Ollama()
    held = Hangs()
    vendor.will_list(held)
    async with serve(vendor.app) as url, hearing(resources, "provider") as ear:
        row = await provider(resources, base_url=url)
        checking = asyncio.create_task(checks.check_provider(resources, RULES, str(row.id)))
        names: list[str] = []
        async with asyncio.timeout(10):
            while "provider.validation_updated" not in names:
                names += await ear.names()
        async with unit_of_work(resources, RULES, SYSTEM) as work:
            await service.delete_provider(work, str(row.id))
        held.release.set()
        await checking
        await checks.check_provider(resources, RULES, str(row.id))
        assert "provider.validation_updated" not in await ear.names()
    assert not await Provider.exists()


async def test_P4_what_is_left_unsettled_for_10_seconds_is_checked_again_once(
    resources: Resources,
) -> None:
    assert timedelta(seconds=10) == UNSETTLED_AFTER
    cases = [
        ("PENDING", 11, True),
        ("VALIDATING", 11, True),
        ("PENDING", 9, False),
        ("VALIDATING", 9, False),
        ("CONNECTED", 11, False),
        ("ERROR", 11, False),
    ]
    stuck = set()
    for status, age, is_stuck in cases:
        row = await provider(resources)
        await settle(row, status, age)
        if is_stuck:
            stuck.add(str(row.id))
    await resources.redis.flushdb()

    sweeps = [checks.recheck_unsettled(resources, RULES) for _ in range(3)]
    await asyncio.gather(*sweeps)
    await checks.recheck_unsettled(resources, RULES)

    jobs = await queued(resources)
    assert len(jobs) == len(stuck)
    assert {payload["provider_id"] for _, payload in jobs} == stuck


async def test_P4_a_check_whose_job_was_lost_is_done_after_the_sweep(
    resources: Resources,
) -> None:
    async with serve(Ollama().app) as url:
        row = await provider(resources, base_url=url)
        await resources.redis.flushdb()
        await settle(row, "VALIDATING", 11)
        async with (
            worker(resources),
            subscriber(resources, CHANGED) as client,
            asyncio.timeout(5),
        ):
            await checks.recheck_unsettled(resources, RULES)
            steps = [(await client.next())["provider"]["validationStatus"] for _ in range(2)]
    assert steps == ["VALIDATING", "CONNECTED"]
