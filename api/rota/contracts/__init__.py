"""JSON Schema to verdict: whether a schema is a contract, and what in a value breaks it."""

from rota.contracts.compiling import (
    SchemaCheck,
    UnusableSchemaError,
    check_schema,
    compile_contract,
    compile_text,
    examine_schema,
    text_of,
)
from rota.contracts.contract import Contract, Verdict
from rota.contracts.generating import ContractModel, generate_model_from_json_schema, weight_of
from rota.contracts.judging import judge

__all__ = [
    "Contract",
    "ContractModel",
    "SchemaCheck",
    "UnusableSchemaError",
    "Verdict",
    "check_schema",
    "compile_contract",
    "compile_text",
    "examine_schema",
    "generate_model_from_json_schema",
    "judge",
    "text_of",
    "weight_of",
]
