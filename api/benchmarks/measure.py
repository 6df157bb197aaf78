"""What processes cost: CPU time and memory of a process and all it started, from /proc."""

import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")


def family(root: int) -> list[int]:
    """The process and its descendants."""
    children: dict[int, list[int]] = {}
    for entry in PROC.iterdir():
        if entry.name.isdigit() and (fields := _stat(int(entry.name))):
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    found = [root]
    for pid in found:
        found.extend(children.get(pid, ()))
    return found


def cpu_seconds(*roots: int) -> float:
    """User and system time so far; that of children that ended included."""
    ticks = 0
    for root in roots:
        for pid in family(root):
            if fields := _stat(pid):
                ticks += sum(int(field) for field in fields[11:15])
    return ticks / TICKS


def memory(*roots: int) -> tuple[int, int]:
    """RSS and PSS in bytes; PSS counts a shared page once."""
    rss = pss = 0
    for root in roots:
        for pid in family(root):
            for line in (PROC / str(pid) / "smaps_rollup").read_text().splitlines():
                name, _, value = line.partition(":")
                if name == "Rss":
                    rss += int(value.split()[0]) * 1024
                elif name == "Pss":
                    pss += int(value.split()[0]) * 1024
    return rss, pss


def _stat(pid: int) -> list[str]:
    """The fields after the command's name; none if the process is gone."""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []
