"""Failures as GraphQL shows them: members of result unions, or top-level errors with a code."""

import logging
from typing import Any, TypeVar

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


class InvalidInputHandler(strawberry.ExceptionHandler[domain.InvalidInput, InvalidInputError]):
    def handle(self, exception: domain.InvalidInput, **_: Any) -> InvalidInputError:
        return InvalidInputError(
            message=exception.message, issues=[Issue.of(issue) for issue in exception.issues]
        )


class NotFoundHandler(strawberry.ExceptionHandler[domain.NotFound, NotFoundError]):
    def handle(self, exception: domain.NotFound, **_: Any) -> NotFoundError:
        return NotFoundError(
            message=exception.message, path=list(exception.path), id=strawberry.ID(exception.id)
        )


class NameTakenHandler(strawberry.ExceptionHandler[domain.NameTaken, NameTakenError]):
    def handle(self, exception: domain.NameTaken, **_: Any) -> NameTakenError:
        return NameTakenError(
            message=exception.message,
            name=exception.name,
            existing_id=strawberry.ID(str(exception.existing_id)),
        )


class StaleRevisionHandler(strawberry.ExceptionHandler[domain.StaleRevision, StaleRevisionError]):
    def handle(self, exception: domain.StaleRevision, **_: Any) -> StaleRevisionError:
        return StaleRevisionError(
            message=exception.message, current_revision=exception.current_revision
        )


HANDLERS: list[strawberry.ExceptionHandler[Any, Any]] = [
    InvalidInputHandler(),
    NotFoundHandler(),
    NameTakenHandler(),
    StaleRevisionHandler(),
]


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


T = TypeVar("T")


def given(value: T | None, default: T) -> T:
    """A null argument means its default."""
    return default if value is None else value
