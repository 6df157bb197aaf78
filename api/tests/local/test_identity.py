"""The engines run for root, for an ordinary user, and for a user without a name."""

import asyncio
import os
import pwd
import sys
from pathlib import Path
from typing import Any

import pytest

from rota.local import identity
from rota.local.embedded import start_engines
from rota.local.errors import LocalError
from rota.local.locks import lock_data_dir
from rota.local.postgres import binaries
from rota.local.process import LAUNCHER
from tests.local.conftest import StartChild
from tests.local.test_embedded import assert_answers, quiet

root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes somebody else")
POSTGRES = binaries() / "postgres"


def becoming(user: str) -> tuple[str, ...]:
    """Words that start a program as another user, who still reads what this one reads."""
    launcher = (sys.executable, "-I", "-S", str(LAUNCHER), str(os.getpid()), "9", "-1")
    return (*launcher, f"namespace:{user}")


async def require(identity_wanted: str) -> None:
    if not await identity._works(identity_wanted, POSTGRES):
        pytest.skip(f"this machine refuses {identity_wanted}")


def owner(pid: int) -> int:
    return Path(f"/proc/{pid}").stat().st_uid


@root_only
async def test_an_ordinary_user_runs_them_as_itself(short: Path, start_child: StartChild) -> None:
    nobody = pwd.getpwnam("nobody")
    await require(f"namespace:{nobody.pw_uid}:{nobody.pw_gid}")
    child = await start_child("hold", short / "data", *becoming(f"{nobody.pw_uid}:{nobody.pw_gid}"))
    started: dict[str, Any] = await child.until("started")
    assert namespace(started["postgres_pid"]) == namespace(child.pid)
    assert namespace(started["postgres_pid"]) != namespace(os.getpid())
    assert await child.stop() == 0


@root_only
async def test_a_user_without_a_name_borrows_one(short: Path, start_child: StartChild) -> None:
    await require("namespace:54321:54321")
    child = await start_child("hold", short / "data", *becoming("54321:54321"))
    started: dict[str, Any] = await child.until("started")
    assert namespace(started["postgres_pid"]) != namespace(child.pid)
    assert await child.stop() == 0


def namespace(pid: int) -> str:
    return os.readlink(f"/proc/{pid}/ns/user")


async def no_namespaces(wanted: str, program: Path) -> bool:
    return not wanted.startswith("namespace") and await works(wanted, program)


works = identity._works


@root_only
@pytest.mark.parametrize("name", ["data", "long" * 30])
async def test_root_without_namespaces_uses_an_account_and_returns(
    name: str, short: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = identity._account()
    await require(f"drop:{account.pw_uid}:{account.pw_gid}")
    data_dir = short / name
    with lock_data_dir(data_dir):
        monkeypatch.setattr(identity, "_works", no_namespaces)
        async with start_engines(data_dir, quiet) as engines:
            await assert_answers(engines)
            assert owner(engines.postgres_pid) == account.pw_uid
            assert owner(engines.valkey_pid) == account.pw_uid
        async with start_engines(data_dir, quiet) as engines:
            await assert_answers(engines)
        assert data_dir.stat().st_uid == account.pw_uid
        monkeypatch.undo()
        async with start_engines(data_dir, quiet) as engines:
            await assert_answers(engines)
        if await works(f"namespace:{account.pw_uid}:{account.pw_gid}", POSTGRES):
            assert data_dir.stat().st_uid == 0


@root_only
async def test_root_is_told_about_a_folder_that_the_account_cannot_enter(
    short: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity, "_works", no_namespaces)
    account = identity._account()
    await require(f"drop:{account.pw_uid}:{account.pw_gid}")
    os.chmod(short, 0o700)
    with lock_data_dir(short / "data"), pytest.raises(LocalError, match="cannot enter"):
        async with start_engines(short / "data", quiet):
            pass


async def test_a_launcher_whose_server_is_gone_starts_nothing(short: Path) -> None:
    trace = short / "trace"
    orphan = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-S", str(LAUNCHER), "1", "9", "-1", "keep"),
        *("/bin/sh", "-c", f"echo ran > {trace}"),
    )
    await orphan.wait()
    assert not trace.exists()


async def test_a_program_that_cannot_run_is_named() -> None:
    launch = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-S", str(LAUNCHER), str(os.getpid()), "9", "-1", "keep"),
        "/nowhere/postgres",
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await launch.communicate()
    assert launch.returncode == 1
    assert said.decode().startswith("/nowhere/postgres: ")
    assert b"Traceback" not in said
