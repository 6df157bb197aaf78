"""What something costs another process: its own CPU and its own peak, however
busy the machine is."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.http.process import WebProcess

SECONDS = 1.0
MEGABYTES = 50


@dataclass
class Cost:
    seconds: float = 0
    megabytes: float = 0


def megabytes(web: WebProcess, what: str) -> float:
    status = Path(f"/proc/{web.process.pid}/status").read_text()
    [line] = [line for line in status.splitlines() if line.startswith(what)]
    return int(line.split()[1]) / 1024


def forget_the_peak(web: WebProcess) -> None:
    Path(f"/proc/{web.process.pid}/clear_refs").write_text("5")


@asynccontextmanager
async def cost_of(web: WebProcess) -> AsyncIterator[Cost]:
    """Filled in once it is over."""
    cost = Cost()
    rss, seconds = megabytes(web, "VmRSS"), web.cpu_seconds
    forget_the_peak(web)
    yield cost
    cost.seconds = web.cpu_seconds - seconds
    cost.megabytes = megabytes(web, "VmHWM") - rss
