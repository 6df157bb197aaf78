"""The encryption keys: those that the data directory has, and what to say where one is wrong."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rota.cli.errors import CommandError
from rota.local.folders import write_private
from rota.platform.crypto import Cipher, new_key
from rota.platform.settings import Settings
from rota.platform.storage.database import open_database
from rota.providers.keys import is_keyed, is_right_key, keep_check_value, unopened_keys

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


async def require_key(settings: Settings) -> list[str]:
    """For the start of a process, on a database of our schema. Raises CommandError where the key
    is not the database's. Returns the names of the providers whose stored key it does not open:
    they alone have to do without."""
    cipher = Cipher(settings.encryption_keys)
    async with open_database(settings.database_url or "", max_connections=1):
        await keep_check_value(cipher, settings)
        return await judge_key(cipher, settings)


async def judge_key(cipher: Cipher, settings: Settings) -> list[str]:
    """The same, of a database that is open, and changes nothing."""
    if not await is_right_key(cipher):
        raise CommandError(WRONG_KEY)
    return await unopened_keys(cipher, settings)


async def own_keys(settings: Settings) -> Settings:
    """With the data directory's key, which is made at its first start. Raises CommandError where
    there was one."""
    if settings.encryption_keys:
        return settings
    async with open_database(settings.database_url or "", max_connections=1):
        if await is_keyed():
            raise CommandError(
                f"{settings.data_dir / KEY_FILE} is missing, and the database holds secrets that "
                "only it opens. Restore it from a backup. Where it is lost, `rota keys adopt` "
                "makes a new one, and lists the providers whose key must be typed again."
            )
    return replace(settings, encryption_keys=make_keys(settings.data_dir))


def lost_keys(providers: Sequence[str]) -> str:
    """What to say of the providers whose stored key no encryption key opens, by their names."""
    listed = ", ".join(f"“{name}”" for name in providers)
    return (
        f"No encryption key opens the stored keys of these providers: {listed}. Add the key under "
        "which they were stored to ENCRYPTION_KEY, or type their keys again."
    )
