"""What Rota uses of graphql-core beyond what it promises."""

import inspect
from functools import partial
from typing import Any

import pytest
from graphql import (
    ExecutionResult,
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInt,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    GraphQLString,
    Undefined,
    build_schema,
    parse,
    print_schema,
)
from graphql.execution import Executor, create_source_event_stream

from rota.graphql.planning import insides
from rota.graphql.planning.execution import PlannedExecutor
from tests.house.relied import relied

HOLDS = partial(relied, "graphql-core", where="graphql/planning/")
SCHEMA = build_schema(
    "type Query { thing(how: Int = 3): Thing } type Thing { name: String other: Thing } "
    "type Subscription { thing: Thing }"
)
TEXT = "query ($no: Boolean!) { thing { a: name a: name other @include(if: $no) { name } } }"


class Seen(Executor[None]):
    """Overrides what ours does, and notes what it is asked."""

    asked: tuple[str, ...] = ()
    details: Any = None

    def complete_value(self, *given: Any) -> Any:
        return_type, self.details, info, path, _, _ = given
        self.asked += (f"{return_type} {info.field_name} {path.key}",)
        return super().complete_value(*given)


def _executor(text: str = TEXT, **more: Any) -> Any:
    return Seen.build(SCHEMA, parse(text), raw_variable_values={"no": False}, **more)


def test_what_is_overridden_of_the_executor() -> None:
    with HOLDS("complete_value takes what ours takes"):
        ours = inspect.signature(PlannedExecutor.complete_value).parameters
        theirs = inspect.signature(Executor.complete_value).parameters
        assert list(ours) == list(theirs)
    executor = _executor(root_value={"thing": {"name": "x"}})
    with HOLDS("an executor answers by execute_operation, and asks complete_value for each field"):
        result = executor.execute_operation(None)
        assert result == ExecutionResult({"thing": {"a": "x"}}, None)
        assert executor.asked == ("Thing thing thing", "String name a")
    with HOLDS("a field's details have its nodes, one for each place where it is selected"):
        assert [one.node.name.value for one in executor.details] == ["name", "name"]


def test_what_plans_ask_of_the_executor() -> None:
    executor = _executor(root_value={"thing": {"name": "x"}})
    executor.execute_operation(None)
    query, thing = SCHEMA.query_type, SCHEMA.type_map["Thing"]
    assert query
    assert isinstance(thing, GraphQLObjectType)
    with HOLDS("the values of variables are in variable_values.coerced"):
        assert executor.variable_values.coerced == {"no": False}
    [node] = executor.operation.selection_set.selections
    details = [type(executor.details[0])(node, None)]
    with HOLDS("collect_subfields tells what is selected, without what is switched off"):
        found = insides.selected(executor, thing, details)
        assert {name: len(places) for name, places in found.items()} == {"a": 2}
    with HOLDS("build_resolve_info makes what a resolver is told"):
        info = insides.resolve_info(executor, query.fields["thing"], query, details)
        assert isinstance(info, GraphQLResolveInfo)
        assert (info.field_name, info.path.as_list()) == ("thing", ["thing"])


async def test_what_subscriptions_ask_of_the_executor() -> None:
    async def source() -> Any:
        yield {"thing": {"name": "x"}}

    text, root = "subscription { thing { name } }", {"thing": lambda _: source()}
    executor = _executor(text, root_value=root)
    executor.mark = "ours"
    with HOLDS("create_source_event_stream takes an executor and gives what the resolver gave"):
        stream: Any = create_source_event_stream(executor)
        payloads = [payload async for payload in stream]
        assert payloads == [{"thing": {"name": "x"}}]
    with HOLDS("an event's executor is a copy that keeps our attributes"):
        copy = executor.build_per_event_executor(payloads[0])
        assert copy is not executor
        assert copy.mark == "ours"
        assert copy.execute_operation(False).data == {"thing": {"name": "x"}}


def test_what_is_finished_of_a_schema() -> None:
    argument = GraphQLArgument(GraphQLInt, default_value=None)
    colour = GraphQLEnumType("Colour", {"RED": "red"})
    fields = {"thing": GraphQLField(colour, args={"how": argument})}
    schema = GraphQLSchema(GraphQLObjectType("Query", fields))
    with HOLDS("a default and a description can be changed in a schema that is built"):
        argument.default_value = Undefined
        colour.values["RED"].description = "Like a rose."
        text = print_schema(schema)
        assert "thing(how: Int): Colour" in text
        assert '"""Like a rose."""' in text
    with HOLDS("scalars and enums show a value by coerce_output_value"):
        assert colour.coerce_output_value("red") == "RED"
        assert GraphQLString.coerce_output_value("x") == "x"


def test_a_change_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(Executor, "collect_subfields")
    with pytest.raises(pytest.fail.Exception, match=r"no longer so that"):
        test_what_plans_ask_of_the_executor()
