"""Drives pydantic-ai through one claim of a run, and writes down what happens."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from genai_prices import calc_price
from pydantic import ValidationError
from pydantic_ai.capabilities import AbstractCapability
from pydantic_ai.exceptions import ModelRetry
from pydantic_ai.messages import (
    PartDeltaEvent,
    PartStartEvent,
    TextPart,
    TextPartDelta,
    ToolCallPart,
    ToolCallPartDelta,
)
from pydantic_ai.run import AgentRunResultEvent
from pydantic_ai.settings import ModelSettings
from pydantic_ai.usage import RunUsage

from rota.assignments.registry import AgentRegistry
from rota.contracts.compiling import compile_contract
from rota.platform.kernel import jsontext
from rota.platform.kernel.errors import Issue, Unavailable
from rota.platform.resources import Resources
from rota.platform.storage.records import select_one
from rota.platform.unit_of_work import Rules
from rota.providers.errors import KeyUnusable
from rota.providers.models import Provider, ProviderType
from rota.runs import claims
from rota.runs.claims import CancelRequested, Claim, ClaimLost, Usage
from rota.runs.errors import RunFailure
from rota.runs.failures import AnswerTooLong, Retryable, explain
from rota.runs.models import EventType, Run, RunErrorCode
from rota.runs.prompt import render_user_prompt

DEFAULT_TIMEOUT_SECONDS = 300
COALESCE_SECONDS = 0.1
LONGEST_ANSWER = 4 * 1024 * 1024
BACK_OFF_SECONDS = (0.5, 1.0, 2.0, 4.0, 8.0)


@dataclass
class Answers(AbstractCapability[None]):
    """What the model says, as it comes: text is coalesced into deltas, and an answer that
    breaks the contract becomes a rejection."""

    resources: Resources
    claim: Claim
    schema: dict[str, Any]
    text: str = ""
    rejected: list[Issue] = field(default_factory=list)
    _unsent: str = ""
    _sender: asyncio.Task[None] | None = None
    _order: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def begin(self) -> None:
        """A new answer; one that is still here was none at all."""
        if self.text:
            await self.reject(self.text)

    async def say(self, text: str) -> None:
        if not text:
            return
        self.text += text
        self._unsent += text
        if len(self.text) > LONGEST_ANSWER:
            raise AnswerTooLong
        if self._sender and self._sender.done():
            self._sender.result()
            self._sender = None
        if self._sender is None:
            self._sender = asyncio.create_task(self._send())

    async def flush(self) -> None:
        async with self._order:
            if self._unsent:
                text, self._unsent = self._unsent, ""
                await claims.append(
                    self.resources, self.claim, EventType.OUTPUT_DELTA, {"text": text}
                )

    async def rest(self) -> str:
        """What is not sent yet: the caller takes it over."""
        async with self._order:
            text, self._unsent = self._unsent, ""
        return text

    async def close(self) -> None:
        """Nothing is written behind the caller's back any more."""
        if self._sender:
            self._sender.cancel()
            await asyncio.wait([self._sender])
            self._sender = None

    async def _send(self) -> None:
        """The first text at once, the rest in bundles."""
        while self._unsent:
            await self.flush()
            await asyncio.sleep(COALESCE_SECONDS)

    async def on_output_validate_error(
        self, ctx: Any, *, output_context: Any, output: Any, error: ValidationError | ModelRetry
    ) -> Any:
        if not ctx.partial_output:
            await self.reject(output)
        raise error

    async def reject(self, output: Any) -> None:
        await self.flush()
        text = output if isinstance(output, str) else jsontext.dumps_readable(output)
        self.rejected = _faults(self.schema, text)
        issues = [{"path": list(issue.path), "message": issue.message} for issue in self.rejected]
        self.text = ""
        await claims.append(
            self.resources,
            self.claim,
            EventType.OUTPUT_REJECTED,
            {"issues": issues, "text": text},
        )


class Execution:
    """One claim on its way to its end."""

    def __init__(
        self, resources: Resources, rules: Rules, registry: AgentRegistry, claim: Claim
    ) -> None:
        self.claim = claim
        self.is_settled = False
        self._resources = resources
        self._rules = rules
        self._registry = registry
        self._usage = RunUsage()
        self._run: Run | None = None
        self._last_text = ""

    @property
    def used(self) -> Usage:
        """Up to now, failed tries included."""
        usage = self._usage
        cost = _price(self._run, usage) if self._run else None
        return Usage(usage.requests, usage.input_tokens, usage.output_tokens, cost)

    async def perform(self) -> None:
        """Raises only CancelledError, ClaimLost, CancelRequested and Unavailable; every other
        trouble becomes the run's own failure."""
        run = self._run = await self._load()
        seconds = _seconds(run)
        try:
            async with asyncio.timeout(seconds):
                outcome = await self._settle(run, _now() + seconds)
        except TimeoutError:
            outcome = RunFailure(
                RunErrorCode.TIMED_OUT,
                f"The model did not finish within {seconds} seconds (timeoutSeconds). Raise the "
                "limit, shorten the job, or choose a faster model.",
            )
        self.is_settled = True
        if isinstance(outcome, RunFailure):
            await claims.fail(self._resources, self._rules, self.claim, outcome, self.used)
        else:
            text = self._last_text
            await claims.succeed(
                self._resources, self._rules, self.claim, outcome, self.used, last_text=text
            )

    async def _load(self) -> Run:
        """With its revisions and its provider."""
        run = await select_one(Run, self.claim.run_id)
        if run is None:
            raise ClaimLost
        agents, tasks = self._registry.agent_revisions, self._registry.task_revisions
        provider = run.provider_id and await select_one(Provider, run.provider_id)
        run.agent_revision = await agents.get(run.agent_revision_id)
        run.task_revision = await tasks.get(run.task_revision_id)
        run.provider = provider or None
        return run

    async def _settle(self, run: Run, ends_at: float) -> Any:
        """The output, or the failure that no further try may mend."""
        delays = iter(BACK_OFF_SECONDS)
        while True:
            answers = Answers(self._resources, self.claim, run.task_revision.response_schema)
            try:
                return await self._ask(run, answers)
            except (ClaimLost, CancelRequested, Unavailable):
                raise
            except Exception as error:
                failure = explain(error, run, answers.rejected)
            finally:
                await answers.close()
            delay = next(delays, None)
            if not isinstance(failure, Retryable) or delay is None:
                return failure
            delay = max(delay, failure.retry_after or 0)
            if _now() + delay >= ends_at:
                return failure
            await self._back_off(failure, delay)

    async def _back_off(self, failure: RunFailure, delay: float) -> None:
        retry_at = datetime.now(UTC) + timedelta(seconds=delay)
        data = {
            "code": failure.code.value,
            "message": failure.message,
            "retryAt": retry_at.isoformat(),
        }
        await claims.append(self._resources, self.claim, EventType.RETRYING, data)
        await asyncio.sleep(delay)

    async def _ask(self, run: Run, answers: Answers) -> Any:
        """One conversation with the model: an answer, and corrections of it if need be."""
        if run.provider is None:
            raise KeyUnusable("The provider of this run was removed.")
        prompt = render_user_prompt(run.agent_revision.user_prompt, run.input)
        async with (
            self._registry.use(
                run.assignment_id,
                run.agent_revision,
                run.task_revision,
                run.provider,
            ) as instance,
            instance.agent.run_stream_events(
                prompt,
                model_settings=_model_settings(run),
                usage=self._usage,
                capabilities=[answers],
            ) as events,
        ):
            async for event in events:
                match event:
                    case PartStartEvent(index=0, part=part):
                        await answers.begin()
                        await answers.say(_text_of(part))
                    case PartStartEvent(part=part):
                        await answers.say(_text_of(part))
                    case PartDeltaEvent(delta=TextPartDelta(content_delta=text)):
                        await answers.say(text)
                    case PartDeltaEvent(delta=ToolCallPartDelta(args_delta=str(text))):
                        await answers.say(text)
                    case AgentRunResultEvent(result=result):
                        self._last_text = await answers.rest()
                        return result.output.root
        raise AssertionError("The stream ends with the result.")


def _now() -> float:
    return asyncio.get_running_loop().time()


def _seconds(run: Run) -> int:
    return run.agent_revision.settings.timeout_seconds or DEFAULT_TIMEOUT_SECONDS


def _text_of(part: Any) -> str:
    match part:
        case TextPart(content=text) | ToolCallPart(args=str(text)):
            return text
        case ToolCallPart(args=dict(arguments)):
            return jsontext.dumps_readable(arguments)
    return ""


def _model_settings(run: Run) -> ModelSettings:
    settings = run.agent_revision.settings
    chosen = ModelSettings(timeout=_seconds(run))  # the claim's own deadline is the only one
    if settings.temperature is not None:
        chosen["temperature"] = settings.temperature
    if settings.max_tokens is not None:
        chosen["max_tokens"] = settings.max_tokens
    return chosen


def _price(run: Run, usage: RunUsage) -> Decimal | None:
    """None where no price is known: only the vendor's own models have one."""
    if run.provider is None or run.provider.type is not ProviderType.OPENAI:
        return None
    try:
        price = calc_price(usage, run.agent_revision.model_name, provider_id="openai")
    except LookupError:
        return None
    return price.total_price


def _faults(schema: dict[str, Any], text: str) -> list[Issue]:
    try:
        value = jsontext.loads(text)
    except jsontext.NotJson as error:
        return [Issue((), f"This is not JSON. {error}")]
    return compile_contract(schema).issues(value)
