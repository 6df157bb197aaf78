"""JSON Schema to verdict: whether a schema is a contract, and what in a value breaks it."""

from rota.contracts.compiling import (
    ContractModel,
    check_schema,
    compile_contract,
    generate_model_from_json_schema,
)

__all__ = ["ContractModel", "check_schema", "compile_contract", "generate_model_from_json_schema"]
