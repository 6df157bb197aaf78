"""The encryption keys: those that the data directory has, and what to say where one is wrong. What
the database says of them stands in opening.py, which loads far more."""

from collections.abc import Sequence
from pathlib import Path

from rota.cli.command_error import CommandError
from rota.local.folders import write_private
from rota.platform.crypto import Cipher, new_key
from rota.platform.settings import Settings

KEY_FILE = "encryption.key"
WRONG_KEY = (
    "The encryption key (ENCRYPTION_KEY, or encryption.key in the data directory) is not the one "
    "under which this database keeps its secrets, so nothing was done. Set the right one; several "
    "are separated by commas, the newest first. Where it is lost, `rota keys adopt` accepts the "
    "present one, and lists the providers whose key must be typed again."
)


def read_keys(data_dir: Path) -> tuple[str, ...]:
    """Newest first; none where there is no file yet. Several stand on lines of their own."""
    try:
        text = (data_dir / KEY_FILE).read_text("utf-8")
    except FileNotFoundError:
        return ()
    except UnicodeDecodeError:
        text = "no key"
    keys = tuple(text.replace(",", " ").split())
    try:
        Cipher(keys)
    except ValueError:
        raise CommandError(
            f"{data_dir / KEY_FILE} holds no Fernet key. Restore it from a backup. Or remove it, "
            "and `rota keys adopt` makes a new one: then the providers' keys must be typed again."
        ) from None
    return keys


def make_keys(data_dir: Path) -> tuple[str, ...]:
    """Once for each data directory; the file is readable by its owner alone."""
    write_private(data_dir / KEY_FILE, new_key() + "\n")
    return read_keys(data_dir)


def check_keys(settings: Settings) -> None:
    if settings.encryption_keys:
        try:
            Cipher(settings.encryption_keys)
        except ValueError as error:
            raise CommandError(str(error)) from None


def lost_keys(providers: Sequence[str]) -> str:
    """What to say of the providers whose stored key no encryption key opens, by their names."""
    listed = ", ".join(f"“{name}”" for name in providers)
    return (
        f"No encryption key opens the stored keys of these providers: {listed}. Add the key under "
        "which they were stored to ENCRYPTION_KEY, or type their keys again."
    )
