"""A listener to plant: it writes down every transition that it hears of, in the same transaction,
and fails as often as it is told. What it heard is held against the runs' own history."""

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from uuid import UUID

from rota.platform.storage.statements import Statement
from rota.platform.unit_of_work import Rules, UnitOfWork
from rota.runs.events import RunsChanged
from rota.runs.models import TERMINAL, RunStatus
from rota.wiring import RULES

TABLE = """
    CREATE TABLE heard (
        run_id UUID NOT NULL, sequence INT NOT NULL, from_status TEXT, status TEXT NOT NULL
    )
"""
HEAR = Statement("""
    INSERT INTO heard (run_id, sequence, from_status, status)
    SELECT * FROM unnest(:run_ids::uuid[], :sequences::int[], :befores::text[], :statuses::text[])
""")
# Each transition leaves one event, and follows the one before it.
FAULTS = """
    WITH told AS (
        SELECT run_id, sequence, CASE type WHEN 'STARTED' THEN 'RUNNING'
            WHEN 'REQUEUED' THEN 'QUEUED' ELSE type END AS status
        FROM run_event WHERE type NOT IN ('OUTPUT_DELTA', 'OUTPUT_REJECTED', 'RETRYING')
    ), expected AS (
        SELECT run_id, sequence, status,
            lag(status) OVER (PARTITION BY run_id ORDER BY sequence) AS from_status
        FROM told
    )
    SELECT coalesce(expected.run_id, heard.run_id)::text || ' ' ||
        coalesce(expected.status, heard.status) AS transition, count(heard.run_id)::int AS times
    FROM expected FULL JOIN heard ON heard.run_id = expected.run_id
        AND heard.sequence = expected.sequence AND heard.status = expected.status
        AND heard.from_status IS NOT DISTINCT FROM expected.from_status
    GROUP BY expected.run_id, heard.run_id, expected.sequence, heard.sequence, expected.status,
        heard.status
    HAVING count(heard.run_id) <> 1 OR count(expected.run_id) <> 1
"""
FAULTS_OF_HEARING = Statement(FAULTS)


class Deaf(Exception):
    """How the listener fails."""


@dataclass
class Heard:
    """`fails`: how many times at each status. `then`: what it does besides."""

    fails: Counter[RunStatus] = field(default_factory=Counter)
    failed: Counter[RunStatus] = field(default_factory=Counter)
    then: Callable[[UnitOfWork, RunsChanged], Awaitable[None]] | None = None

    @property
    def rules(self) -> Rules:
        return Rules(RULES.audit, {**RULES.listeners, RunsChanged: [self.hear]})

    async def hear(self, work: UnitOfWork, event: RunsChanged) -> None:
        await HEAR.rows(
            run_ids=[one.id for one in event.each],
            sequences=[one.last_sequence for one in event.each],
            befores=[one.from_status for one in event.each],
            statuses=[one.status for one in event.each],
        )
        if self.then:
            await self.then(work, event)
        for one in event.each:
            if self.fails[one.status]:
                self.fails[one.status] -= 1
                self.failed[one.status] += 1
                raise Deaf


@dataclass
class Moods:
    """Each end fails once or twice, by its run's id; of claims and sweeps every third does. What
    clients asked for does not fail: they would be told."""

    ends: Counter[UUID] = field(default_factory=Counter)
    others: int = 0

    async def fail(self, work: UnitOfWork, event: RunsChanged) -> None:
        if work.may_be_refused:
            return
        [first, *more] = event.each
        if first.status in TERMINAL and not more:
            self.ends[first.id] += 1
            if self.ends[first.id] <= 1 + first.id.int % 2:
                raise Deaf
        else:
            self.others += 1
            if self.others % 3 == 1:
                raise Deaf


async def faults_of_hearing() -> dict[str, int]:
    """Transitions that were not heard exactly once, and as they were: how often instead."""
    rows = await FAULTS_OF_HEARING.rows()
    return {row["transition"]: row["times"] for row in rows}
