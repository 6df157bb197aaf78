"""The encryption keys: those that the data directory has, and what to say where one is wrong."""

from collections.abc import Sequence
from pathlib import Path

from rota.cli.errors import CommandError
from rota.local.folders import write_private
from rota.platform.crypto import Cipher, new_key
from rota.platform.settings import Settings

KEY_FILE = "encryption.key"


def read_keys(data_dir: Path) -> tuple[str, ...]:
    """Newest first; none where there is no file yet. Several stand on lines of their own."""
    try:
        text = (data_dir / KEY_FILE).read_text()
    except FileNotFoundError:
        return ()
    keys = tuple(text.replace(",", " ").split())
    try:
        Cipher(keys)
    except ValueError:
        raise CommandError(
            f"{data_dir / KEY_FILE} holds no Fernet key. Restore it from a backup; or remove it, "
            "start again, and type the providers' keys anew."
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
