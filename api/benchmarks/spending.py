"""What the processes of a subject spent on so many runs."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from benchmarks.figures import Figures
from benchmarks.measure import cpu_seconds

PER_RUN = "CPU per run, everything"
# By a part's name, its processes.
Parts = Mapping[str, tuple[int, ...]]


@contextmanager
def spending(
    figures: Figures, case: str, subject: str, parts: Parts, runs: int
) -> Iterator[dict[str, float]]:
    """Adds CPU and throughput of what is done within; then what it yielded has each part's CPU,
    in milliseconds per run."""
    spent: dict[str, float] = {}
    before = {part: cpu_seconds(*pids) for part, pids in parts.items()}
    begun = time.perf_counter()
    yield spent
    seconds = time.perf_counter() - begun
    for part, pids in parts.items():
        spent[part] = (cpu_seconds(*pids) - before[part]) / runs * 1000
    figures.add(case, PER_RUN, "ms", subject, sum(spent.values()))
    for part, used in spent.items():
        figures.add(case, f"CPU per run of {part}", "ms", subject, used)
    figures.add(case, "throughput", "/s", subject, runs / seconds)
