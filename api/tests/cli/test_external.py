"""Commands on a database and Redis that somebody else runs."""

import json
import signal
from asyncio import create_subprocess_exec, create_task, sleep, timeout, wait_for
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from rota.migrations.runner import known_versions
from rota.platform.crypto import new_key
from rota.platform.storage.driver import STATEMENT_SECONDS
from tests.cli.process import ROTA, each, environment, rota, up
from tests.dose import IS_LONG
from tests.http.process import free_port

CREATE = """mutation ($input: CreateProviderInput!) { createProvider(input: $input) {
  ... on CreateProviderPayload { provider { id name } } ... on Error { message } } }"""


@pytest.fixture
async def migrated(database: dict[str, str]) -> dict[str, str]:
    assert (await rota("migrate", **database)).status == 0
    return database


@asynccontextmanager
async def started(command: str, environ: dict[str, str]) -> AsyncIterator[Process]:
    process = await create_subprocess_exec(
        *ROTA, command, env=environment(**environ), stdout=PIPE, stderr=PIPE
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def serving(port: int, process: Process, degraded: list[str]) -> None:
    async with httpx.AsyncClient(trust_env=False) as http, timeout(30):
        while True:
            assert process.returncode is None
            try:
                answer = await http.get(f"http://127.0.0.1:{port}/readyz")
            except httpx.TransportError:
                continue
            if answer.json() == {"degraded": degraded}:
                return


async def ask(port: int, secret: str, query: str, **variables: Any) -> Any:
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await http.post(
            f"http://127.0.0.1:{port}/graphql",
            json={"query": query, "variables": variables},
            headers={"Authorization": f"Bearer {secret}"},
        )
    return answer.json()


async def test_migrate_goes_forward_and_back_and_says_what_it_did(database: dict[str, str]) -> None:
    known = known_versions()
    assert (await rota("migrate", **database)).out.splitlines() == known
    assert "Nothing to do" in (await rota("migrate", **database)).out
    back = (await rota("migrate", "--to", "0", **database)).out.splitlines()
    assert back == [f"back from {version}" for version in reversed(known)]
    unknown = await rota("migrate", "--to", "elsewhere", **database)
    assert unknown.status == 1
    assert "elsewhere" in unknown.problem


@pytest.mark.parametrize("command", [["serve"], ["worker"], ["open"], ["token", "list"]])
async def test_X11_without_migrations_they_refuse(
    command: list[str], database: dict[str, str]
) -> None:
    done = await rota(*command, **database, ROTA_PORT=str(free_port()))
    assert done.status == 1
    assert "Run `rota migrate`" in done.problem


@pytest.mark.parametrize("command", [["serve"], ["worker"], ["migrate"], ["up", "--no-browser"]])
async def test_X11_an_old_rota_refuses_a_newer_schema(
    command: list[str], migrated: dict[str, str], data_dir: Path
) -> None:
    connection = await asyncpg.connect(migrated["DATABASE_URL"])
    await connection.execute(
        "INSERT INTO aerich (version, app, content) VALUES ('999_later.py', 'models', '{}')"
    )
    await connection.close()
    place = {"ROTA_PORT": str(free_port()), "ROTA_DATA_DIR": str(data_dir)}
    done = await rota(*command, **migrated, **place)
    assert done.status == 1
    assert "used by a newer Rota (it has 999_later)" in done.problem


async def test_D8_serve_and_worker_end_well_at_SIGTERM(migrated: dict[str, str]) -> None:
    port = free_port()
    async with started("serve", {**migrated, "ROTA_PORT": str(port)}) as api:
        await serving(port, api, ["workers"])
        async with started("worker", migrated) as worker:
            await serving(port, api, [])
            for process in (worker, api):
                process.send_signal(signal.SIGTERM)
                _, err = await wait_for(process.communicate(), 10)
                assert process.returncode == 0
                assert b"Traceback" not in err


async def test_a_taken_port_is_named(migrated: dict[str, str]) -> None:
    port = free_port()
    async with started("serve", {**migrated, "ROTA_PORT": str(port)}) as api:
        await serving(port, api, ["workers"])
        done = await rota("serve", **migrated, ROTA_PORT=str(port))
    assert done.status == 1
    assert f"port {port}" in done.problem


async def test_X2_tokens_are_made_listed_and_revoked(migrated: dict[str, str]) -> None:
    create = ("token", "create", "--name", "Batch", "--role", "operator", "--expires-in", "30d")
    made = await rota(*create, **migrated)
    secret = made.out.removesuffix("\n")
    assert (made.err, secret.count("\n"), secret[:5]) == ("", 0, "rota_")
    [listed] = json.loads((await rota("token", "list", "--json", **migrated)).out)
    assert (listed["name"], listed["role"]) == ("Batch", "OPERATOR")
    text = (await rota("token", "list", **migrated)).out
    assert listed["id"] in text
    assert secret not in text + json.dumps(listed)
    taken = await rota(*create, **migrated)
    assert (taken.status, taken.out) == (1, "")
    assert "already called “Batch”" in taken.problem
    assert (await rota("token", "revoke", "batch", **migrated)).status == 0
    assert json.loads((await rota("token", "list", "--json", **migrated)).out) == []
    again = await rota("token", "revoke", "batch", **migrated)
    assert again.status == 1
    assert "rota token list" in again.problem


async def test_X10_keys_are_rotated_and_lost_ones_are_listed(migrated: dict[str, str]) -> None:
    port = free_port()
    secret = (
        await rota("token", "create", "--name", "A", "--role", "owner", **migrated)
    ).out.strip()
    async with started("serve", {**migrated, "ROTA_PORT": str(port)}) as api:
        await serving(port, api, ["workers"])
        made = await ask(
            port,
            secret,
            CREATE,
            input={"name": "Cloud", "type": "OPENAI", "apiKey": "sk-0123456789abcdef"},
        )
        assert made["data"]["createProvider"]["provider"]["name"] == "Cloud"
    old, new = migrated["ENCRYPTION_KEY"], new_key()
    lost = await rota("keys", "check", **{**migrated, "ENCRYPTION_KEY": new})
    assert lost.status == 1
    assert "“Cloud”" in lost.problem
    both = {**migrated, "ENCRYPTION_KEY": f"{new},{old}"}
    assert "1 stored keys" in (await rota("keys", "rotate", **both)).out
    assert await said_of_keys(migrated) == [("rota", "encryption_key.rotated")]
    assert (await rota("keys", "check", **{**migrated, "ENCRYPTION_KEY": new})).status == 0
    assert (await rota("keys", "check", **migrated)).status == 1


async def test_X10_a_wrong_key_is_refused_until_it_is_adopted(
    migrated: dict[str, str], data_dir: Path
) -> None:
    other = {**migrated, "ENCRYPTION_KEY": new_key(), "ROTA_PORT": str(free_port())}
    other["ROTA_DATA_DIR"] = str(data_dir)
    async with started("worker", migrated), kept_check_value(migrated):
        pass
    commands = [
        ["serve"],
        ["worker"],
        ["up", "--no-browser"],
        ["keys", "rotate"],
        ["keys", "check"],
    ]
    for done in (await each(commands, **other)).values():
        assert done.status == 1
        assert "`rota keys adopt`" in done.problem
    doctor = await rota("doctor", **other)
    assert "WRONG  keys            The encryption key" in doctor.out
    assert (await rota("keys", "adopt", **other)).out == "The encryption key is accepted.\n"
    assert json.loads((await rota("keys", "adopt", "--json", **other)).out) == {"lost": []}
    assert ("rota", "encryption_key.adopted") in await said_of_keys(migrated)
    assert (await rota("keys", "check", **other)).status == 0
    assert (await rota("worker", **migrated)).status == 1


@pytest.mark.skipif(not IS_LONG, reason="what takes its time is for the soak")
async def test_D7_commands_wait_longer_than_those_who_answer(migrated: dict[str, str]) -> None:
    connection = await asyncpg.connect(migrated["DATABASE_URL"])
    commands = [["prune", "--older-than", "90d"], ["keys", "rotate"], ["migrate"]]
    async with connection.transaction():
        await connection.execute("LOCK TABLE run, provider, aerich IN ACCESS EXCLUSIVE MODE")
        working = create_task(each(commands, **migrated))
        await sleep(STATEMENT_SECONDS + 5)
        assert not working.done()
    assert [done.status for done in (await working).values()] == [0, 0, 0]
    await connection.close()


async def said_of_keys(environ: dict[str, str]) -> list[tuple[str, str]]:
    connection = await asyncpg.connect(environ["DATABASE_URL"])
    found = await connection.fetch(
        "SELECT actor, action FROM audit_entry WHERE action LIKE 'encryption_key.%' ORDER BY id"
    )
    await connection.close()
    return [(one["actor"], one["action"]) for one in found]


@asynccontextmanager
async def kept_check_value(environ: dict[str, str]) -> AsyncIterator[None]:
    """Begins once a start has written it."""
    connection = await asyncpg.connect(environ["DATABASE_URL"])
    async with timeout(30):
        while not await connection.fetchval("SELECT count(*) FROM encryption_check"):
            pass
    await connection.close()
    yield


async def test_F3_up_uses_the_stores_that_are_named(
    database: dict[str, str], data_dir: Path
) -> None:
    port = free_port()
    more = ("--no-local-model", "--no-sample")
    async with up(data_dir, port, *more, **database) as running:
        await running.until("Ctrl-C")
        assert "PostgreSQL" not in running.output
        assert not (data_dir / "pg").exists()
        assert not (data_dir / "encryption.key").exists()
        link = (await rota("open", **database, ROTA_PORT=str(port))).out
        assert link.startswith(f"{running.url}/#code=")
        assert await running.end() == 0
