"""What something costs another process: its own CPU and its own peak, however
busy the machine is."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tests.http.process import cpu_seconds

SECONDS = 1.0
MEGABYTES = 50


@dataclass
class Cost:
    seconds: float = 0
    megabytes: float = 0


class Process(Protocol):
    @property
    def pid(self) -> int | None: ...


def megabytes(process: Process, what: str) -> float:
    status = Path(f"/proc/{process.pid}/status").read_text()
    [line] = [line for line in status.splitlines() if line.startswith(what)]
    return int(line.split()[1]) / 1024


def forget_the_peak(process: Process) -> None:
    Path(f"/proc/{process.pid}/clear_refs").write_text("5")


@asynccontextmanager
async def cost_of(process: Process) -> AsyncIterator[Cost]:
    """Filled in once it is over."""
    cost = Cost()
    rss, seconds = megabytes(process, "VmRSS"), cpu_seconds(process.pid)
    forget_the_peak(process)
    yield cost
    cost.seconds = cpu_seconds(process.pid) - seconds
    cost.megabytes = megabytes(process, "VmHWM") - rss
