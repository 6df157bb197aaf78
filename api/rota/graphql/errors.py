"""Failures as GraphQL shows them: members of result unions, or top-level errors with a code."""

import logging
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypeAlias

import strawberry
from graphql import GraphQLError

from rota.platform.kernel import errors as domain

log = logging.getLogger(__name__)


@strawberry.interface(description="A failure that the user can act on.")
class Error:
    message: str = strawberry.field(description="What happened and what to do, in plain words.")


@strawberry.type(description="One thing wrong with an input, a schema or an output.")
class Issue:
    path: list[str] = strawberry.field(
        description=(
            "Where it is: starts at the input's field, and in checkSchema and RunError at the "
            "root of the schema or the output."
        )
    )
    message: str = strawberry.field(description="What is wrong there.")

    @classmethod
    def of(cls, issue: domain.Issue) -> "Issue":
        return cls(path=list(issue.path), message=issue.message)


@strawberry.type(description="The input breaks a rule; nothing was stored.")
class InvalidInputError(Error):
    issues: list[Issue] = strawberry.field(description="Everything that is wrong with it.")


@strawberry.type(description="Something that the input names does not exist.")
class NotFoundError(Error):
    path: list[str] = strawberry.field(description="The input field that names it.")
    id: strawberry.ID = strawberry.field(description="The id that names nothing.")


@strawberry.type(description="Another one has this name already; nothing was stored.")
class NameTakenError(Error):
    name: str = strawberry.field(description="The name asked for.")
    existing_id: strawberry.ID = strawberry.field(description="Who has it.")


@strawberry.type(description="`expectedRevision` is not the current one; nothing was stored.")
class StaleRevisionError(Error):
    current_revision: int = strawberry.field(description="The revision it has now.")


ErrorTypes: TypeAlias = Mapping[type[domain.DomainError], type[Error]]
ERRORS: ErrorTypes = {
    domain.InvalidInput: InvalidInputError,
    domain.NotFound: NotFoundError,
    domain.NameTaken: NameTakenError,
    domain.StaleRevision: StaleRevisionError,
}


class ErrorHandler:
    """Shows a domain error as the GraphQL type that is a member of result unions: the type's
    fields have the names of the error's attributes."""

    def __init__(self, exception_type: type[domain.DomainError], error_type: type[Error]) -> None:
        self.exception_type = exception_type
        self.error_type = error_type
        self._names = [field.name for field in fields(error_type) if field.init]

    def handle(self, exception: domain.DomainError, **_: Any) -> Error:
        """Ids may stay UUIDs: GraphQL's ID shows them as text."""
        return self.error_type(**{name: _shown(getattr(exception, name)) for name in self._names})


def _shown(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_shown(part) for part in value]
    return Issue.of(value) if isinstance(value, domain.Issue) else value


def present(error: GraphQLError, request_id: str) -> dict[str, Any]:
    """A top-level error as clients get it. What is a bug goes to the log under
    `request_id`, and to the client without its text."""
    shown: dict[str, Any] = {"message": error.message}
    if error.locations:
        shown["locations"] = [location.formatted for location in error.locations]
    if error.path:
        shown["path"] = error.path
    cause = _cause(error)
    extensions: dict[str, Any] = {"code": domain.BadRequest.code}
    if isinstance(cause, domain.Refusal):
        extensions["code"] = cause.code
        if isinstance(cause, domain.RateLimited):
            extensions["retryAfter"] = cause.retry_after
        if isinstance(cause, domain.Unavailable):
            log.warning("The database is away (%s).", cause.reason)
    elif isinstance(cause, domain.DomainError) or cause is None:
        pass
    elif isinstance(cause, RecursionError) and error.path is None:
        shown["message"] = "The document is nested too deeply."
    else:
        log.error("Request %s failed.", request_id, exc_info=cause)
        shown["message"] = (
            f"Something went wrong inside Rota. The log has the details under {request_id}."
        )
        extensions = {"code": "INTERNAL", "requestId": request_id}
    shown["extensions"] = extensions
    return shown


def _cause(error: GraphQLError) -> Exception | None:
    """None where the document or its variables are at fault: a value that a scalar refuses is
    found before anything is executed, so there is a place for it and no path."""
    cause: Exception | None = error
    while isinstance(cause, GraphQLError):
        cause = cause.original_error
    return None if isinstance(cause, ValueError) and error.nodes and not error.path else cause
