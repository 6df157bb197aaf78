"""The generated schema against the public contract: nothing taken away, nothing renamed,
everything described."""

from pathlib import Path

import pytest
from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    build_schema,
    print_ast,
)

from tests.conftest import SCHEMA

ROOT = Path(__file__).parents[3]
CONTRACT = ROOT.parent / "shared/design/contract.graphql"


def shape(schema: GraphQLSchema) -> set[str]:
    """Every promise of a schema as a line of its own."""
    lines: set[str] = set()
    for name, type_ in schema.type_map.items():
        if not name.startswith("__"):
            lines |= {f"{name}: {type(type_).__name__}", *_lines(name, type_)}
    return lines


def _lines(name: str, type_: GraphQLNamedType) -> set[str]:
    lines: set[str] = set()
    if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
        lines |= {f"{name} implements {interface}" for interface in type_.interfaces}
        for field_name, field in type_.fields.items():
            lines.add(f"{name}.{field_name}: {field.type}")
            for argument_name, argument in field.args.items():
                given = _given(argument)
                lines.add(f"{name}.{field_name}({argument_name}: {argument.type}{given})")
    elif isinstance(type_, GraphQLInputObjectType):
        for field_name, field_ in type_.fields.items():
            lines.add(f"{name}.{field_name}: {field_.type}{_given(field_)}")
    elif isinstance(type_, GraphQLUnionType):
        lines |= {f"{name} | {member}" for member in type_.types}
    elif isinstance(type_, GraphQLEnumType):
        lines |= {f"{name} {value}" for value in type_.values}
    return lines


def _given(value: GraphQLArgument | GraphQLInputField) -> str:
    default = value.ast_node.default_value if value.ast_node else None
    return f" = {print_ast(default)}" if default else ""


def undescribed(schema: GraphQLSchema) -> list[str]:
    bare: list[str] = []
    for name, type_ in schema.type_map.items():
        if name.startswith("__") or name in ("String", "Int", "Float", "Boolean", "ID"):
            continue
        parts: dict[str, object] = {name: type_}
        for field_name, field in getattr(type_, "fields", {}).items():
            parts[f"{name}.{field_name}"] = field
            for argument_name, argument in getattr(field, "args", {}).items():
                parts[f"{name}.{field_name}({argument_name})"] = argument
        for value_name, value in getattr(type_, "values", {}).items():
            parts[f"{name} {value_name}"] = value
        bare += [path for path, part in parts.items() if not getattr(part, "description", None)]
    return bare


@pytest.fixture(scope="module")
def contract() -> GraphQLSchema:
    return build_schema(CONTRACT.read_text(encoding="utf-8"))


def test_the_schema_keeps_the_contract(contract: GraphQLSchema) -> None:
    assert sorted(shape(contract) - shape(build_schema(SCHEMA.as_str()))) == []


def test_a_broken_promise_is_found(contract: GraphQLSchema) -> None:
    text = CONTRACT.read_text(encoding="utf-8")
    for original, changed in (
        ("attempt: Int!", "attempt: Int"),
        ("cancelRun(", "stopRun("),
        ("first: Int = 50, after: String, search: String)", "first: Int = 50, after: String)"),
        ("  VALIDATING\n", ""),
        (
            "union DeleteAgentResult = DeleteAgentPayload | NotFoundError",
            "union DeleteAgentResult = DeleteAgentPayload",
        ),
    ):
        assert original in text
        worse = build_schema(text.replace(original, changed))
        assert shape(contract) - shape(worse), original


def test_every_element_is_described() -> None:
    assert undescribed(SCHEMA._schema) == []


def test_an_element_without_description_is_found(contract: GraphQLSchema) -> None:
    assert "Query.viewer" in undescribed(contract)


def test_schema_graphql_is_what_the_code_says() -> None:
    written = (ROOT / "schema.graphql").read_text(encoding="utf-8")
    assert written == SCHEMA.as_str() + "\n"
