"""X10: keys are rotated while they are in use, and the rotation is killed on its way."""

import asyncio
import random
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import asyncpg
import pytest

from rota.platform.crypto import CannotOpen, Cipher, new_key
from rota.platform.resources import Resources
from rota.providers import keys
from rota.providers.models import Provider, ProviderType
from tests.cli.process import ROTA, environment
from tests.dose import dose, tried
from tests.providers.factories import provider

KEYS = dose(40, 400)
KILLS = dose(1, 20)
KEY = "sk-canary-0123456789"
# Stops whoever changes the row in the middle, until the test lets go of its own lock.
STOP_AT = """
CREATE FUNCTION stop_here() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN PERFORM pg_advisory_xact_lock(4711); RETURN NEW; END';
CREATE TRIGGER stop_here BEFORE UPDATE ON provider FOR EACH ROW
    WHEN (NEW.id = '{id}') EXECUTE FUNCTION stop_here();
"""
GO_ON = "DROP TRIGGER stop_here ON provider; DROP FUNCTION stop_here"
STOPPED = (
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 4711 AND NOT granted"
)


@dataclass
class Load:
    """Whoever needs a key meanwhile."""

    resources: Resources
    opened: int = 0
    failed: int = 0
    failure: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        while True:
            row = random.choice(await Provider.all())
            try:
                secret = keys.open_key(self.resources.cipher, self.resources.settings, row)
                assert secret is not None
                assert secret.reveal() == KEY
                self.opened += 1
            except CannotOpen:
                self.failed += 1
                self.failure.set()


@asynccontextmanager
async def under_load(resources: Resources) -> AsyncIterator[Load]:
    load = Load(resources)
    task = asyncio.create_task(load.run())
    try:
        yield load
    finally:
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled(), task.exception()


@pytest.fixture
async def keyed(resources: Resources) -> list[Provider]:
    return [
        await provider(
            resources,
            type=ProviderType.OPENAI_COMPATIBLE,
            base_url="http://127.0.0.1:9/v1",
            api_key=KEY,
        )
        for _ in range(KEYS)
    ]


def holding(resources: Resources, *keys: str) -> Resources:
    settings = replace(resources.settings, encryption_keys=keys)
    return replace(resources, settings=settings, cipher=Cipher(keys))


async def rotating(resources: Resources) -> Process:
    settings = resources.settings
    environ = environment(
        DATABASE_URL=settings.database_url or "",
        REDIS_URL=settings.redis_url or "",
        ENCRYPTION_KEY=",".join(settings.encryption_keys),
    )
    return await asyncio.create_subprocess_exec(
        *ROTA, "keys", "rotate", env=environ, stdin=DEVNULL, stdout=PIPE
    )


async def killed_in_the_middle(resources: Resources, row: Provider) -> None:
    """Once it has come to this row."""
    server = await asyncpg.connect(resources.settings.database_url)
    await server.execute(STOP_AT.format(id=row.id))
    await server.execute("SELECT pg_advisory_lock(4711)")
    process = await rotating(resources)
    try:
        async with asyncio.timeout(30):
            while not await server.fetchval(STOPPED):
                assert process.returncode is None
        process.kill()
        await process.communicate()
    finally:
        await server.execute("SELECT pg_advisory_unlock(4711)")
        await server.execute(GO_ON)
        await server.close()


async def lost(resources: Resources) -> list[str]:
    return await keys.unopened_keys(resources.cipher, resources.settings)


async def test_X10_a_rotation_under_load_fails_no_decrypt_even_when_it_is_killed(
    resources: Resources, keyed: list[Provider]
) -> None:
    [old], new = resources.settings.encryption_keys, new_key()
    both, only_new = holding(resources, new, old), holding(resources, new)
    async with under_load(both) as load:
        for _ in range(KILLS):
            await killed_in_the_middle(both, random.choice(keyed))
            assert await lost(both) == []
        before = load.opened
        process = await rotating(both)
        out, _ = await asyncio.wait_for(process.communicate(), 60)
        assert (process.returncode, f"{KEYS} stored keys" in out.decode()) == (0, True)
        assert load.opened > before
    assert load.failed == 0
    assert await lost(only_new) == []
    assert len(await lost(holding(resources, old))) == KEYS
    tried["keys opened while they were rotated"] += load.opened
    tried["rotations killed in the middle"] += KILLS


async def test_X10_a_key_that_was_taken_away_too_early_would_be_found(
    resources: Resources, keyed: list[Provider]
) -> None:
    async with under_load(holding(resources, new_key())) as load, asyncio.timeout(10):
        await load.failure.wait()
    assert load.opened == 0
