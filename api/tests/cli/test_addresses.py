"""Addresses that no command can use: each says so in one line, and none tells a secret."""

import json
from pathlib import Path

import pytest

from rota.cli import run
from rota.platform.crypto import new_key
from tests.cli.process import each, rota
from tests.http.process import free_port

SECRET = "hUnter22"
GOOD = {
    "DATABASE_URL": f"postgres://rota:{SECRET}@127.0.0.1:1/rota",
    "REDIS_URL": f"redis://:{SECRET}@127.0.0.1:1/0",
}
WRONG = [
    ("DATABASE_URL", f'"postgres://rota:{SECRET}@127.0.0.1:5432/rota"'),
    ("DATABASE_URL", f"'postgres://rota:{SECRET}@127.0.0.1:5432/rota'"),
    ("DATABASE_URL", f"postgresql+asyncpg://rota:{SECRET}@127.0.0.1/rota"),
    ("DATABASE_URL", f"postgres://rota:a/{SECRET}@127.0.0.1/rota"),
    ("DATABASE_URL", f"postgres://rota:a@{SECRET}@127.0.0.1/rota"),
    ("DATABASE_URL", f"postgres://rota:{SECRET}#@127.0.0.1/rota"),
    ("DATABASE_URL", f"postgres://rota:[{SECRET}]@127.0.0.1:port/rota"),
    ("DATABASE_URL", f"postgres://127.0.0.1/rota?password=a&{SECRET}&sslmode=require"),
    ("DATABASE_URL", f"postgres://127.0.0.1/rota?user=a&password={SECRET}&sslmode=requires"),
    ("DATABASE_URL", f"host=127.0.0.1 password={SECRET}"),
    ("DATABASE_URL", f"postgres://rota:{SECRET}@h/d?sslmode=verify-ca&sslrootcert=/{SECRET}"),
    ("REDIS_URL", f"redis://{SECRET}@127.0.0.1"),
    ("REDIS_URL", f'"redis://:{SECRET}@127.0.0.1"'),
    ("REDIS_URL", f"valkey://:{SECRET}@127.0.0.1"),
    ("REDIS_URL", f"redis-sentinel://:{SECRET}@a:1,b:1/{SECRET}"),
    ("REDIS_URL", f"rediss://127.0.0.1/0?password={SECRET}&ssl_cert_reqs={SECRET}"),
    ("REDIS_URL", f"redis://:{SECRET}@127.0.0.1/{SECRET}"),
]


def surroundings(data_dir: Path, **environ: str) -> dict[str, str]:
    known = {"ENCRYPTION_KEY": new_key(), "ROTA_DATA_DIR": str(data_dir)}
    return {**GOOD, **known, "ROTA_PORT": str(free_port()), **environ}


@pytest.mark.parametrize(("variable", "url"), WRONG)
@pytest.mark.parametrize("command", [["doctor"], ["migrate"], ["token", "list"], ["serve"]])
def test_a_wrong_address_is_named_without_its_secret(  # noqa: PLR0917 (two are fixtures)
    command: list[str],
    variable: str,
    url: str,
    data_dir: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, value in surroundings(data_dir, **{variable: url}).items():
        monkeypatch.setenv(name, value)
    assert run(command) == 1
    said = capsys.readouterr()
    assert f"{variable} " in said.out + said.err
    assert SECRET not in said.out + said.err
    assert "Traceback" not in said.out + said.err
    assert said.err.count("\n") == 1


@pytest.mark.parametrize("command", ["serve", "worker", "doctor", "up"])
async def test_so_is_a_file_that_is_not_there(command: str, data_dir: Path) -> None:
    url = f"rediss://:{SECRET}@127.0.0.1/0?ssl_ca_certs=/nowhere/{SECRET}"
    done = await rota(command, **surroundings(data_dir, REDIS_URL=url))
    assert done.status == 1
    assert "REDIS_URL has ssl_ca_certs that names a file" in done.out + done.err
    assert "Traceback" not in done.err
    assert SECRET not in done.out + done.err


async def test_so_do_the_programs_that_stay(data_dir: Path) -> None:
    commands = [["up", "--no-browser", "--no-local-model"], ["serve"], ["worker"], ["migrate"]]
    for variable, url in (WRONG[0], WRONG[-1]):
        done = await each(commands, **surroundings(data_dir, **{variable: url}))
        for command, found in done.items():
            assert found.status == 1, command
            assert found.problem.startswith(f"rota: {variable} "), command
            assert SECRET not in found.out + found.err, command


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ("&options=-c%20no_such_setting%3D1", "does not know one of the “options”"),
        ("&options=-c%20work_mem%3Dmuch", "does not take the value"),
        ("&options=-c%20fsync%3Doff", "lets nobody set"),
        ("&options=--nonsense", "does not understand the “options”"),
        ("&user=nobody", "it knows no such user"),
        ("&dbname=nowhere", "it has no database of this name"),
        ("&target_session_attrs=standby", "target_session_attrs"),
    ],
)
async def test_what_postgresql_refuses_is_told_in_our_words(
    more: str, says: str, database: dict[str, str]
) -> None:
    environ = {**database, "DATABASE_URL": database["DATABASE_URL"] + more}
    migrated, examined = await rota("migrate", **environ), await rota("doctor", "--json", **environ)
    assert migrated.status == 1
    assert says in migrated.problem
    [found] = [one for one in json.loads(examined.out) if one["check"] == "database"]
    assert not found["ok"]
    assert says in found["says"]


async def test_parameters_that_are_understood_reach_postgresql(database: dict[str, str]) -> None:
    more = "&application_name=rota%20api&options=-c%20statement_timeout%3D9s&connect_timeout=5"
    # On a socket there is no TLS, for libpq neither.
    for tls in ("sslmode=disable", "sslmode=allow", "sslmode=prefer", "sslrootcert=system"):
        url = f"{database['DATABASE_URL']}{more}&{tls}"
        done = await rota("migrate", **{**database, "DATABASE_URL": url})
        assert (done.status, done.err) == (0, "")
