"""Reads the tables after the faults, and counts what must not be there."""

from collections import defaultdict
from dataclasses import dataclass, field, fields
from datetime import datetime

import asyncpg

from rota.platform.kernel import jsontext
from tests.faults.customers import Customers
from tests.faults.vendor import ENDINGS, SIGNATURE, Call
from tests.runs.heard import FAULTS

TERMINAL = ("SUCCEEDED", "FAILED", "CANCELLED")


@dataclass
class Audit:
    """Everything down to `seen_by_clients` must be empty; each entry names a run."""

    lost: list[str] = field(default_factory=list)
    unfinished: list[str] = field(default_factory=list)
    double_runs: list[str] = field(default_factory=list)
    double_endings: list[str] = field(default_factory=list)
    events_after_the_end: list[str] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)
    stale_writes: list[str] = field(default_factory=list)
    wrong_endings: list[str] = field(default_factory=list)
    calls_without_a_claim: list[str] = field(default_factory=list)
    unasked_exits: list[str] = field(default_factory=list)
    heard_wrong: list[str] = field(default_factory=list)
    seen_by_clients: list[str] = field(default_factory=list)
    runs: int = 0
    events: int = 0
    claims: int = 0
    vendor_calls: int = 0
    most_calls_of_a_run: int = 0
    ended_as_lost: int = 0

    @property
    def findings(self) -> dict[str, list[str]]:
        columns = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: found for name, found in columns.items() if isinstance(found, list)}

    @property
    def is_clean(self) -> bool:
        return not any(self.findings.values())


async def audit(customers: Customers) -> Audit:
    async with customers.site.engines.sql() as connection:
        runs = await connection.fetch("SELECT *, input->>'message' AS name FROM run")
        rows = await connection.fetch("SELECT * FROM run_event ORDER BY run_id, sequence")
        misheard = await connection.fetch(FAULTS) if customers.site.listens else []
    events: dict[object, list[asyncpg.Record]] = defaultdict(list)
    for row in rows:
        events[row["run_id"]].append(row)
    found = Audit(runs=len(runs), events=len(rows), seen_by_clients=list(customers.faults))
    for program in (*customers.site.apis, *customers.site.workers):
        found.unasked_exits += program.exits
    found.heard_wrong += [f"{row['transition']}, {row['times']} times" for row in misheard]
    calls = customers.site.vendor.calls
    stored = {str(run["id"]) for run in runs}
    found.lost += [name for name, run in customers.acknowledged.items() if run not in stored]
    for run in runs:
        _judge(found, run, events[run["id"]], calls.get(run["name"], []), customers)
    return found


def _judge(
    found: Audit,
    run: asyncpg.Record,
    events: list[asyncpg.Record],
    calls: list[Call],
    customers: Customers,
) -> None:
    name, types = run["name"], [event["type"] for event in events]
    endings = [at for at, one in enumerate(types) if one in TERMINAL]
    if customers.acknowledged.get(name) != str(run["id"]):
        found.double_runs.append(name)
    if run["status"] not in TERMINAL:
        found.unfinished.append(name)
    if len(endings) > 1:
        found.double_endings.append(name)
    if endings and endings[0] < len(events) - 1:
        found.events_after_the_end.append(name)
    sequences = [event["sequence"] for event in events]
    if sequences != list(range(1, run["last_sequence"] + 1)) or types[0] != "QUEUED":
        found.gaps.append(name)
    if _is_stale(run, events, calls):
        found.stale_writes.append(name)
    if run["status"] in TERMINAL and not _ended_right(run, types, customers):
        found.wrong_endings.append(f"{name}: {run['status']} {run['error_code']}")
    again = types.count("RETRYING") + types.count("OUTPUT_REJECTED")
    if len(calls) > run["attempt"] + again:
        found.calls_without_a_claim.append(name)
    found.claims += run["attempt"]
    found.vendor_calls += len(calls)
    found.most_calls_of_a_run = max(found.most_calls_of_a_run, len(calls))
    found.ended_as_lost += run["error_code"] == "LOST"


def _is_stale(run: asyncpg.Record, events: list[asyncpg.Record], calls: list[Call]) -> bool:
    """Whether text came from a call that is older than the claim it was written under."""
    asked = {call.number: call.at for call in calls}
    claimed: datetime | None = None
    for event in events:
        if event["type"] == "STARTED":
            claimed = event["at"]
        if _is_older(event["data"], asked, claimed):
            return True
    return run["output"] is not None and _is_older(run["output"], asked, claimed)


def _is_older(text: str, asked: dict[int, datetime], claimed: datetime | None) -> bool:
    numbers = {int(number) for number in SIGNATURE.findall(text)}
    return any(claimed is None or asked[number] < claimed for number in numbers)


def _ended_right(run: asyncpg.Record, types: list[str], customers: Customers) -> bool:
    name, status = run["name"], run["status"]
    told = customers.cancels.get(name)
    if types[-1] != status:
        return False
    if told in ("CANCELLING", "CANCELLED"):
        return bool(status == "CANCELLED")
    if told in TERMINAL:
        return bool(status == told)
    if status == "SUCCEEDED" and jsontext.loads(run["output"])["category"] != "bug":
        return False
    ending = run["error_code"] or status
    return ending in (ENDINGS[name[1:].partition("-")[0]], "LOST")
