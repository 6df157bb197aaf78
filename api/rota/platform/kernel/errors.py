"""Expected failures.

DomainError                  an outcome the user can act on; a member of a result union
├── InvalidInput             issues: which fields, and why
├── NotFound                 path, id
├── NameTaken                name, existing_id
├── StaleRevision            current_revision
├── (each slice's own errors.py)
└── Refusal                  a top-level error with a code
    ├── Unauthenticated      no valid credentials
    ├── Forbidden            the role does not allow it
    ├── RateLimited          too many requests; retry_after in seconds
    ├── BadRequest           the request itself makes no sense
    └── Unavailable          the database is away
        └── Hung             or it does not answer, so that nobody knows what was done

Every message says what happened and what to do. None carries a secret.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID


@dataclass(frozen=True)
class Issue:
    """One thing wrong: where (from the input's field inwards) and what."""

    path: tuple[str, ...]
    message: str


class Unstorable(ValueError):
    """A store does not take a value for what is in it: tried again, it would not either."""


class DomainError(Exception):
    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class InvalidInput(DomainError):
    def __init__(self, issues: Sequence[Issue]) -> None:
        self.issues = tuple(issues)
        first = self.issues[0]
        more = len(self.issues) - 1
        message = f"{'.'.join(first.path)}: {first.message}" if first.path else first.message
        super().__init__(f"{message} ({more} more)" if more else message)

    @classmethod
    def at(cls, field: str, message: str) -> "InvalidInput":
        return cls([Issue((field,), message)])


class NotFound(DomainError):
    def __init__(self, noun: str, identifier: str, path: Sequence[str]) -> None:
        super().__init__(f"There is no {noun} with this id. It may have been deleted.")
        self.id = identifier
        self.path = tuple(path)


class NameTaken(DomainError):
    def __init__(self, noun: str, name: str, existing_id: UUID) -> None:
        super().__init__(
            f"Another {noun} is already called “{name}”. Names are unique; choose another one."
        )
        self.name = name
        self.existing_id = existing_id


class StaleRevision(DomainError):
    def __init__(self, current_revision: int) -> None:
        super().__init__(
            f"This was changed meanwhile and is now at revision {current_revision}. "
            "Reload it, look at the change, and save again."
        )
        self.current_revision = current_revision


class Refusal(DomainError):
    code: ClassVar[str]


class Unauthenticated(Refusal):
    code = "UNAUTHENTICATED"


class Forbidden(Refusal):
    code = "FORBIDDEN"


class RateLimited(Refusal):
    code = "RATE_LIMITED"

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class BadRequest(Refusal):
    code = "BAD_REQUEST"


class Unavailable(Refusal):
    code = "UNAVAILABLE"

    @property
    def reason(self) -> str:
        """For the log: the kind of error that said so."""
        return type(self.__cause__ or self).__name__


class Hung(Unavailable):
    pass
