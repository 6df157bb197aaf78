"""As whom the engines run: PostgreSQL refuses root, and wants an account that has a name."""

import asyncio
import os
import pwd
import sys
from asyncio.subprocess import DEVNULL
from pathlib import Path
from signal import SIGKILL

from rota.local.errors import LocalError
from rota.local.process import launched

ACCOUNTS = ("postgres", "_postgres", "nobody")


async def choose_identity(program: Path, data_dir: Path, sockets: Path) -> str:
    """An identity for the launcher, tried with the program; the folder is made fit for it."""
    root = os.geteuid() == 0
    if not root and _has_name(os.geteuid()):
        return "keep"
    account = _account()
    ids = f"{account.pw_uid}:{account.pw_gid}"
    if sys.platform == "linux" and await _works(f"namespace:{ids}", program):
        if root:
            _hand_over(data_dir, sockets, 0, 0)
        return f"namespace:{ids}"
    if not root:
        return "keep"
    if not await _works(f"drop:{ids}", program):
        raise LocalError(
            f"PostgreSQL does not run as root, and the account {account.pw_name!r} cannot run "
            f"{program}. Start Rota as an ordinary user, or install it where all users can read."
        )
    _require_reachable(data_dir, account)
    _hand_over(data_dir, sockets, account.pw_uid, account.pw_gid)
    return f"drop:{ids}"


def _has_name(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _account() -> pwd.struct_passwd:
    for name in ACCOUNTS:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise LocalError(
        "PostgreSQL does not run as root, and this system has no account 'postgres' or 'nobody' "
        "to run it as. Start Rota as an ordinary user."
    )


async def _works(identity: str, program: Path) -> bool:
    words = launched((str(program), "--version"), SIGKILL, identity=identity)
    trial = await asyncio.create_subprocess_exec(
        *words, stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL, env={}
    )
    return await trial.wait() == 0


def _require_reachable(data_dir: Path, account: pwd.struct_passwd) -> None:
    for folder in data_dir.resolve().parents:
        found = folder.stat()
        if not found.st_mode & 0o001 and found.st_uid != account.pw_uid:
            raise LocalError(
                f"Here PostgreSQL runs as the account {account.pw_name!r}, which cannot enter "
                f"{folder}. Choose a --data-dir that all users can reach, such as /var/lib/rota, "
                "or start Rota as an ordinary user."
            )


def _hand_over(data_dir: Path, sockets: Path, uid: int, gid: int) -> None:
    """The data directory comes last: its owner tells whether all below it was handed over."""
    if data_dir.stat().st_uid != uid:
        for name in ("pg", "valkey"):
            for folder, _, files in os.walk(data_dir / name):
                for path in (folder, *(os.path.join(folder, file) for file in files)):
                    os.chown(path, uid, gid, follow_symlinks=False)
    for top in (sockets, data_dir / "valkey", data_dir):
        os.chown(top, uid, gid, follow_symlinks=False)
