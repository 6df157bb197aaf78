"""What a model says, as it comes: told to who watches, and judged by its contract."""

from collections.abc import AsyncIterable
from dataclasses import dataclass, field
from typing import Any

from pydantic_ai.capabilities import AbstractCapability
from pydantic_ai.messages import (
    PartDeltaEvent,
    PartStartEvent,
    TextPart,
    TextPartDelta,
    ToolCallPart,
    ToolCallPartDelta,
)

from rota.contracts import Contract
from rota.inference.watching import Watch
from rota.platform.kernel import jsontext
from rota.platform.kernel.errors import Issue

MAX_ANSWER_CHARACTERS = 4 * 1024 * 1024


class AnswerTooLong(Exception):
    """The model does not stop."""


@dataclass
class Conversation(AbstractCapability[None]):
    """Takes part in an agent's run: hears its stream, and each verdict on an answer."""

    contract: Contract
    watch: Watch
    issues: list[Issue] = field(default_factory=list)  # of the last answer that was rejected
    _text: str = ""

    async def before_model_request(self, ctx: Any, request_context: Any) -> Any:
        await self.watch.requested()
        return request_context

    async def listen(self, _: Any, events: AsyncIterable[Any]) -> None:
        async for event in events:
            match event:
                case PartStartEvent(index=0, part=part):
                    if self._text:  # of an answer that was none at all
                        await self._reject(self._text)
                    await self._say(_text_of(part))
                case PartStartEvent(part=part):
                    await self._say(_text_of(part))
                case PartDeltaEvent(delta=TextPartDelta(content_delta=text)):
                    await self._say(text)
                case PartDeltaEvent(delta=ToolCallPartDelta(args_delta=str(text))):
                    await self._say(text)

    async def on_output_validate_error(
        self, ctx: Any, *, output_context: Any, output: Any, error: Exception
    ) -> Any:
        if not ctx.partial_output:
            await self._reject(output)
        raise error

    async def _say(self, text: str) -> None:
        if text:
            self._text += text
            if len(self._text) > MAX_ANSWER_CHARACTERS:
                raise AnswerTooLong
            await self.watch.said(text)

    async def _reject(self, output: Any) -> None:
        text = output if isinstance(output, str) else jsontext.dumps_readable(output)
        self._text = ""
        self.issues = _issues(self.contract, text)
        await self.watch.rejected(text, self.issues)


def _issues(contract: Contract, text: str) -> list[Issue]:
    try:
        value = jsontext.loads(text)
    except jsontext.NotJson as error:
        return [Issue((), f"This is not JSON. {error}")]
    return contract.issues(value)


def _text_of(part: Any) -> str:
    match part:
        case TextPart(content=text) | ToolCallPart(args=str(text)):
            return text
        case ToolCallPart(args=dict(arguments)):
            return jsontext.dumps_readable(arguments)
    return ""
