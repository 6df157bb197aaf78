"""One conversation with a model: its first answer, and the corrections of it if need be."""

import asyncio
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
from pydantic_ai.settings import ModelSettings as VendorSettings
from pydantic_ai.usage import RunUsage

from rota.contracts import Contract, ContractModel
from rota.inference.errors import Failure
from rota.inference.failures import AnswerTooLong, explain, timed_out
from rota.inference.modes import OutputMode
from rota.inference.preparing import Target
from rota.inference.prompt import Prompt
from rota.inference.settings import ModelSettings
from rota.inference.watching import Usage, Watch
from rota.platform.kernel import jsontext
from rota.platform.kernel.errors import Issue

MAX_ANSWER_CHARACTERS = 4 * 1024 * 1024


@dataclass(frozen=True)
class Answer:
    """`value` keeps the contract."""

    value: Any


async def ask(
    target: Target,
    contract: type[ContractModel],
    prompt: Prompt,
    *,
    settings: ModelSettings,
    mode: OutputMode,
    deadline: float,
    watch: Watch,
) -> Answer | Failure:
    """Until `deadline`, by the loop's clock. Asks once: whether and when to try again is up to
    whoever asks. Whatever a vendor or a model does is a Failure, also a text that `watch` cannot
    write down (ValueError). Raises what else `watch` raises, and what is a fault of ours."""
    used = RunUsage()
    conversation = _Conversation(contract.contract, watch)
    agent = target.agent(contract, prompt.system, settings.retries, mode)
    try:
        async with asyncio.timeout_at(deadline) as limit:
            result = await agent.run(
                prompt.user,
                model_settings=_vendor_settings(settings),
                usage=used,
                capabilities=[conversation],
                event_stream_handler=conversation.listen,
            )
    except TimeoutError:
        if not limit.expired():
            raise
        return timed_out(settings.seconds)
    except Exception as error:
        failure = explain(error, target.provider_name, target.model_name, conversation.issues)
        if failure is None:
            raise
        return failure
    finally:
        watch.ended(_usage(used))
    return Answer(result.output.root)


@dataclass
class _Conversation(AbstractCapability[None]):
    """Tells who watches what the model says, and what of it breaks the contract."""

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


def _vendor_settings(settings: ModelSettings) -> VendorSettings:
    chosen = VendorSettings(timeout=settings.seconds)  # the deadline is the only one that counts
    if settings.temperature is not None:
        chosen["temperature"] = settings.temperature
    if settings.max_tokens is not None:
        chosen["max_tokens"] = settings.max_tokens
    return chosen


def _usage(used: RunUsage) -> Usage:
    return Usage(
        used.requests,
        used.input_tokens,
        used.output_tokens,
        used.cache_read_tokens,
        used.cache_write_tokens,
    )
