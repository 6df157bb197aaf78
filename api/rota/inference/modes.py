"""How a model is brought to answer by a contract."""

from rota.platform.kernel.enums import DescribedStrEnum


class OutputMode(DescribedStrEnum):
    """How a model gets to know the response schema."""

    ENFORCED_AND_SHOWN = (
        "ENFORCED_AND_SHOWN",
        "The server constrains the model by the schema, which the prompt shows, too.",
    )
    ENFORCED = "ENFORCED", "The server constrains the model by the schema."
    JSON_AND_SHOWN = (
        "JSON_AND_SHOWN",
        "The server constrains the model to JSON, and the prompt shows the schema.",
    )
    SHOWN = "SHOWN", "The prompt shows the schema, and nothing constrains the model."
    TOOL = "TOOL", "The model calls a tool whose parameters are the schema."

    @property
    def is_enforced(self) -> bool:
        """Whether the schema goes out as a response format."""
        return self in (OutputMode.ENFORCED_AND_SHOWN, OutputMode.ENFORCED)

    @property
    def is_shown(self) -> bool:
        """Whether the system prompt shows the schema."""
        return self in (
            OutputMode.ENFORCED_AND_SHOWN,
            OutputMode.JSON_AND_SHOWN,
            OutputMode.SHOWN,
        )


class OutputModeChoice(DescribedStrEnum):
    """Which output mode to use."""

    AUTO = "AUTO", "The best one that the server takes; Rota finds out which."
    ENFORCED_AND_SHOWN = "ENFORCED_AND_SHOWN", OutputMode.ENFORCED_AND_SHOWN.description
    ENFORCED = "ENFORCED", OutputMode.ENFORCED.description
    JSON_AND_SHOWN = "JSON_AND_SHOWN", OutputMode.JSON_AND_SHOWN.description
    SHOWN = "SHOWN", OutputMode.SHOWN.description
    TOOL = "TOOL", OutputMode.TOOL.description


class ReasoningEffort(DescribedStrEnum):
    """How much a model is to think before it answers, where it can."""

    NONE = "NONE", "Not at all."
    MINIMAL = "MINIMAL", "As little as it can."
    LOW = "LOW", "A little."
    MEDIUM = "MEDIUM", "As it is used to."
    HIGH = "HIGH", "Much."
