"""How a model is brought to answer by a contract."""

from enum import StrEnum


class OutputMode(StrEnum):
    """ENFORCED: the schema goes out as the response format, and the server constrains the model
    by it. The one mode that there is (docs/decisions/0007)."""

    ENFORCED = "ENFORCED"
