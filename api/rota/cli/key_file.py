"""The encryption keys of a data directory: generated once, and readable by their owner alone."""

from pathlib import Path

from rota.cli.errors import CommandError
from rota.local.folders import write_private
from rota.platform.crypto import Cipher, new_key

NAME = "encryption.key"


def read_keys(data_dir: Path) -> tuple[str, ...]:
    """Newest first; none where there is no file yet. Several stand on lines of their own."""
    try:
        text = (data_dir / NAME).read_text()
    except FileNotFoundError:
        return ()
    keys = tuple(text.replace(",", " ").split())
    try:
        Cipher(keys)
    except ValueError:
        raise CommandError(
            f"{data_dir / NAME} holds no Fernet key. Restore it from a backup; or remove it, start "
            "again, and type the providers' keys anew."
        ) from None
    return keys


def make_keys(data_dir: Path) -> tuple[str, ...]:
    write_private(data_dir / NAME, new_key() + "\n")
    return read_keys(data_dir)
