"""Reading inputs: what was left out is not the same as null."""

from dataclasses import fields, is_dataclass
from typing import Annotated, Any, TypeAlias, TypeVar

import strawberry
from strawberry import UNSET


def given_fields(
    input: Any, *, without: tuple[str, ...] = ("id", "expected_revision")
) -> dict[str, Any]:
    """The fields that the client sent, null included; of an input in an input, too."""
    return {
        field.name: given_fields(value) if is_dataclass(value) else value
        for field in fields(input)
        if field.name not in without and (value := getattr(input, field.name)) is not UNSET
    }


def optional(description: str) -> Any:
    """A field of an input that is null where it is left out."""
    return strawberry.field(default=None, description=description)


def edit(description: str) -> Any:
    """A field of an input that stays as it is where it is left out."""
    return strawberry.field(default=UNSET, description=description)


T = TypeVar("T")
Input: TypeAlias = Annotated[T, strawberry.argument(description="What to do it with.")]
Id: TypeAlias = Annotated[strawberry.ID, strawberry.argument(description="Its id.")]
OptionalId: TypeAlias = Annotated[
    strawberry.ID | None, strawberry.argument(description="Only this one; null: all of them.")
]
First: TypeAlias = Annotated[
    int | None, strawberry.argument(description="How many rows at most, 1 to 100.")
]
After: TypeAlias = Annotated[
    str | None, strawberry.argument(description="A cursor: the page begins after its row.")
]
Search: TypeAlias = Annotated[
    str | None,
    strawberry.argument(description="Only names that contain this text, in any case."),
]
