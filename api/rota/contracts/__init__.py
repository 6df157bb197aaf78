"""JSON Schema to verdict: whether a schema is a contract, and what in a value breaks it."""

from rota.contracts.compiling import (
    Contract,
    UnusableSchemaError,
    check_schema,
    compile_contract,
)
from rota.contracts.generating import ContractModel, generate_model_from_json_schema, weight_of

__all__ = [
    "Contract",
    "ContractModel",
    "UnusableSchemaError",
    "check_schema",
    "compile_contract",
    "generate_model_from_json_schema",
    "weight_of",
]
