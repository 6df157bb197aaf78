"""What a soak writes down: which faults, how long recovery took, and the table at its end."""

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import asyncpg

from tests.faults.audit import Audit
from tests.faults.customers import Customers


class Books:
    def __init__(self) -> None:
        self.faults: Counter[str] = Counter()
        self.missed: Counter[str] = Counter()
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self._watches: set[asyncio.Task[None]] = set()

    def took(self, what: str, begun: float) -> None:
        self.seconds[what].append(time.monotonic() - begun)

    def watch(self, what: str, recovery: Coroutine[Any, Any, None]) -> None:
        begun = time.monotonic()

        async def wait() -> None:
            await recovery
            self.took(what, begun)

        self._watches.add(asyncio.create_task(wait()))

    async def close(self) -> None:
        await asyncio.gather(*self._watches)

    async def patiently(self, look: Callable[[], Awaitable[Any]]) -> Any:
        try:
            return await look()
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return None

    def table(self, audit: Audit, customers: Customers) -> str:
        faults = [(name, str(number)) for name, number in sorted(self.faults.items())]
        slowest = [(what, f"{max(took):.1f} s") for what, took in sorted(self.seconds.items())]
        counts = [
            ("runs acknowledged", len(customers.acknowledged)),
            ("events", audit.events),
            ("streams followed to their end", customers.followed),
            ("times a stream was resumed", customers.reconnects),
            ("claims", audit.claims),
            ("vendor calls", audit.vendor_calls),
            ("most vendor calls of a run", audit.most_calls_of_a_run),
            ("runs that ended as LOST", audit.ended_as_lost),
        ]
        zeros = [(name.replace("_", " "), len(rows)) for name, rows in audit.findings.items()]
        return "\n\n".join(
            _table(*part)
            for part in (
                ("Fault", "Times", [*faults, ("all", str(self.faults.total()))]),
                ("What happened", "Number", [(name, str(number)) for name, number in counts]),
                ("Must be zero", "Number", [(name, str(number)) for name, number in zeros]),
                ("Longest time", "Measured", slowest),
            )
        )


def _table(left: str, right: str, rows: list[tuple[str, str]]) -> str:
    lines = [f"| {left} | {right} |", "|---|---:|"]
    return "\n".join([*lines, *(f"| {name} | {value} |" for name, value in rows)])
