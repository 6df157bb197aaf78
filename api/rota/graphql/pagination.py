"""Connections: pages of a list in keyset order."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import strawberry

from rota.graphql.fields import HOW
from rota.platform.storage.pages import Page

Node = TypeVar("Node")


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether there is more after this page.")
    has_previous_page: bool = strawberry.field(
        description="Whether the page was asked for with a cursor, so that something precedes it."
    )
    start_cursor: str | None = strawberry.field(description="The cursor of the first row.")
    end_cursor: str | None = strawberry.field(
        description="The cursor of the last row; pass it as `after` to get the next page."
    )


@strawberry.type(description="A row of a list, with its place in it.")
class Edge(Generic[Node]):
    cursor: str = strawberry.field(description="The row's place in the list.")
    node: Node = strawberry.field(description="The row.")


@dataclass(frozen=True)
class OfRows:
    """How a field shows each row of the page: as it is, or as an edge."""


@strawberry.type(description="A page of a list.")
class Connection(Generic[Node]):
    """Shows a page that may still have to be read: a plan does it by what is selected, and else it
    is read before anything is shown."""

    page: strawberry.Private[Page[Any]]
    type: strawberry.Private[Callable[..., Any]]

    @classmethod
    def of(cls, page: Page[Any], type_: Callable[..., Node]) -> "Connection[Node]":
        """`type_` shows a row."""
        return cls(page=page, type=type_)

    @strawberry.field(description="The rows, each with its cursor.", metadata={HOW: OfRows()})
    def edges(self) -> list[Edge[Node]]:
        return [
            Edge(cursor=self.page.cursor(row), node=self.type(row=row)) for row in self.page.rows
        ]

    @strawberry.field(description="Where this page stands in the list.")
    def page_info(self) -> PageInfo:
        start, end = self.page.cursors or (None, None)
        return PageInfo(
            has_next_page=self.page.has_next,
            has_previous_page=self.page.has_previous,
            start_cursor=start,
            end_cursor=end,
        )

    @strawberry.field(description="The rows alone.", metadata={HOW: OfRows()})
    def nodes(self) -> list[Node]:
        return [self.type(row=row) for row in self.page.rows]

    @strawberry.field(description="How many rows the whole list has; counted only when selected.")
    async def total_count(self) -> int:
        return await self.page.count()
