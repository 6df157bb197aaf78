"""Alternating rounds of the same work, so that the machine's moods reach all subjects alike."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from benchmarks.client import Job, fire
from benchmarks.figures import Figures
from benchmarks.measure import cpu_seconds

ROUNDS = 5


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
            if turn == 0:
                job = replace(job, requests=max(concurrency * 4, job.requests // 4))
            starts[subject.name] += job.requests
            servers, stores = cpu_seconds(*subject.pids), cpu_seconds(*engines)
            done = await fire(job)
            servers = cpu_seconds(*subject.pids) - servers
            stores = cpu_seconds(*engines) - stores
            if turn == 0:
                continue  # everybody warms up
            times = sorted(done.latencies)
            for measure, value, unit in (
                ("CPU per request", servers / job.requests * 1000, "ms"),
                ("CPU of the engines per request", stores / job.requests * 1000, "ms"),
                ("throughput", job.requests / done.seconds, "/s"),
                ("p50", percentile(times, 50) * 1000, "ms"),
                ("p95", percentile(times, 95) * 1000, "ms"),
                ("p99", percentile(times, 99) * 1000, "ms"),
            ):
                figures.add(case, measure, unit, subject.name, value)


def percentile(ordered: Sequence[float], percent: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]
