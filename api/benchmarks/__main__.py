"""`make bench`: measures the cases that are named, or all of them."""

import argparse
import os
import platform
import re
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import uvloop

from benchmarks.figures import Figures
from benchmarks.layers import Profiler
from benchmarks.rounds import ROUNDS
from benchmarks.site import API, BENCH, open_site

CASES = ("lists", "writes", "page", "starts", "deliveries", "runs", "streams", "up")
GROWTH = "growth"  # comes last, for the others measure on small tables


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("cases", nargs="*", help=f"from: {', '.join((*CASES, GROWTH))}")
    parser.add_argument("--growth", action="store_true", help="also on millions of rows")
    parser.add_argument("--profile", action="store_true", help="also say where the CPU goes")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--json", type=Path, help="where to write the figures; else only a table")
    arguments = parser.parse_args()
    if unknown := set(arguments.cases) - {*CASES, GROWTH}:
        parser.error(f"there is no case {', '.join(sorted(unknown))}")
    if arguments.rounds < 1:
        parser.error("there has to be a round")
    chosen = arguments.cases or CASES
    arguments.cases = [case for case in CASES if case in chosen]
    if arguments.growth or GROWTH in chosen:
        arguments.cases.append(GROWTH)
    uvloop.run(_measure(arguments))


async def _measure(arguments: argparse.Namespace) -> None:
    figures = Figures()
    try:
        with tempfile.TemporaryDirectory(prefix="rota-bench-") as folder:
            await _measure_in(Path(folder), figures, arguments)
    finally:  # a case that fails takes nothing from those before it
        about = _about(arguments.rounds)
        if arguments.json:
            arguments.json.write_text(figures.as_json(about))
        print(", ".join(f"{name} {value}" for name, value in about.items()), end="\n\n")
        print(figures.table())


async def _measure_in(folder: Path, figures: Figures, arguments: argparse.Namespace) -> None:
    async with open_site(folder) as site:
        if arguments.profile:
            site.profiler = Profiler(folder, BENCH / "py-spy")
        for name in arguments.cases:
            print(f"bench: {name}", file=sys.stderr)
            case = import_module(f"benchmarks.cases.{name}")
            await case.run(site, figures, arguments.rounds)
        if site.profiler:
            await site.profiler.stop(figures)


def _about(rounds: int) -> dict[str, Any]:
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty"],
        cwd=API,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": commit,
        "rounds": rounds,
        "processor": _processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "system": platform.platform(),
        "load": round(os.getloadavg()[0], 1),
    }


def _processor() -> str:
    found = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    return found[1] if found else platform.machine()


if __name__ == "__main__":
    main()
