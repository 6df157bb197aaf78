"""Shows a page that was not read yet: it is read by what is selected of its rows."""

from dataclasses import dataclass, field
from functools import partial
from typing import Any

from graphql import GraphQLObjectType, get_named_type

from rota.graphql.fields import HOW
from rota.graphql.pagination import Edge, OfRows
from rota.graphql.planning.completion import Unplanned
from rota.graphql.planning.insides import Details, Execution, origin, selected, strawberry_field
from rota.graphql.planning.rows import Complete, Counted, RowPlan, RowWriter
from rota.platform.kernel.answer_size import add_text
from rota.platform.storage.pages import Order, Page, cursor_of
from rota.platform.storage.records import Row
from rota.platform.storage.selections import Selection


@dataclass
class PagePlan:
    """What is shown of the rows of pages of one model in one order, by the names in the answer.
    `cursors`: where cursors stand in an edge. Raises Unplanned as it is made."""

    selection: Selection
    rows: dict[str, RowPlan] = field(default_factory=dict)
    cursors: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        executor: Execution,
        type_: GraphQLObjectType,
        details: Details,
        page: Page[Any],
        complete: Complete,
    ) -> "PagePlan":
        plan = cls(Selection.of(page.query.model))
        plan.selection.place(page.order.column)
        for name, nodes in selected(executor, type_, details).items():
            definition = executor.schema.get_field(type_, nodes[0].node.name.value)
            known = strawberry_field(definition) if definition else None
            if definition and known and isinstance(known.metadata.get(HOW), OfRows):
                rows = plan.rows[name] = RowPlan(plan.selection)
                writer = RowWriter(executor, rows, complete, are_few=True)
                inner: Any = get_named_type(definition.type)
                if issubclass(origin(inner), Edge):
                    shown = plan._an_edge(writer, inner, nodes, page.order, name)
                else:
                    shown = writer.an_object(inner, nodes, plan.selection)
                rows.compile(shown)
        return plan

    def _an_edge(
        self,
        writer: RowWriter,
        type_: GraphQLObjectType,
        details: Details,
        order: Order,
        name: str,
    ) -> str:
        rows, cursors = self.rows[name], self.cursors.setdefault(name, [])
        rows.names["cursor"] = partial(cursor_of, order)
        values, letters, parts = 1, 0, []
        for shown_as, nodes in selected(writer.executor, type_, details).items():
            match nodes[0].node.name.value:
                case "node":
                    inner: Any = get_named_type(type_.fields["node"].type)
                    shown = writer.an_object(inner, nodes, self.selection, (shown_as,))
                case "cursor":
                    values += 1
                    cursors.append(shown_as)
                    shown = f"cursor(record[{self.selection.place(order.column)}])"
                case "__typename":
                    values, letters = values + 1, letters + len(type_.name)
                    shown = repr(type_.name)
                case _:
                    raise Unplanned
            parts.append(f"{shown_as!r}: {shown}")
        rows.counted.append(Counted(None, values, letters))
        return f"{{{', '.join(parts)}}}"

    async def show(self, executor: Execution, page: Page[Row]) -> dict[str, list[Any]]:
        """What each of the page's fields of rows shows."""
        records = await page.records(self.selection)
        shown = {}
        for name, rows in self.rows.items():
            shown[name] = await rows.show(executor, records)
            for cursor in self.cursors.get(name, ()):
                add_text(sum(len(edge[cursor]) for edge in shown[name]))
        return shown
