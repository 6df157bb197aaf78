"""Every mutation with an input that it takes, found out from the schema: a new one has to be
added here, or its test fails."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any, cast

from graphql import (
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
)

from tests.conftest import SCHEMA
from tests.security.rows import Rows

_numbers = count(1)
SCHEMA_OF_AN_OBJECT = {"type": "object", "properties": {"a": {"type": "string"}}}
TEXTUAL = ("String", "ID", "JSON")


def taken(mutation: str, rows: Rows) -> dict[str, Any]:
    """An input that is accepted, each time under another name."""
    name = f"Some {next(_numbers)}"
    compatible = {"type": "OPENAI_COMPATIBLE", "baseUrl": "http://127.0.0.1:9/v1"}
    agent = {
        "description": "What for",
        "providerId": rows["provider"][0],
        "systemPrompt": "Sort it.",
        "userPrompt": "{{input}}",
        "modelName": "small",
    }
    task = {
        "description": "What for",
        "requestSchema": SCHEMA_OF_AN_OBJECT,
        "responseSchema": SCHEMA_OF_AN_OBJECT,
    }
    inputs: dict[str, dict[str, Any]] = {
        "createApiToken": {"name": name, "role": "VIEWER"},
        "revokeApiToken": {"id": rows["token"][0]},
        "revokeSession": {"id": rows["token"][0]},
        "createProvider": {"name": name, **compatible, "apiKey": "sk-0123456789abc"},
        "updateProvider": {
            "id": rows["keyed"][0],
            "name": name,
            "baseUrl": compatible["baseUrl"],
            "apiKey": "sk-0123456789abc",
        },
        "deleteProvider": {"id": rows["provider"][1]},
        "validateProvider": {"id": rows["provider"][0]},
        "createAgent": {"name": name, **agent},
        "updateAgent": {"id": rows["agent"][0], "name": name, **agent},
        "deleteAgent": {"id": rows["agent"][1]},
        "createTask": {"name": name, **task},
        "updateTask": {"id": rows["task"][0], "name": name, **task},
        "deleteTask": {"id": rows["task"][1]},
        "assignTask": {"agentId": rows["agent"][0], "taskId": rows["task"][0]},
        "unassignTask": {"assignmentId": rows["assignment"][1]},
        "runTask": {
            "assignmentId": rows["free text"][0],
            "input": "Hello",
            "idempotencyKey": name,
        },
        "cancelRun": {"runId": rows["run"][0]},
    }
    return inputs[mutation]


@dataclass(frozen=True)
class TextField:
    mutation: str
    name: str
    document: str
    subject: str | None  # the payload's field that shows what was stored
    is_shown: bool  # under the same name
    is_id: bool


def text_fields() -> Iterator[TextField]:
    """Every field of every input that takes a text, or anything."""
    root = SCHEMA._schema.mutation_type
    assert root is not None
    for mutation, field in root.fields.items():
        input_type = cast("GraphQLInputObjectType", get_named_type(field.args["input"].type))
        result = cast("GraphQLUnionType", get_named_type(field.type))
        payload = next(type_ for type_ in result.types if type_.name.endswith("Payload"))
        subject, shown = _subject(payload)
        for name, input_field in input_type.fields.items():
            kind = get_named_type(input_field.type).name
            if kind in TEXTUAL:
                document = _document(mutation, input_type.name, payload, subject, shown)
                is_id = kind == "ID"
                yield TextField(mutation, name, document, subject, name in shown, is_id)


def _subject(payload: GraphQLObjectType) -> tuple[str | None, Mapping[str, Any]]:
    for name, field in payload.fields.items():
        type_ = get_named_type(field.type)
        if isinstance(type_, GraphQLObjectType):
            return name, type_.fields
    return None, {}


def _document(
    mutation: str,
    input_name: str,
    payload: GraphQLObjectType,
    subject: str | None,
    shown: Mapping[str, Any],
) -> str:
    leaves = [name for name, field in shown.items() if is_leaf_type(get_named_type(field.type))]
    whole = f"{subject} {{ {' '.join(leaves)} }}" if subject else "__typename"
    return f"""mutation ($input: {input_name}!) {{ {mutation}(input: $input) {{
        __typename ... on Error {{ message }} ... on {payload.name} {{ {whole} }} }} }}"""
