"""Folders and small files that only their owner can read."""

import hashlib
import os
import re
import stat
import tempfile
from pathlib import Path

from rota.local.errors import DataDirectoryUnusableError

LOCK_NAME = "rota.lock"
# sun_path holds 104 bytes on macOS, 108 on Linux; the longest socket name is .s.PGSQL.5432.
MAX_SOCKET_FOLDER_BYTES = 85
# Only signs that no database or Redis address would need to escape.
PLAIN_PATH = re.compile(r"[A-Za-z0-9/._-]+")


def secure_data_dir(data_dir: Path) -> None:
    """Creates or tightens the folder; refuses one that holds anything else than Rota's data."""
    try:
        data_dir.mkdir(parents=True, mode=0o700, exist_ok=True)
        names = {entry.name for entry in data_dir.iterdir() if not entry.name.startswith(".")}
        if names - {"lost+found"} and LOCK_NAME not in names:
            raise DataDirectoryUnusableError(
                f"{data_dir} holds files that are not Rota's, so nothing was touched. "
                "Choose an empty or new folder with --data-dir."
            )
        if LOCK_NAME in names and (owner := (data_dir / LOCK_NAME).stat().st_uid) != os.geteuid():
            raise DataDirectoryUnusableError(
                f"The data directory {data_dir} belongs to the user with id {owner}. "
                "Start Rota as that user, or choose another folder with --data-dir."
            )
        data_dir.chmod(0o700)
    except OSError as error:
        raise DataDirectoryUnusableError(
            f"The data directory {data_dir} cannot be used: {error.strerror}. "
            "Choose one that you own with --data-dir."
        ) from error


def private_folder(path: Path) -> Path:
    path.mkdir(mode=0o700, exist_ok=True)
    path.chmod(0o700)
    return path


def socket_folder(data_dir: Path) -> Path:
    """Unix sockets allow about 100 bytes of path: a long one moves to the temporary folder."""
    near = data_dir / "run"
    if len(os.fsencode(near)) <= MAX_SOCKET_FOLDER_BYTES and PLAIN_PATH.fullmatch(str(near)):
        return private_folder(near)
    digest = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]
    far = Path(tempfile.gettempdir()) / f"rota-{os.geteuid()}-{digest}"
    far.mkdir(mode=0o700, exist_ok=True)
    found = far.lstat()
    # The temporary folder is everybody's: somebody may have put a folder or link there first.
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {
        os.geteuid(),
        data_dir.stat().st_uid,
    }:
        raise DataDirectoryUnusableError(
            f"{far} belongs to another user, and the sockets of {data_dir} would go there. "
            "Remove it, or choose a shorter --data-dir."
        )
    far.chmod(0o700)
    return far


def write_private(path: Path, text: str) -> None:
    """Replaces the file whole, or not at all."""
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(handle)
    draft.replace(path)


def sync_folder(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
