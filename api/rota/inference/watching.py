"""Who listens while a model is asked, and what a conversation used."""

from collections.abc import Sequence
from dataclasses import dataclass

from rota.platform.kernel.errors import Issue


@dataclass(frozen=True)
class Usage:
    """Requests that were answered, and tokens as the vendor counted them. The cached ones are
    among the input's."""

    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.requests + other.requests,
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.cache_read_tokens + other.cache_read_tokens,
            self.cache_write_tokens + other.cache_write_tokens,
        )


class Watch:
    """Hears what happens, in this order and before anything else does; overrides what it wants to
    hear of. What it raises ends the conversation, and reaches whoever asked."""

    async def requested(self) -> None:
        """A request goes out: the first one, or a correction."""

    async def said(self, text: str) -> None:
        """The model says more of its answer; never called with an empty text."""

    async def rejected(self, text: str, issues: Sequence[Issue]) -> None:
        """The answer is complete and breaks its contract."""

    def ended(self, usage: Usage) -> None:
        """The conversation is over, however it ended: answered, failed, cancelled."""
