"""Alternating rounds of the same work, so that the machine's moods reach all subjects alike."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from benchmarks.client import Job, fire
from benchmarks.figures import Figures
from benchmarks.measure import cpu_seconds

ROUNDS = 5
EVERYTHING = "CPU per request, with the engines"


@dataclass(frozen=True)
class Subject:
    name: str
    pids: tuple[int, ...]
    job: Job


async def alternate(
    figures: Figures,
    case: str,
    *,
    subjects: Sequence[Subject],
    engines: tuple[int, ...],
    rounds: int,
    concurrency: int = 16,
) -> None:
    """CPU per request of the servers and of the engines, throughput, and how long each took."""
    starts = {subject.name: subject.job.start for subject in subjects}
    for turn in range(rounds + 1):
        for subject in subjects:
            job = replace(subject.job, connections=concurrency, start=starts[subject.name])
            starts[subject.name] += job.requests
            servers, stores = cpu_seconds(*subject.pids), cpu_seconds(*engines)
            done = await fire(job)
            servers = cpu_seconds(*subject.pids) - servers
            stores = cpu_seconds(*engines) - stores
            if turn == 0:
                continue  # everybody warms up, compilers at run time among them
            for measure, value, unit in (
                (EVERYTHING, (servers + stores) / job.requests * 1000, "ms"),
                ("CPU per request", servers / job.requests * 1000, "ms"),
                ("CPU of the engines per request", stores / job.requests * 1000, "ms"),
                ("throughput", job.requests / done.seconds, "/s"),
            ):
                figures.add(case, measure, unit, subject.name, value)
            add_percentiles(figures, case, subject.name, done.latencies)


def add_percentiles(
    figures: Figures, case: str, subject: str, seconds: Sequence[float], what: str = ""
) -> None:
    ordered = sorted(seconds)
    if not ordered:
        raise RuntimeError(f"There is nothing to measure in: {case}")
    for percent in (50, 95, 99):
        value = percentile(ordered, percent) * 1000
        figures.add(case, f"{what}p{percent}", "ms", subject, value)


def percentile(ordered: Sequence[float], percent: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]
