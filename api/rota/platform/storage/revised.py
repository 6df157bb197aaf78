"""What an edit may change of a row and each of its revisions keeps, by which rules.

A slice says it once, beside the fields of what is about to be stored: `REVISED` drives what is
taken, checked, compared, told to the audit log and kept.
"""

from collections.abc import Mapping
from enum import Enum
from functools import cache
from typing import Any, get_type_hints
from uuid import UUID

from rota.platform.kernel.errors import Issue
from rota.platform.kernel.names import clean_name, name_issues, text_issues


class Field:
    """Takes any value as it is. `label` is what a field is called outside."""

    def __init__(self, *, is_required: bool = False) -> None:
        self.is_required = is_required

    def clean(self, given: Any, stored: Any) -> Any:
        """What is stored of what is given; `stored` is what stood there until now."""
        return given

    def issues(self, value: Any, label: str) -> list[Issue]:
        """What is wrong with a value that went through `clean`."""
        return []

    def parts(self, value: Any, label: str) -> dict[str, Any]:
        """What the audit log shows of it, and what is compared: the whole, or piece by piece."""
        return {label: plain(value)}

    def is_same(self, one: Any, other: Any) -> bool:
        """Whether two parts are."""
        return bool(one == other)


class Name(Field):
    """Unique in its table without regard to case."""

    def __init__(self) -> None:
        super().__init__(is_required=True)

    def clean(self, given: str, stored: Any) -> str:
        return clean_name(given)

    def issues(self, value: str, label: str) -> list[Issue]:
        return name_issues(value, label)


class Text(Field):
    """Stored exactly as it is typed; one that is required is not blank either."""

    def __init__(self, max_length: int, *, is_required: bool = False) -> None:
        super().__init__(is_required=is_required)
        self.max_length = max_length

    def issues(self, value: str | None, label: str) -> list[Issue]:
        return text_issues(value, label, self.max_length, required=self.is_required)


Fields = Mapping[str, Field]


def revised(new: type) -> Fields:
    """The fields of what is about to be stored, in their order: each is annotated with its own."""
    hints = get_type_hints(new, include_extras=True)
    return {name: hint.__metadata__[0] for name, hint in hints.items()}


@cache
def label_of(name: str) -> str:
    """What a column is called outside: provider_id is providerId."""
    first, *others = name.split("_")
    return first + "".join(other.capitalize() for other in others)


def plain(value: Any) -> Any:
    """As JSON shows it."""
    if isinstance(value, Enum):
        return value.value
    return str(value) if isinstance(value, UUID) else value
