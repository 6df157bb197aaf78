"""A contract as a Pydantic model, which carries its verdict unchanged: the one file that knows
Pydantic, whose generator of JSON Schema it keeps from taking the user's references for its own."""

from decimal import Decimal
from typing import Any, ClassVar

from cachetools import cached
from pydantic import GetJsonSchemaHandler, RootModel, ValidationError, create_model, model_validator
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError

from rota.contracts.compiling import compile_text, text_of
from rota.contracts.contract import NOT_AN_OBJECT, Contract
from rota.contracts.root import shown_to_models
from rota.platform.kernel.cache import Cache
from rota.platform.kernel.jsonvalue import Path

MAX_MODELS_BYTES = 5 * 1024 * 1024
OWN_BYTES = 20_000


class ContractModel(RootModel[Any]):
    """Judges by its contract. As a root model it has no names of its own for keys to clash with."""

    contract: ClassVar[Contract]
    shown: ClassVar[dict[str, Any]]  # as vendors get to see it; nobody changes it

    @model_validator(mode="before")
    @classmethod
    def _judge(cls, value: Any) -> Any:
        if isinstance(value, cls):
            return value
        is_object = isinstance(value, dict)
        if faults := cls.contract.faults(value) if is_object else [((), NOT_AN_OBJECT)]:
            raise ValidationError.from_exception_data(
                cls.__name__,
                [
                    InitErrorDetails(
                        type=PydanticCustomError("json_schema", "{message}", {"message": message}),
                        loc=path,
                        input=_part(value, path),
                    )
                    for path, message in faults
                ],
            )
        return value

    @classmethod
    def model_json_schema(cls, *_: Any, **__: Any) -> dict[str, Any]:
        copied: dict[str, Any] = _plain(cls.shown)
        return copied

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler, /
    ) -> dict[str, Any]:
        return _Foreign(cls.model_json_schema())


class _Foreign(dict[str, Any]):
    """Hides the user's references from Pydantic's generator, which takes all for its own.

    It looks for them by `items`, and takes the result apart by `keys`.
    """

    def items(self) -> Any:
        return {}.items()

    def copy(self) -> "_Foreign":
        return _Foreign(self)


def generate_model_from_json_schema(
    schema: dict[str, Any] | bool, name: str = "Output"
) -> type[ContractModel]:
    """A Pydantic model with exactly the schema's verdicts: the same class for the same schema.
    Nothing is coerced or dropped: `model_dump()` gives back the value that was validated. Raises
    UnusableSchemaError."""
    return _model(text_of(schema), name)


def weight_of(model: type[ContractModel]) -> int:
    """In bytes, as far as can be said, with the contract that it holds on to."""
    return OWN_BYTES + model.contract.weight


@cached(Cache[Any, type[ContractModel]](MAX_MODELS_BYTES, weight_of))
def _model(text: str, name: str) -> type[ContractModel]:
    model = create_model(name, __base__=ContractModel)
    model.contract = compile_text(text)
    model.shown = _plain(shown_to_models(model.contract.schema))
    return model


def _plain(schema: Any) -> Any:
    """A copy for vendors' libraries, which know no Decimal: a double is near enough for what only
    shows, as the contract itself judges."""
    if isinstance(schema, dict):
        return {key: _plain(part) for key, part in schema.items()}
    if isinstance(schema, list):
        return [_plain(part) for part in schema]
    return float(schema) if isinstance(schema, Decimal) else schema


def _part(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value
