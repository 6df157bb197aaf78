"""Each domain error is shown by its GraphQL type, field by field."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any, get_type_hints
from uuid import UUID

import pytest
import strawberry

from rota.graphql.errors import ERRORS, Error, ErrorHandler, ErrorTypes
from rota.graphql.errors import Issue as ShownIssue
from rota.graphql.planning.schemas import merged
from rota.graphql.slice import GraphQLSlice
from rota.platform.kernel.errors import DomainError, InvalidInput, Issue
from rota.platform.kernel.ids import new_id
from rota.slices import collect

SAMPLES: dict[Any, Any] = {
    str: "text",
    int: 3,
    UUID: new_id(),
    Sequence[str]: ["input", "name"],
    Sequence[UUID]: [new_id()],
    Sequence[Issue]: [Issue(("name",), "Too long.")],
}
PAIRS: ErrorTypes = merged([ERRORS, *(one.errors for one in collect("schema", GraphQLSlice))])


def sample(error: type[DomainError]) -> DomainError:
    hints = get_type_hints(error.__init__)
    hints.pop("return")
    return error(**{name: SAMPLES[kind] for name, kind in hints.items()})


@pytest.mark.parametrize("error", PAIRS)
def test_every_field_is_an_attribute_of_the_error(error: type[DomainError]) -> None:
    raised = sample(error)
    shown = ErrorHandler(error, PAIRS[error]).handle(raised)
    assert type(shown) is PAIRS[error]
    assert shown.message == raised.message
    for field in fields(shown):
        if field.init:
            value, given = getattr(shown, field.name), getattr(raised, field.name)
            assert value == (list(given) if isinstance(given, tuple) else given) or value == [
                ShownIssue.of(issue) for issue in given
            ]


def test_issues_are_shown_as_issues() -> None:
    shown: Any = ErrorHandler(InvalidInput, ERRORS[InvalidInput]).handle(sample(InvalidInput))
    assert shown.issues == [ShownIssue(path=["name"], message="Too long.")]


@strawberry.type
class Planted(Error):
    """Shows what the error does not have."""

    colour: str


def test_a_field_that_the_error_does_not_have_is_found() -> None:
    with pytest.raises(AttributeError, match="colour"):
        ErrorHandler(InvalidInput, Planted).handle(sample(InvalidInput))


def test_two_slices_may_not_bring_the_same() -> None:
    planted: list[ErrorTypes] = [ERRORS, {InvalidInput: Planted}]
    with pytest.raises(ValueError, match="Two slices bring"):
        merged(planted)
