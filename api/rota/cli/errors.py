"""Expected failures in words; what is not expected shows its traceback."""

from urllib.parse import urlsplit

import asyncpg
import click

from rota.local.errors import LocalError
from rota.migrations.runner import MigrationError
from rota.platform.kernel.errors import DomainError, Unavailable
from rota.platform.settings import SettingsError

REFUSALS = (
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.InsufficientPrivilegeError,
)


class CommandError(click.ClickException):
    """The message says what happened and what to do."""


def explain(error: BaseException) -> str | None:
    """None: nobody expected this."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    if isinstance(error, click.ClickException):
        return error.format_message()
    refusal = error.__cause__ if isinstance(error, Unavailable) else error
    if isinstance(refusal, REFUSALS):
        return f"PostgreSQL lets nobody in: {refusal}. Check DATABASE_URL."
    if isinstance(error, Unavailable):
        return "The database cannot be reached. Check DATABASE_URL, and that PostgreSQL runs."
    if isinstance(error, DomainError):
        return error.message
    if isinstance(error, SettingsError | LocalError | MigrationError):
        return str(error)
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}."
    return None


def without_password(url: str) -> str:
    """An address that may be shown."""
    parts = urlsplit(url)
    name = f"{parts.username}@" if parts.username else ""
    return parts._replace(netloc=f"{name}{parts.netloc.rpartition('@')[2]}").geturl()
