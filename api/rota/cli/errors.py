"""Expected failures in words; what is not expected shows its traceback."""

import ssl
from collections.abc import Mapping

import asyncpg
import click

from rota.local.errors import LocalError
from rota.migrations.runner import MigrationError
from rota.platform.kernel.errors import DomainError, Unavailable
from rota.platform.kernel.urls import UrlError
from rota.platform.messaging.health import RedisAway
from rota.platform.output import NO_ROOM
from rota.platform.settings import SettingsError

# In our words: the server repeats names, and a password may stand where one of them should.
REFUSALS: Mapping[type[Exception], str] = {
    asyncpg.InvalidPasswordError: "it does not take the user's name and password",
    asyncpg.InvalidAuthorizationSpecificationError: (
        "it knows no such user, or does not let it in from here in this way (pg_hba.conf; some "
        "servers ask for TLS: sslmode=require)"
    ),
    asyncpg.InvalidCatalogNameError: "it has no database of this name",
    asyncpg.InsufficientPrivilegeError: "the user may not do this in the database",
}
# The same, of what is only told while we connect.
CONNECTING: Mapping[type[Exception], str] = {
    asyncpg.UndefinedObjectError: "PostgreSQL does not know one of the “options”",
    asyncpg.DataError: "PostgreSQL does not take the value of one of the “options”",
    asyncpg.CantChangeRuntimeParamError: "PostgreSQL lets nobody set one of the “options”",
    asyncpg.SyntaxOrAccessError: "PostgreSQL does not understand the “options”",
    asyncpg.ProtocolViolationError: (
        "What answers there refuses the connection. It may be a pooler, whose log says why "
        "(PgBouncer takes “options” once ignore_startup_parameters names it)"
    ),
    asyncpg.TargetServerAttributeNotMatched: "No host is what target_session_attrs asks for",
    asyncpg.InternalClientError: "What answers there is no PostgreSQL",
    asyncpg.TooManyConnectionsError: "PostgreSQL has no connection left",
}


def explain(error: BaseException) -> str | None:
    """None: nobody expected this."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    if isinstance(error, click.ClickException):
        return error.format_message()
    refusal = error.__cause__ if isinstance(error, Unavailable) else error
    if words := _words_for(refusal, REFUSALS):
        return f"PostgreSQL lets nobody in: {words}. Check DATABASE_URL."
    if isinstance(error, Unavailable):
        return f"{_no_way_in(error.__cause__)}. Check DATABASE_URL, and that PostgreSQL runs."
    if isinstance(error, asyncpg.ClientConfigurationError):
        return "The PG… variables of the environment, which add to DATABASE_URL, cannot be used."
    if isinstance(error, DomainError):
        return error.message
    if isinstance(error, RedisAway):
        return error.sentence
    if isinstance(error, SettingsError | UrlError | LocalError | MigrationError):
        return str(error)
    if isinstance(error, OSError) and error.errno in NO_ROOM:
        return "There is no room left on the disk. Make some, and try again."
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}."
    return None


def _words_for(error: BaseException | None, table: Mapping[type[Exception], str]) -> str | None:
    return next((words for kind, words in table.items() if isinstance(error, kind)), None)


def _no_way_in(reason: BaseException | None) -> str:
    if isinstance(reason, ssl.SSLError):
        # A certificate's fault goes before those of the protocol.
        fault = getattr(reason, "verify_message", None) or reason.reason or "TLS failed"
        return f"The way to PostgreSQL is not safe: {fault}"
    if isinstance(reason, ConnectionError) and "rejected SSL upgrade" in str(reason):
        return "PostgreSQL speaks no TLS there, which sslmode asks for"
    return _words_for(reason, CONNECTING) or "The database cannot be reached"
