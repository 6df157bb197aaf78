"""X9: what another user of the machine can do to a running `rota up`: nothing."""

import json
import os
import pwd
import socket
import warnings
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from rota.local.embedded import running_engines
from tests.cli.process import Up, processes_of
from tests.dose import tried

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes somebody else")
SIGNAL_NOTHING = 0


def as_nobody(look: Callable[[], set[str]]) -> set[str]:
    """What `look` finds when another user runs it: a copy of this process that gives up all
    it may."""
    nobody = pwd.getpwnam("nobody")
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        # Threads of the test run do not matter to a child that only looks and ends.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(nobody.pw_gid)
            os.setuid(nobody.pw_uid)
            told = json.dumps(sorted(look()))
        except BaseException as error:
            told = f"it broke: {error!r}"
        os.write(writing, told.encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    assert told.startswith("["), told
    return set(json.loads(told))


def open_to_me(paths: Iterable[Path], pids: Iterable[int]) -> set[str]:
    """The files, sockets and processes that whoever runs this can get at."""
    found = set()
    for path in paths:
        with suppress(OSError):
            if path.is_socket():
                with socket.socket(socket.AF_UNIX) as knocking:
                    knocking.connect(str(path))
            elif path.is_dir():
                os.listdir(path)
            else:
                path.open("rb").close()
            found.add(str(path))
        with suppress(OSError):
            path.open("ab").close()
            found.add(f"{path}, to write")
    for pid in pids:
        for inside in ("environ", "mem", "fd", "maps"):
            with suppress(OSError):
                place = Path(f"/proc/{pid}/{inside}")
                (os.listdir if inside == "fd" else os.open)(place, *([0] if inside != "fd" else []))
                found.add(str(place))
        with suppress(OSError):
            os.kill(pid, SIGNAL_NOTHING)
            found.add(f"signals of {pid}")
    return found


def everything(running: Up) -> list[Path]:
    engines = running_engines(running.data_dir)
    assert engines is not None
    redis = Path(urlsplit(engines.redis_url).path)
    return [running.data_dir, *running.data_dir.rglob("*"), *redis.parent.iterdir()]


def test_X9_another_user_reads_writes_connects_and_signals_nothing(demo: Up) -> None:
    paths, pids = everything(demo), list(processes_of(demo.data_dir))
    kinds = {path.is_socket() for path in paths}
    assert (kinds, len(pids) > 4) == ({True, False}, True)
    assert as_nobody(lambda: open_to_me(paths, pids)) == set()
    tried["files, sockets and processes tried as another user"] += len(paths) + len(pids)


def test_X9_its_owner_gets_at_all_of_it(demo: Up) -> None:
    paths, pids = everything(demo), list(processes_of(demo.data_dir))
    found = open_to_me(paths, pids)
    assert {str(path) for path in paths if path.is_socket()} <= found
    assert f"signals of {pids[0]}" in found


def test_X9_what_is_left_open_would_be_found(demo: Up) -> None:
    folder = demo.data_dir.parent
    (folder / "open").touch(0o644)
    (folder / "open").chmod(0o646)
    try:
        found = as_nobody(lambda: open_to_me([folder / "open"], []))
    finally:
        (folder / "open").unlink()
    assert found == {str(folder / "open"), f"{folder / 'open'}, to write"}


def test_X9_the_demo_model_answers_nobody_without_its_key(demo: Up) -> None:
    """Its port is open to every user; its key is not."""
    port = json.loads((demo.data_dir / "model" / "server.json").read_text())["port"]

    def look() -> set[str]:
        statuses = set()
        for path in ("/v1/models", "/v1/chat/completions", "/slots", "/props", "/metrics", "/"):
            with socket.socket() as asking:
                asking.settimeout(5)
                asking.connect(("127.0.0.1", port))
                asking.sendall(f"GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n".encode())
                first_line = asking.makefile("rb").readline().decode()
                statuses.add(f"{path} {first_line[9:12]}")
        return statuses

    answered = {line for line in as_nobody(look) if line.endswith(" 200")}
    assert answered == set()
