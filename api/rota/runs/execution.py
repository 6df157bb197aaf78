"""One claim of a run on its way to its end: asks the model, backs off, and writes down what
happens."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from rota.assignments.registry import AgentRegistry
from rota.inference.asking import Answer, ask
from rota.inference.errors import Failure, RunErrorCode
from rota.inference.modes import OutputMode
from rota.inference.prompt import Prompt, render_user_prompt
from rota.inference.watching import Usage as Tokens
from rota.inference.watching import Watch
from rota.platform.kernel.errors import Issue, Unavailable
from rota.platform.resources import Resources
from rota.platform.storage.records import select_one
from rota.platform.unit_of_work import Rules
from rota.prices.costs import cost_usd
from rota.providers.errors import KeyUnusable
from rota.providers.models import Provider
from rota.providers.vendors import vendor_of
from rota.runs import claims
from rota.runs.claims import CancelRequested, Claim, ClaimLost, Usage
from rota.runs.errors import RunFailure
from rota.runs.models import EventType, Run

log = logging.getLogger(__name__)
COALESCE_SECONDS = 0.1
BACK_OFF_SECONDS = (0.5, 1.0, 2.0, 4.0, 8.0)


class RunWatch(Watch):
    """Writes down one conversation: text is coalesced into deltas, and an answer that breaks the
    contract becomes a rejection. `used` once it is over."""

    def __init__(self, resources: Resources, claim: Claim) -> None:
        self.used = Tokens()
        self._resources = resources
        self._claim = claim
        self._unsent = ""
        self._sender: asyncio.Task[None] | None = None
        self._order = asyncio.Lock()

    async def said(self, text: str) -> None:
        self._unsent += text
        if self._sender and self._sender.done():
            self._sender.result()
            self._sender = None
        if self._sender is None:
            self._sender = asyncio.create_task(self._send())

    async def rejected(self, text: str, issues: Sequence[Issue]) -> None:
        await self._flush()
        told = [{"path": list(issue.path), "message": issue.message} for issue in issues]
        await claims.append(
            self._resources, self._claim, EventType.OUTPUT_REJECTED, {"issues": told, "text": text}
        )

    def ended(self, usage: Tokens) -> None:
        self.used = usage

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
            await self._flush()
            await asyncio.sleep(COALESCE_SECONDS)

    async def _flush(self) -> None:
        async with self._order:
            if self._unsent:
                text, self._unsent = self._unsent, ""
                await claims.append(
                    self._resources, self._claim, EventType.OUTPUT_DELTA, {"text": text}
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
        self._used = Tokens()
        self._run: Run | None = None
        self._last_text = ""

    @property
    def used(self) -> Usage:
        """Up to now, failed tries included."""
        used, run = self._used, self._run
        cost = None
        if run and run.provider:
            price_id = vendor_of(run.provider.type).price_id
            cost = cost_usd(price_id, run.agent_revision.model_name, used)
        return Usage(used.requests, used.input_tokens, used.output_tokens, cost)

    async def perform(self) -> None:
        """Raises only CancelledError, ClaimLost, CancelRequested, and what says that the
        database is away; every other trouble becomes the run's own failure."""
        run = self._run = await self._load()
        outcome = await self._outcome(run, _now() + run.agent_revision.settings.seconds)
        self.is_settled = True
        match outcome:
            case Answer(value):
                text = self._last_text
                await claims.succeed(
                    self._resources, self._rules, self.claim, value, self.used, last_text=text
                )
            case Failure(code, message, issues):
                failure = RunFailure(code, message, issues)
                await claims.fail(self._resources, self._rules, self.claim, failure, self.used)

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

    async def _outcome(self, run: Run, deadline: float) -> Answer | Failure:
        """The answer, or the failure that no further try may mend."""
        delays = iter(BACK_OFF_SECONDS)
        while True:
            outcome = await self._try(run, deadline)
            delay = next(delays, None)
            if isinstance(outcome, Answer) or not outcome.may_pass or delay is None:
                return outcome
            delay = max(delay, outcome.retry_after or 0)
            if _now() + delay >= deadline:
                return outcome
            await self._back_off(outcome, delay)

    async def _back_off(self, failure: Failure, delay: float) -> None:
        retry_at = datetime.now(UTC) + timedelta(seconds=delay)
        data = {
            "code": failure.code.value,
            "message": failure.message,
            "retryAt": retry_at.isoformat(),
        }
        await claims.append(self._resources, self.claim, EventType.RETRYING, data)
        await asyncio.sleep(delay)

    async def _try(self, run: Run, deadline: float) -> Answer | Failure:
        try:
            return await self._ask(run, deadline)
        except (ClaimLost, CancelRequested, Unavailable):
            raise
        except KeyUnusable as error:
            return Failure(RunErrorCode.PROVIDER_REFUSED, error.message)
        except Exception as error:
            log.error("Run %s failed inside Rota.", run.id, exc_info=error)
            return Failure(
                RunErrorCode.INTERNAL,
                "Something went wrong inside Rota. The worker's log has the details under run "
                f"{run.id}.",
            )

    async def _ask(self, run: Run, deadline: float) -> Answer | Failure:
        """One conversation with the model, written down."""
        agent = run.agent_revision
        if run.provider is None:
            raise KeyUnusable("The provider of this run was removed.")
        prompt = Prompt(agent.system_prompt, render_user_prompt(agent.user_prompt, run.input))
        heard = RunWatch(self._resources, self.claim)
        try:
            async with self._registry.use(
                run.assignment_id, agent, run.task_revision, run.provider
            ) as instance:
                outcome = await ask(
                    instance.target,
                    instance.contract,
                    prompt,
                    settings=agent.settings,
                    mode=OutputMode.ENFORCED,
                    deadline=deadline,
                    watch=heard,
                )
                if isinstance(outcome, Answer):
                    self._last_text = await heard.rest()
                return outcome
        finally:
            self._used += heard.used
            await heard.close()


def _now() -> float:
    return asyncio.get_running_loop().time()
