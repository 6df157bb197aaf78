"""X8: every field that takes a text, with forty texts that broke other programs. What is
accepted reads back identical."""

from typing import Any

import httpx
import pytest

from rota.platform.kernel.names import clean_name
from rota.providers.addresses import normalise_base_url
from rota.runs.models import Run
from tests.conftest import SCHEMA
from tests.dose import tried
from tests.security.calm import over_http
from tests.security.hostile import TEXTS
from tests.security.inputs import SCHEMA_OF_AN_OBJECT, TextField, taken, text_fields
from tests.security.rows import Rows

FIELDS = list(text_fields())
READS = {
    "provider": "query ($id: ID!) { provider(id: $id) { name baseUrl } }",
    "agent": """query ($id: ID!) { agent(id: $id) {
        name description systemPrompt userPrompt modelName } }""",
    "task": """query ($id: ID!) { task(id: $id) {
        name description requestSchema responseSchema } }""",
    "run": "query ($id: ID!) { run(id: $id) { input } }",
}


def hostile(field: TextField, text: str) -> Any:
    """The text itself, or a schema that carries it."""
    if not field.name.endswith("Schema"):
        return text
    return {**SCHEMA_OF_AN_OBJECT, "title": text, "properties": {text[:1_000]: {}}}


def kept(field: TextField, value: Any) -> Any:
    """What an accepted value reads back as."""
    if field.name == "name":
        return clean_name(value)
    return normalise_base_url(value) if field.name == "baseUrl" else value


def differs(field: TextField, sent: Any, shown: Any) -> bool:
    if field.name in ("description", "userPrompt", "baseUrl") and sent == "":
        return shown not in ("", None)
    return bool(shown != kept(field, sent))


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: f"{field.mutation}-{field.name}")
async def test_X8_an_accepted_text_reads_back_identical(
    field: TextField, client: httpx.AsyncClient, secret: str, targets: Rows
) -> None:
    accepted = 0
    for label, text in TEXTS.items():
        sent = hostile(field, text)
        value = {**taken(field.mutation, targets), field.name: sent}
        answer = await over_http(client, field.document, secret, input=value)
        tried["hostile texts in fields"] += 1
        if answer.get("errors"):
            continue
        result = answer["data"][field.mutation]
        if "message" in result:
            assert 0 < len(result["message"]) < 1_000, label
            continue
        assert not (field.is_id and field.name != "providerId"), f"{label} was taken for an id"
        accepted += 1
        if field.is_shown and field.subject:
            shown = result[field.subject]
            assert not differs(field, sent, shown[field.name]), label
            if read := READS.get(field.subject):
                again = await over_http(client, read, secret, id=shown["id"])
                assert not differs(field, sent, again["data"][field.subject][field.name]), label
    assert accepted > 20 or field.is_id or field.name in ("baseUrl", "apiKey", "idempotencyKey")


async def test_X8_idempotency_keys_are_kept_as_they_are(
    client: httpx.AsyncClient, secret: str, targets: Rows
) -> None:
    [field] = [f for f in FIELDS if f.name == "idempotencyKey"]
    for text in TEXTS.values():
        value = {**taken("runTask", targets), "idempotencyKey": text}
        answer = await over_http(client, field.document, secret, input=value)
        run = ((answer.get("data") or {}).get("runTask") or {}).get("run")
        if run:
            assert (await Run.get(id=run["id"])).idempotency_key == text


def test_X8_every_mutation_has_an_input_to_be_tried_with() -> None:
    root = SCHEMA._schema.mutation_type
    assert root is not None
    assert {field.mutation for field in FIELDS} == set(root.fields)
    assert len(TEXTS) == 40


def test_X8_a_text_that_comes_back_changed_would_be_found() -> None:
    [name] = [f for f in FIELDS if (f.mutation, f.name) == ("createAgent", "systemPrompt")]
    assert differs(name, "a\u2028b", "a b")
    assert not differs(name, "a\u2028b", "a\u2028b")
