"""What a command prints, wherever that goes."""

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

import pytest

from tests.cli.process import ROTA, environment
from tests.platform.sinks import broken, full, nothing

NEW = ("keys", "new")
NO_ROOM = "rota: There is no room left on the disk. Make some, and try again.\n"
Sink = Callable[[], AbstractContextManager[int]]


async def printed(sink: Sink, *arguments: str, **environ: str) -> tuple[int, str]:
    """The exit status, and what was said on standard error."""
    with sink() as handle:
        process = await asyncio.create_subprocess_exec(
            *ROTA, *arguments, env=environment(**environ),
            stdin=DEVNULL, stdout=handle, stderr=PIPE,
        )  # fmt: skip
        _, err = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode is not None
    return process.returncode, err.decode()


async def test_a_full_disk_is_told_in_a_line() -> None:
    status, said = await printed(full, *NEW)
    assert (status, said) == (
        1,
        "rota: There is no room left on the disk. Make some, and try again.\n",
    )


async def test_whoever_stops_reading_is_told_nothing() -> None:
    assert await printed(broken, *NEW) == (1, "")


async def test_what_fits_is_written() -> None:
    assert await printed(nothing, *NEW) == (0, "")


@pytest.mark.parametrize(
    "locale", [{"PYTHONIOENCODING": "ascii"}, {"PYTHONIOENCODING": "latin-1", "LC_ALL": "C"}]
)
async def test_a_locale_without_our_signs_is_no_reason_to_end(locale: dict[str, str]) -> None:
    status, said = await printed(nothing, "keys", "new", "“x”", **locale)
    assert status == 2
    assert said.startswith("rota: Got unexpected extra argument (")


@pytest.mark.parametrize("closed", [(1,), (2,), (0, 1, 2)])
async def test_a_command_whose_files_are_closed_does_its_work(closed: Sequence[int]) -> None:
    script = (
        "import os, sys\n"
        "os.set_inheritable(0, True)\n"
        + "".join(f"os.close({handle})\n" for handle in closed)
        + f"os.execv({sys.executable!r}, {[*ROTA, *NEW]!r})"
    )
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", script), env=environment(), stdin=DEVNULL, stdout=PIPE, stderr=PIPE
    )
    out, err = await asyncio.wait_for(process.communicate(), 60)
    assert (process.returncode, err) == (0, b"")
    assert (out == b"") is (1 in closed)


@pytest.mark.parametrize("closed", [(0,), (1,), (2,), (1, 2), (0, 1, 2)])
async def test_closed_standard_files_are_no_files_for_others(closed: tuple[int, ...]) -> None:
    """The first file that is opened afterwards is none of the three."""
    script = (
        "import os\n"
        + "".join(f"os.close({handle})\n" for handle in closed)
        + "from rota.cli.standard_files import prepare\n"
        "prepare()\n"
        "os._exit(os.open('/dev/null', os.O_RDONLY) > 2 and all(map(os.fstat, range(3))))"
    )
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-c", script), env=environment(), stdin=DEVNULL, stdout=PIPE
    )
    assert await process.wait() == 1
