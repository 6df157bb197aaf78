"""Migrates a database in a process of its own, and tells what came of it."""

import asyncio
import os
import warnings
from multiprocessing.connection import Connection
from pathlib import Path

from rota.migrations import runner


def migrate(answers: Connection, url: str, folder: Path, to: str | None, alone: bool) -> None:
    """`alone`: without regard to other processes that do the same."""
    warnings.simplefilter("error")
    if alone:
        runner.ADVISORY_LOCK = os.getpid()  # a lock that nobody else asks for
    answer: dict[str, object]
    try:
        answer = {"done": asyncio.run(runner.migrate(url, to, folder))}
    except runner.MigrationError as error:
        answer = {"refused": str(error)}
    except Exception as error:
        answer = {"failed": type(error).__name__}
    answers.send(answer)
