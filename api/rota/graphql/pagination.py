"""Connections: pages of a list in keyset order."""

from collections.abc import Awaitable, Callable
from typing import Any, Generic, TypeVar

import strawberry

from rota.platform.database import Page

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


@strawberry.type(description="A page of a list.")
class Connection(Generic[Node]):
    edges: list[Edge[Node]] = strawberry.field(description="The rows, each with its cursor.")
    page_info: PageInfo = strawberry.field(description="Where this page stands in the list.")
    count: strawberry.Private[Callable[[], Awaitable[int]]]

    @strawberry.field(description="The rows alone.")
    def nodes(self) -> list[Node]:
        return [edge.node for edge in self.edges]

    @strawberry.field(description="How many rows the whole list has; counted only when selected.")
    async def total_count(self) -> int:
        return await self.count()


def connect(page: Page[Any], node: Callable[[Any], Node]) -> Connection[Node]:
    edges = [Edge(cursor=page.cursor(row), node=node(row)) for row in page.rows]
    return Connection(
        edges=edges,
        page_info=PageInfo(
            has_next_page=page.has_next,
            has_previous_page=page.has_previous,
            start_cursor=edges[0].cursor if edges else None,
            end_cursor=edges[-1].cursor if edges else None,
        ),
        count=page.count,
    )
