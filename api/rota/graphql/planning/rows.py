"""Shows rows straight from a statement's records, past rows and objects of ours.

What a document selects of rows becomes one statement, which brings along what each row refers to,
and one function, made once for the plan, that turns records into what the answer shows. Lists of
other rows are put in afterwards, by a statement for each.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from itertools import compress
from operator import itemgetter
from types import SimpleNamespace
from typing import Any, TypeAlias

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLID,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    get_named_type,
)

from rota.graphql import fields
from rota.graphql.context import RowRead
from rota.graphql.fields import HOW, Join
from rota.graphql.planning.completion import Completion, Unplanned
from rota.graphql.planning.insides import Details, Execution, selected, strawberry_field
from rota.graphql.planning.steps import joined, together
from rota.platform.kernel.answer_size import add_nodes, add_text, copied
from rota.platform.storage.orm import kind_of
from rota.platform.storage.selections import Selection

Records: TypeAlias = Sequence[Any]
Shown: TypeAlias = list[dict[str, Any]]
Complete: TypeAlias = Callable[[Execution, GraphQLOutputType, Details], Completion]
Read: TypeAlias = Callable[[Execution, Sequence[Any]], Awaitable[list[Any]]]
# Kinds of columns, and the scalars that show a value as the driver gives it (a moment becomes text
# with all the answer). Whatever else there is needs a closer look than a record gets.
AS_IT_IS = {"text": "String", "int": "Int", "bool": "Boolean", "datetime": "DateTime"}


@dataclass(frozen=True)
class Counted:
    """How many values one object has, and letters that are the same in all. `place` holds null in
    records that lack the object; without a place it is always there."""

    place: int | None
    values: int
    letters: int


@dataclass(frozen=True)
class Below:
    """What has to be read by itself: for each object that `path` leads to, under `name`."""

    path: tuple[str, ...]
    name: str
    key: int
    read: Read

    async def put(self, executor: Execution, records: Records, shown: Shown) -> None:
        keys, holders = list(map(itemgetter(self.key), records)), shown
        for step in self.path:
            there = [one[step] is not None for one in holders]
            keys = list(compress(keys, there))
            holders = [one[step] for one in compress(holders, there)]
        if keys:
            found = await self.read(executor, keys)
            for one, answer in zip(holders, found, strict=True):
                one[self.name] = answer


@dataclass
class RowPlan:
    """What is shown of one statement's rows, and how. Raises Unplanned as it is followed."""

    selection: Selection
    counted: list[Counted] = field(default_factory=list)
    texts: list[int] = field(default_factory=list)
    below: list[Below] = field(default_factory=list)
    reads: dict[str, RowRead] = field(default_factory=dict)
    names: dict[str, Any] = field(default_factory=lambda: {"absent": _absent})
    shown: Callable[[Records], Shown] = field(init=False)
    nodes: Callable[[Records], list[int]] = field(init=False)
    letters: Callable[[Records], list[int]] = field(init=False)

    def compile(self, expression: str) -> "RowPlan":
        """`expression` is what is shown of a `record`."""
        nodes, letters = [], [f"len(record[{place}] or '')" for place in self.texts]
        for part in self.counted:
            there = "" if part.place is None else f" * (record[{part.place}] is not None)"
            nodes.append(f"{part.values}{there}")
            letters.append(f"{part.letters}{there}")
        self.shown = self._of_each(expression)
        self.nodes = self._of_each(" + ".join(nodes))
        self.letters = self._of_each(" + ".join(letters))
        return self

    def _of_each(self, expression: str) -> Callable[[Records], list[Any]]:
        """In it are our own words, places, and the names that the document gives to fields, which
        are words to GraphQL."""
        code = f"lambda records: [{expression} for record in records]"
        function: Callable[[Records], list[Any]] = eval(code, self.names)  # noqa: S307
        return function

    async def show(self, executor: Execution, records: Records) -> Shown:
        now = executor.context_value.batch_reads
        if any(now[name] is not read for name, read in self.reads.items()):
            raise Unplanned
        add_nodes(sum(self.nodes(records)))
        add_text(sum(self.letters(records)))
        shown = self.shown(records)
        if len(self.below) == 1:
            await self.below[0].put(executor, records, shown)
        elif self.below:
            await together(one.put(executor, records, shown) for one in self.below)
        return shown


@dataclass
class RowWriter:
    """Writes down how a plan shows its rows. `are_few`: what they refer to may be repeated for each
    of them. `complete` plans what is no row. Raises Unplanned."""

    executor: Execution
    plan: RowPlan
    complete: Complete
    are_few: bool = False

    def an_object(
        self,
        type_: GraphQLObjectType,
        details: Details,
        selection: Selection,
        path: tuple[str, ...] = (),
        place: int | None = None,
    ) -> str:
        """The expression of an object that shows the selection's row: at `path` of what is shown,
        and null where `place` holds null."""
        values, letters, parts = 1, 0, []
        for name, nodes in selected(self.executor, type_, details).items():
            if nodes[0].node.name.value == "__typename":
                values, letters = values + 1, letters + len(type_.name)
                shown = repr(type_.name)
            else:
                definition, how = self._how(type_, nodes)
                if isinstance(how, fields.Column):
                    values += 1
                    shown = self._leaf(definition, how.name, selection)
                elif isinstance(how, Join) and how.column is None:
                    shown = self._asked(type_, how, nodes, selection, (*path, name))
                elif isinstance(how, Join):
                    shown = self._joined(definition, how, nodes, selection, (*path, name))
                else:
                    raise Unplanned
            parts.append(f"{name!r}: {shown}")
        if not parts:
            raise Unplanned
        self.plan.counted.append(Counted(place, values, letters))
        return f"{{{', '.join(parts)}}}"

    def _leaf(self, definition: GraphQLField, column: str, selection: Selection) -> str:
        type_: Any = definition.type
        is_required = isinstance(type_, GraphQLNonNull)
        type_ = type_.of_type if is_required else type_
        kind, is_null = kind_of(selection.model, column)
        if kind is None or (is_required and is_null) or column in selection.model.LARGE:
            raise Unplanned
        place = selection.place(column)
        value = f"record[{place}]"
        if isinstance(type_, GraphQLEnumType):
            names = f"names_{type_.name}"
            self.plan.names[names] = {
                member.value: name for name, member in type_.values.items()
            } | {None: None}
            return f"{names}[{value}]"
        if kind == "uuid" and type_ is GraphQLID:
            return f"None if {value} is None else str({value})" if is_null else f"str({value})"
        if AS_IT_IS.get(kind) != getattr(type_, "name", None):
            raise Unplanned
        if kind == "text":
            self.plan.texts.append(place)
        return value

    def _joined(
        self,
        definition: GraphQLField,
        join: Join,
        details: Details,
        selection: Selection,
        path: tuple[str, ...],
    ) -> str:
        """The one row that the selection's row refers to comes with it, unless it is too lengthy to
        be repeated; what else there is is read by itself."""
        read = self.executor.context_value.batch_reads.get(join.read)
        type_: Any = get_named_type(definition.type)
        if join.column is None or not isinstance(read, RowRead) or not _fits(definition, read):
            raise Unplanned
        model = read.lookup.model
        is_short = self.are_few or self._columns(type_, details).isdisjoint(model.LENGTHY)
        if read.is_list or not read.lookup.is_by_id or not is_short:
            alone = lookup_read(self.executor, join, definition, details, self.complete)
            key = selection.place(join.column)
            self.plan.below.append(Below(path[:-1], path[-1], key, alone))
            return "None"
        self.plan.reads[join.read] = read
        referred = selection.refer(join.column, model)
        place = referred.place("id")
        shown = self.an_object(type_, details, referred, path, place)
        otherwise = "absent()" if isinstance(definition.type, GraphQLNonNull) else "None"
        return f"({shown} if record[{place}] is not None else {otherwise})"

    def _asked(
        self,
        parent: GraphQLObjectType,
        join: Join,
        details: Details,
        selection: Selection,
        path: tuple[str, ...],
    ) -> str:
        """What is read by the field's arguments, too, is read as ever: for objects whose row has
        the one column that the key is made of."""
        definition = self.executor.schema.get_field(parent, details[0].node.name.value)
        known = strawberry_field(definition) if definition else None
        if not definition or not known or join.of is None:
            raise Unplanned
        column, complete = join.of, self.complete(self.executor, definition.type, details)
        read_as_ever = joined(join, known, definition, details, parent)

        async def read(executor: Execution, keys: Sequence[Any]) -> list[Any]:
            objects = [SimpleNamespace(row=SimpleNamespace(**{column: key})) for key in keys]
            return await complete.run(executor, await read_as_ever(executor, objects))

        self.plan.below.append(Below(path[:-1], path[-1], selection.place(column), read))
        return "None"

    def _columns(self, type_: GraphQLObjectType, details: Details) -> set[str]:
        hows = [
            self._how(type_, nodes)[1]
            for nodes in selected(self.executor, type_, details).values()
            if nodes[0].node.name.value != "__typename"
        ]
        return {how.name for how in hows if isinstance(how, fields.Column)}

    def _how(self, type_: GraphQLObjectType, details: Details) -> tuple[GraphQLField, Any]:
        definition = self.executor.schema.get_field(type_, details[0].node.name.value)
        known = strawberry_field(definition) if definition else None
        if definition is None or known is None or known.extensions:
            raise Unplanned
        return definition, known.metadata.get(HOW)


def lookup_read(
    executor: Execution,
    join: Join,
    definition: GraphQLField,
    details: Details,
    complete: Complete,
) -> Read:
    """Reads and shows what a join finds for each of its keys. Raises Unplanned."""
    read = executor.context_value.batch_reads.get(join.read)
    type_: Any = get_named_type(definition.type)
    if join.column is None or not isinstance(read, RowRead) or not _fits(definition, read):
        raise Unplanned
    lookup, is_list = read.lookup, read.is_list
    is_required = isinstance(definition.type, GraphQLNonNull)
    plan = RowPlan(Selection.of(lookup.model), reads={join.read: read})
    writer = RowWriter(executor, plan, complete)
    group = plan.selection.place(lookup.column)
    plan.compile(writer.an_object(type_, details, plan.selection))

    async def read_all(executor: Execution, keys: Sequence[Any]) -> list[Any]:
        found: dict[Any, list[Any]] = {key: [] for key in keys}
        records = await plan.selection.records(lookup.tail, lookup.order, [*found])
        if len(found) == len(keys):
            shown = await plan.show(executor, records)
        else:
            # What several lead to is shown once.
            with copied(max(Counter(keys).values())):
                shown = await plan.show(executor, records)
        for record, one in zip(records, shown, strict=True):
            found[record[group]].append(one)
        if is_list:
            return [found[key] for key in keys]
        answers = [found[key][0] if found[key] else None for key in keys]
        if is_required and None in answers:
            raise Unplanned
        return answers

    return read_all


def _fits(definition: GraphQLField, read: RowRead) -> bool:
    """Whether the field is of rows in the way that the read gives them."""
    type_: Any = definition.type
    outer = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
    is_of_objects = isinstance(get_named_type(outer), GraphQLObjectType)
    return is_of_objects and read.is_list == isinstance(outer, GraphQLList)


def _absent() -> None:
    raise Unplanned
