"""Migrates a database in a process of its own, and tells on one line what came of it."""

import asyncio
import json
import os
import sys
from pathlib import Path

from rota.migrations import runner

if __name__ == "__main__":
    url, folder, to, alone = sys.argv[1], Path(sys.argv[2]), *map(json.loads, sys.argv[3:])
    if alone:
        runner.ADVISORY_LOCK = os.getpid()  # a lock that nobody else asks for
    answer: dict[str, object]
    try:
        answer = {"done": asyncio.run(runner.migrate(url, to, folder))}
    except runner.MigrationError as error:
        answer = {"refused": str(error)}
    except Exception as error:
        answer = {"failed": type(error).__name__}
    sys.stdout.write(json.dumps(answer))
