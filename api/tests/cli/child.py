"""`rota`, in a process that has its code already."""

import atexit
import os
import sys
from pathlib import Path

import rota.app
import rota.cli.commands.doctor
import rota.worker  # noqa: F401 (what commands load when they are called)
from rota.cli import main


def call(arguments: list[str], environ: dict[str, str], out: Path, err: Path) -> None:
    os.environ.clear()
    os.environ.update(environ)
    for number, file in enumerate((Path(os.devnull), out, err)):
        flags = os.O_RDWR | os.O_CREAT
        opened = os.open(file, flags, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    sys.argv = ["rota", *arguments]
    try:
        main()
    finally:
        atexit._run_exitfuncs()  # which a forked process leaves out
