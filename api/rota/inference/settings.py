"""How a model is used: what can be set, within which ranges, and what counts where nothing is."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, TypedDict

from rota.platform.kernel.errors import Issue

DEFAULT_TIMEOUT_SECONDS = 300
DEFAULT_OUTPUT_RETRIES = 2

# By attribute: the public name, the least and the most.
RANGES: Mapping[str, tuple[str, int, int]] = {
    "temperature": ("temperature", 0, 2),
    "max_tokens": ("maxTokens", 1, 2_147_483_647),
    "timeout_seconds": ("timeoutSeconds", 1, 86_400),
    "output_retries": ("outputRetries", 0, 10),
}


@dataclass(frozen=True)
class ModelSettings:
    """None: not set. Rows keep only what is set."""

    temperature: float | None = None
    max_tokens: int | None = None
    timeout_seconds: int | None = None
    output_retries: int | None = None

    @property
    def seconds(self) -> int:
        """How long an answer may take, every correction included."""
        return self.timeout_seconds or DEFAULT_TIMEOUT_SECONDS

    @property
    def retries(self) -> int:
        """How often an answer that breaks its contract is sent back."""
        return DEFAULT_OUTPUT_RETRIES if self.output_retries is None else self.output_retries

    def stored(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value is not None}

    def issues(self) -> list[Issue]:
        """What is out of its range, by public name."""
        issues = []
        for name, value in self.stored().items():
            label, least, most = RANGES[name]
            if not least <= value <= most:
                issues.append(Issue((label,), f"This must be from {least:,} to {most:,}."))
        return issues


class SettingsChanges(TypedDict, total=False):
    """Only what is to change; None clears."""

    temperature: float | None
    max_tokens: int | None
    timeout_seconds: int | None
    output_retries: int | None
