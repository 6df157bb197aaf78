"""Runs `rota` with a listener planted, or with one safeguard taken out, to see the harness notice.

`python -m tests.faults.launch [--listens] [--without SAFEGUARD] COMMAND`. A passage that is not in
the source any more is an error: a control that changes nothing would prove nothing.
"""

import argparse
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import ModuleType
from typing import Any, cast

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
            "position, message = after, None\n",
            "position, message = (await service.get_run(run_id)).last_sequence, None\n",
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
    # The listeners hear of a statement only after its transaction.
    "transaction": [
        (
            "rota.platform.unit_of_work",
            "may_be_refused=may_be_refused) as work:\n            written = await write()\n",
            "may_be_refused=may_be_refused) as work:\n",
        ),
        (
            "rota.platform.unit_of_work",
            "    if rules.listeners.get(kind):\n",
            "    written = await write()\n    if rules.listeners.get(kind):\n",
        ),
        (
            "rota.platform.unit_of_work",
            "        written = await write()\n        await announce",
            "        await announce",
        ),
    ],
    # All is judged where it is asked, and all that is wrong is told.
    "bounds": [
        (
            "rota.contracts.contract",
            "        if bill.judge > MAX_JUDGED:\n            return None\n",
            "",
        ),
        ("rota.contracts.contract", "if bill.explain <= MAX_EXPLAINED", "if True"),
    ],
    # One of the doors is left out.
    "door": [
        (
            "rota.runs.claims",
            "await one_statement(resources, rules, RunsChanged, settle, transitions)",
            "await announce(resources, transitions(await settle()))",
        )
    ],
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


def plant() -> None:
    """The listener of tests/runs/heard.py, and it fails now and then."""
    from rota.runs.events import RunsChanged
    from rota.wiring import RULES
    from tests.runs.heard import Heard, Moods

    cast("dict[object, object]", RULES.listeners)[RunsChanged] = [Heard(then=Moods().fail).hear]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--listens", action="store_true")
    parser.add_argument("--without", choices=SAFEGUARDS)
    parser.add_argument("command")
    asked = parser.parse_args(arguments)
    if asked.without:
        sys.meta_path.insert(0, Without(asked.without))
    if asked.listens:
        plant()
    from rota.cli import run

    return int(run([asked.command]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
