"""Help, usage, and failures that are expected: one line each, and the right exit status."""

import sys
from asyncio import create_subprocess_exec
from asyncio.subprocess import PIPE
from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType

import pytest

from rota.cli import commands, run
from rota.cli.commands import COMMANDS, keys, token
from rota.platform.crypto import Cipher, new_key
from rota.schema import build_schema
from tests.cli.process import each, rota
from tests.http.process import free_port
from tests.stores import Stores

HEAVY = {"asyncpg", "pydantic", "pydantic_ai", "strawberry", "tortoise", "uvicorn", "rota.platform"}
GROUPS: dict[str, Mapping[str, str]] = {"keys": keys.COMMANDS, "token": token.COMMANDS}
ASKS = """
import sys
from rota.cli import run
run(sys.argv[1:])
commands = {name for name in sys.modules if name.startswith("rota.cli.commands.")}
print(*sorted(commands | set(sys.modules) & %r), file=sys.stderr)
"""
ACTING = [
    ["up", "--no-browser"],
    ["serve"],
    ["worker"],
    ["migrate"],
    ["open"],
    ["token", "create", "--name", "a", "--role", "viewer"],
    ["token", "list"],
    ["token", "revoke", "a"],
    ["prune", "--older-than", "90d"],
    ["keys", "check"],
    ["keys", "rotate"],
    ["keys", "adopt"],
    ["doctor"],
]
MISUSED = [
    ([], "bogus"),
    (["up"], "--bogus"),
    (["up", "--port"], "70000"),
    (["up", "--workers"], "0"),
    (["token", "create", "--name", "a", "--role"], "god"),
    (["token", "create", "--name", "a", "--role", "owner", "--expires-in"], "soon"),
    (["prune", "--older-than"], "999999999w"),
    (["prune", "--older-than"], "999999w"),
    (["open", "--role"], "nobody"),
    (["migrate"], "surplus"),
]
ON_RUNNING = [["migrate"], ["token", "list"], ["doctor"]]
AWAY = "postgres://somebody:hunter22@127.0.0.1:1/rota"


async def imported(*arguments: str) -> tuple[str, set[str]]:
    """What a call prints, and which commands and heavy packages it imports."""
    process = await create_subprocess_exec(
        sys.executable, "-P", "-c", ASKS % HEAVY, *arguments, stdout=PIPE, stderr=PIPE
    )
    out, err = await process.communicate()
    return out.decode(), {name.removeprefix("rota.cli.commands.") for name in err.decode().split()}


async def test_help_imports_none_of_the_commands() -> None:
    out, found = await imported("--help")
    assert found == set()
    assert all(name in out for name in COMMANDS)


@pytest.mark.parametrize("group", GROUPS)
async def test_help_of_a_group_imports_none_of_its_commands(group: str) -> None:
    out, found = await imported(group, "--help")
    assert found == {group}
    assert all(name in out for name in GROUPS[group])


async def test_only_the_command_that_is_called_is_imported() -> None:
    _, found = await imported("keys", "new")
    assert found - HEAVY == {"keys", "keys.new"}


def misplaced(package: ModuleType, lines: Iterable[str]) -> set[str]:
    """Commands that are in the list or in the folder, and not in both."""
    modules = {
        module.name: import_module(f"{package.__name__}.{module.name}")
        for module in iter_modules(package.__path__)
    }
    return {name for name, module in modules.items() if hasattr(module, "command")} ^ set(lines)


@pytest.mark.parametrize(
    ("package", "lines"),
    [(commands, COMMANDS), (keys, keys.COMMANDS), (token, token.COMMANDS)],
    ids=["rota", "keys", "token"],
)
def test_every_command_is_in_its_list(package: ModuleType, lines: Mapping[str, str]) -> None:
    assert misplaced(package, lines) == set()
    first, *others = lines
    assert misplaced(package, others) == {first}
    assert misplaced(package, [*lines, "bogus"]) == {"bogus"}


@pytest.mark.parametrize(
    "name",
    [*COMMANDS, *(f"{group} {name}" for group, lines in GROUPS.items() for name in lines)],
)
def test_every_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*name.split(), "--help"]) == 0
    assert capsys.readouterr().out.startswith(f"Usage: rota {name}")


@pytest.mark.parametrize(("command", "wrong"), MISUSED)
def test_wrong_usage_is_one_line_and_status_2(
    command: list[str], wrong: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*command, wrong]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("rota: ")
    assert said.err.endswith(" --help\n")
    assert said.err.count("\n") == 1
    assert wrong in said.err


async def test_P5_with_a_database_and_no_key_every_command_refuses(
    stores: Stores, data_dir: Path
) -> None:
    done = await each(
        ACTING,
        DATABASE_URL=stores.database_url,
        REDIS_URL=stores.redis_url,
        ROTA_DATA_DIR=str(data_dir),
    )
    for command, found in done.items():
        assert found.status == 1, command
        assert "ENCRYPTION_KEY is not set" in found.out + found.problem, command
        assert "`rota keys new`" in found.out + found.problem, command
    assert folders_in(data_dir.parent) == []


async def test_P5_without_a_key_a_key_can_be_made() -> None:
    done = await rota("keys", "new", DATABASE_URL=AWAY)
    assert done.status == 0
    Cipher((done.out.strip(),))


async def test_the_schema_needs_no_settings() -> None:
    done = await rota("schema", DATABASE_URL=AWAY)
    assert done.status == 0
    assert done.out == build_schema().as_str() + "\n"


async def test_without_a_running_rota_they_say_how_to_start_one(data_dir: Path) -> None:
    done = await each([[*command, "--data-dir", str(data_dir)] for command in ON_RUNNING])
    for command, found in done.items():
        assert found.status == 1, command
        assert "Start one with `rota up`, or set" in found.out + found.problem, command


async def test_a_database_that_is_away_is_one_line_without_the_password(data_dir: Path) -> None:
    key = new_key()
    done = await each(
        [["up", "--no-browser", "--no-local-model"], ["serve"], ["worker"], *ON_RUNNING],
        DATABASE_URL=AWAY,
        REDIS_URL="redis://127.0.0.1:1/0",
        ENCRYPTION_KEY=key,
        ROTA_DATA_DIR=str(data_dir),
        ROTA_PORT=str(free_port()),
    )
    for command, found in done.items():
        assert found.status == 1, command
        assert "The database cannot be reached" in found.out + found.err.splitlines()[-1], command
        assert "Traceback" not in found.err, command
        assert "hunter22" not in found.out + found.err, command
        assert key not in found.out + found.err, command


@pytest.mark.parametrize(
    ("environ", "says"),
    [
        ({"DATABASE_URL": AWAY, "ENCRYPTION_KEY": "not a key"}, "REDIS_URL is not set"),
        ({"REDIS_URL": "redis://127.0.0.1:1/0"}, "DATABASE_URL is not set"),
        (
            {"DATABASE_URL": AWAY, "REDIS_URL": "redis://127.0.0.1:1", "ENCRYPTION_KEY": "short"},
            "not a Fernet key",
        ),
        ({"ROTA_PORT": "eighty"}, "ROTA_PORT"),
        ({"ROTA_HOST": "0.0.0.0"}, "ROTA_PUBLIC_ORIGIN"),
        ({"ROTA_HOST": "no.such.host.invalid", "ROTA_PUBLIC_ORIGIN": "http://a.b"}, "no address"),
    ],
    ids=["no redis", "no database", "bad key", "bad port", "open host", "unknown host"],
)
async def test_F3_up_names_what_is_wrong_with_its_environment(
    environ: dict[str, str], says: str, data_dir: Path
) -> None:
    done = await rota("up", "--no-browser", "--data-dir", data_dir, **environ)
    assert done.status == 1
    assert says in done.problem
    assert "pg" not in folders_in(data_dir)


def folders_in(folder: Path) -> list[str]:
    return [entry.name for entry in folder.glob("*") if entry.is_dir()]
