"""Who listens while a model is asked: what was sent and said, and what it used."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rota.inference.modes import OutputMode
from rota.inference.prompt import Message
from rota.platform.kernel.errors import Issue


@dataclass
class Exchange:
    """One request, and what came of it as far as it has come. `schema`: as it went out. `text`:
    what came back without the thoughts; None where nothing did. Tokens as the vendor counted them;
    None: it did not say."""

    messages: Sequence[Message]
    output_mode: OutputMode
    schema: Any
    started_at: datetime
    text: str | None = None
    thoughts: str | None = None
    issues: Sequence[Issue] = ()
    finish_reason: str | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    cached_tokens: int | None = None
    first_token_at: datetime | None = None
    finished_at: datetime | None = None


@dataclass(frozen=True)
class Usage:
    """Requests that the vendor answered, with whatever, and tokens as it counted them. The cached
    ones are among the input's; None: it never said."""

    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int | None = None

    def __add__(self, other: "Usage") -> "Usage":
        cached = [one for one in (self.cached_tokens, other.cached_tokens) if one is not None]
        return Usage(
            self.requests + other.requests,
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            sum(cached) if cached else None,
        )


class Watch:
    """Hears what happens, in this order and before anything else does; overrides what it wants to
    hear of. What it raises ends the conversation, and reaches whoever asked."""

    async def requested(self, exchange: Exchange) -> None:
        """A request goes out: the first one, or a correction. It is filled as it goes on."""

    async def said(self, text: str) -> None:
        """The model says more of its answer; never called with an empty text."""

    async def rejected(self, text: str, issues: Sequence[Issue]) -> None:
        """The answer is complete and breaks its contract."""

    def ended(self, usage: Usage) -> None:
        """The conversation is over, however it ended: answered, failed, cancelled."""
