"""What the contract's roles allow, and the least valid operation for any root field."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from rota.platform.kernel.actor import Role

INTROSPECTION = """
{ __schema {
  queryType { name } mutationType { name } subscriptionType { name }
  types {
    kind name
    enumValues { name }
    fields { name args { name defaultValue type { ...T } } type { ...T } }
    inputFields { name defaultValue type { ...T } }
  }
} }
fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }
"""
OWNER_QUERIES = {"apiTokens", "sessions", "auditEntries"}
OWNER_SUBSCRIPTIONS = {"auditEntryAdded"}
OPERATOR_MUTATIONS = {"runTask", "cancelRun", "validateProvider"}
EDITED = ("Agent", "Task")
SCALARS: dict[str, Any] = {
    "ID": lambda: f'"{uuid4()}"',
    "String": lambda: '"x"',
    "Int": lambda: "1",
    "Float": lambda: "1",
    "Boolean": lambda: "true",
    "DateTime": lambda: '"2100-01-01T00:00:00Z"',
    "JSON": lambda: '{ type: "object" }',
}


@dataclass(frozen=True)
class RootField:
    kind: str
    name: str
    document: str


def needed(kind: str, name: str) -> Role:
    """A mutation that nobody thought of is the owner's."""
    if kind == "query":
        return Role.OWNER if name in OWNER_QUERIES else Role.VIEWER
    if kind == "subscription":
        return Role.OWNER if name in OWNER_SUBSCRIPTIONS else Role.VIEWER
    if name in OPERATOR_MUTATIONS:
        return Role.OPERATOR
    return Role.EDITOR if name.endswith(EDITED) else Role.OWNER


def root_fields(introspection: Mapping[str, Any]) -> Iterator[RootField]:
    schema = introspection["__schema"]
    types = {type_["name"]: type_ for type_ in schema["types"]}
    for kind in ("query", "mutation", "subscription"):
        for field in types[schema[f"{kind}Type"]["name"]]["fields"]:
            arguments = _values(field["args"], types)
            call = f"{field['name']}({arguments})" if arguments else field["name"]
            leaf = _named(field["type"])["kind"] in ("SCALAR", "ENUM")
            selection = "" if leaf else " { __typename }"
            yield RootField(kind, field["name"], f"{kind} {{ {call}{selection} }}")


def _values(inputs: list[Any], types: Mapping[str, Any]) -> str:
    return ", ".join(
        f"{each['name']}: {_value(each['type']['ofType'], types)}"
        for each in inputs
        if each["type"]["kind"] == "NON_NULL" and each["defaultValue"] is None
    )


def _value(type_: Mapping[str, Any], types: Mapping[str, Any]) -> str:
    if type_["kind"] == "LIST":
        return "[]"
    if type_["kind"] == "ENUM":
        first: str = types[type_["name"]]["enumValues"][0]["name"]
        return first
    if type_["kind"] == "INPUT_OBJECT":
        return f"{{ {_values(types[type_['name']]['inputFields'], types)} }}"
    value: str = SCALARS[type_["name"]]()
    return value


def _named(type_: Mapping[str, Any]) -> Mapping[str, Any]:
    while type_["kind"] in ("NON_NULL", "LIST"):
        type_ = type_["ofType"]
    return type_
