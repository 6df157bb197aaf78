"""What Rota uses of Pydantic beyond what it promises (rota/contracts/generating.py): its generator
of JSON Schema leaves a schema alone whose references it does not see."""

from typing import Any

import pytest
from pydantic import BaseModel, GetJsonSchemaHandler, RootModel, TypeAdapter, ValidationError
from pydantic_core import CoreSchema

from rota.contracts import generate_model_from_json_schema

OWN = {
    "type": "object",
    "properties": {"me": {"$ref": "#/$defs/a"}, "other": {"$ref": "#/definitions/b"}},
    "$defs": {"a": {"type": "object"}},
    "definitions": {"b": {"type": "string"}},
}


class Plain(RootModel[Any]):
    """The control: the same, without hiding anything."""

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler, /
    ) -> dict[str, Any]:
        return {**OWN}


def made_of(model: type[BaseModel]) -> Any:
    """As pydantic-ai asks for it: through the adapter of a type that the model is part of."""
    return TypeAdapter(list[model]).json_schema()  # type: ignore[valid-type]  # made at run time


def test_the_users_references_are_left_alone() -> None:
    model = generate_model_from_json_schema(OWN)
    assert model.model_json_schema() == OWN
    try:
        made = made_of(model)
    except Exception as error:
        pytest.fail(
            f"Pydantic's generator takes the user's references for its own ({error!r}): see "
            "_Foreign in rota/contracts/generating.py."
        )
    assert "#/definitions/b" in str(made), (
        "Pydantic's generator loses references of the user's schema: see _Foreign."
    )


def test_pydantic_alone_would_not() -> None:
    with pytest.raises(KeyError):
        made_of(Plain)


def test_a_fault_has_its_place_and_its_words() -> None:
    model = generate_model_from_json_schema({"properties": {"a": {"items": {"type": "string"}}}})
    with pytest.raises(ValidationError) as caught:
        model.model_validate({"a": ["x", 1]})
    (error,) = caught.value.errors()
    assert (error["loc"], error["input"]) == (("a", 1), 1), (
        "Pydantic tells places otherwise by now: see ContractModel in rota/contracts/generating.py."
    )
    assert error["msg"] == "The value must be of type string."
