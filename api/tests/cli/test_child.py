"""The processes of `rota up` before they are told their settings."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE, STDOUT
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from tests.cli.process import Up, environment, processes_of

WAITING = (sys.executable, "-P", "-m", "rota.cli.child")


async def told(words: bytes, *command: str) -> tuple[int | None, str]:
    process = await asyncio.create_subprocess_exec(
        *WAITING, *command, env=environment(), stdin=PIPE, stdout=PIPE, stderr=STDOUT
    )
    out, _ = await process.communicate(words)
    return process.returncode, out.decode()


async def test_a_command_begins_with_what_it_is_told() -> None:
    status, out = await told(b"{}", "keys", "new")
    assert status == 0
    Fernet(out.strip())
    status, out = await told(json.dumps({"DATABASE_URL": "x"}).encode(), "worker")
    assert status == 1
    assert out.startswith("rota: DATABASE_URL")


@pytest.mark.parametrize("words", [b"", b'{"DATABASE_URL": "postgr'], ids=["nothing", "a part"])
async def test_D8_whose_starter_ends_before_it_has_told_ends_without_a_word(words: bytes) -> None:
    assert await told(words, "keys", "new") == (1, "")


async def test_X5_no_secret_is_in_the_environment_of_a_process(demo: Up) -> None:
    key = (demo.data_dir / "encryption.key").read_bytes().strip()
    folders = [Path("/proc", str(pid)) for pid in processes_of(demo.data_dir)]
    assert len(folders) > 4
    found = b"".join((folder / "environ").read_bytes() for folder in folders)
    assert os.fsencode(demo.data_dir) in found
    assert key not in found
    assert b"DATABASE_URL=" not in found
