"""Runs `rota` with one safeguard taken out, to see the harness notice.

`python -m tests.faults.launch SAFEGUARD COMMAND`. A passage that is not in the source any
more is an error: a control that changes nothing would prove nothing.
"""

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import ModuleType
from typing import Any

# safeguard: (module, what is taken out, what stands there instead)
SAFEGUARDS: dict[str, list[tuple[str, str, str]]] = {
    "fence": [
        (
            "rota.runs.statements",
            "WHERE id = :id AND attempt = :attempt AND status",
            "WHERE id = :id AND :attempt::int > 0 AND status",
        ),
        ("rota.runs.statements", "run.attempt = held.attempt", "held.attempt > 0"),
        (
            "rota.runs.statements",
            "RETURNING run.id, run.attempt, run.status",
            "RETURNING run.id, held.attempt, run.status",
        ),
    ],
    "replay": [
        (
            "rota.runs.follow",
            "position = after\n",
            "position = max(after, run.last_sequence)\n",
        )
    ],
    "patience": [
        (
            "rota.platform.messaging.health",
            "asyncio.timeout(None)",
            "asyncio.timeout(min(patience, 0.2))",
        )
    ],
    "sweep": [("rota.platform.leases", "await self._leases.sweep()", "pass")],
}


class Without(MetaPathFinder):
    def __init__(self, safeguard: str) -> None:
        self._changes = SAFEGUARDS[safeguard]

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        changes = [change for change in self._changes if change[0] == fullname]
        spec = PathFinder.find_spec(fullname, path) if changes else None
        if spec is not None and spec.origin is not None:
            spec.loader = Changed(fullname, spec.origin, changes)
        return spec


class Changed(SourceFileLoader):
    def __init__(self, name: str, path: str, changes: list[tuple[str, str, str]]) -> None:
        super().__init__(name, path)
        self._changes = changes

    def get_code(self, fullname: str) -> Any:
        source = self.get_data(self.path).decode()
        for _, passage, instead in self._changes:
            if passage not in source:
                raise SystemExit(f"{fullname} has no “{passage}”; adapt tests/faults/launch.py.")
            source = source.replace(passage, instead)
        return compile(source, self.path, "exec")


if __name__ == "__main__":
    from rota.cli import run

    sys.meta_path.insert(0, Without(sys.argv[1]))
    sys.exit(run(sys.argv[2:]))
