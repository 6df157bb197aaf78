"""Enums whose members say what they mean: stored, reasoned with and shown by one definition.

    class Role(DescribedIntEnum):
        \"\"\"What somebody may do.\"\"\"

        VIEWER = 1, "Reads everything but tokens."

The docstring and the descriptions are public: GraphQL shows them.
"""

from enum import Enum, IntEnum, StrEnum
from typing import Self


class DescribedStrEnum(StrEnum):
    """Members are text: `NAME = "value", "What it means."`"""

    description: str

    def __new__(cls, value: str, description: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.description = description
        return member


class DescribedIntEnum(IntEnum):
    """Members are numbers: `NAME = 1, "What it means."`"""

    description: str

    def __new__(cls, value: int, description: str = "") -> Self:
        member = int.__new__(cls, value)
        member._value_ = value
        member.description = description
        return member


Described = DescribedStrEnum | DescribedIntEnum


def summary(enum: type[Enum]) -> str:
    """Its docstring, on one line."""
    return " ".join((enum.__doc__ or "").split())
