"""Expected failures in words; what is not expected shows its traceback."""

import ssl

import asyncpg
import click

from rota.local.errors import LocalError
from rota.migrations.runner import MigrationError
from rota.platform.kernel.errors import DomainError, Unavailable
from rota.platform.kernel.urls import UrlError
from rota.platform.settings import SettingsError

# In our words: the server repeats names, and a password may stand where one of them should.
REFUSALS = {
    asyncpg.InvalidPasswordError: "it does not take the user's name and password",
    asyncpg.InvalidAuthorizationSpecificationError: (
        "it knows no such user, or does not let it in from here in this way (pg_hba.conf; some "
        "servers ask for TLS: sslmode=require)"
    ),
    asyncpg.InvalidCatalogNameError: "it has no database of this name",
    asyncpg.InsufficientPrivilegeError: "the user may not do this in the database",
}


class CommandError(click.ClickException):
    """The message says what happened and what to do."""


def explain(error: BaseException) -> str | None:
    """None: nobody expected this."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    if isinstance(error, click.ClickException):
        return error.format_message()
    refusal = error.__cause__ if isinstance(error, Unavailable) else error
    for kind, words in REFUSALS.items():
        if isinstance(refusal, kind):
            return f"PostgreSQL lets nobody in: {words}. Check DATABASE_URL."
    if isinstance(refusal, asyncpg.ProtocolViolationError):
        return (
            "What answers at DATABASE_URL refuses the connection. It may be a pooler: its log says "
            "why (PgBouncer takes “options” once ignore_startup_parameters names it)."
        )
    if isinstance(refusal, asyncpg.ClientConfigurationError):
        return "The PG… variables of the environment, which add to DATABASE_URL, cannot be used."
    if isinstance(refusal, ssl.SSLError):
        return f"The way to PostgreSQL is not safe: {_tls(refusal)}. Check DATABASE_URL."
    if isinstance(refusal, ConnectionError) and "rejected SSL upgrade" in str(refusal):
        return "PostgreSQL speaks no TLS there. Check the sslmode of DATABASE_URL."
    if isinstance(error, Unavailable):
        return "The database cannot be reached. Check DATABASE_URL, and that PostgreSQL runs."
    if isinstance(error, DomainError):
        return error.message
    if isinstance(error, SettingsError | UrlError | LocalError | MigrationError):
        return str(error)
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}."
    return None


def _tls(error: ssl.SSLError) -> str:
    """OpenSSL's words, and a certificate's fault before those of the protocol."""
    return getattr(error, "verify_message", None) or error.reason or "TLS failed"
