"""One claim of a run on its way to its end: asks the model, backs off, steps down to another output
mode, and writes down what happens."""

import asyncio
import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from rota.assignments.registry import AgentRegistry
from rota.inference.asking import Answer, ask
from rota.inference.errors import Failure, RunErrorCode
from rota.inference.failures import unstorable
from rota.inference.modes import OutputMode
from rota.inference.prompt import Prompt, render_user_prompt
from rota.platform.kernel.errors import Unavailable, Unstorable
from rota.platform.resources import Resources
from rota.platform.unit_of_work import Rules
from rota.prices.costs import cost_usd
from rota.providers.errors import KeyUnusable
from rota.providers.vendors import vendor_of
from rota.runs import claims
from rota.runs.claims import CancelRequested, Claim, ClaimLost, Usage
from rota.runs.errors import RunFailure
from rota.runs.models import EventType, Run
from rota.runs.watching import RunWatch

# What is no trouble of a run's own: it goes on elsewhere, later, or not at all.
GOES_ON = (ClaimLost, CancelRequested, Unavailable)
log = logging.getLogger(__name__)
BACK_OFF_SECONDS = (0.5, 1.0, 2.0, 4.0, 8.0)
MAX_DEATHS = 2  # of a server in a row that an output mode may have caused


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
        self._watch = RunWatch(resources, claim)
        self._run: Run | None = None
        self._last_text = ""
        self._deaths = 0

    def used(self) -> Usage:
        """Up to now, failed tries included. What was told since the last time is told once: the
        caller writes it down."""
        used, run = self._watch.used, self._run
        cost = None
        if run and run.provider:
            price_id = vendor_of(run.provider.type).price_id
            cost = cost_usd(price_id, run.agent_revision.model_name, used)
        return Usage(
            used.requests,
            used.input_tokens,
            used.output_tokens,
            used.cached_tokens,
            cost,
            self._watch.told(),
        )

    async def perform(self) -> None:
        """Raises only CancelledError, ClaimLost, CancelRequested, and what says that the
        database is away; every other trouble becomes the run's own failure."""
        run = self._run = await self._load()
        outcome = await self._come_to_an_end(run)
        self.is_settled = True
        used = self.used()
        try:
            await self._write_down(outcome, used)
        except GOES_ON:
            raise
        except Exception as error:
            log.error("The end of run %s cannot be kept whole.", run.id, exc_info=error)
            failure = claims.NOT_KEPT
            if isinstance(outcome, Failure):
                failure = RunFailure(outcome.code, outcome.message)
            await claims.fail(self._resources, self._rules, self.claim, failure, Usage())

    async def _come_to_an_end(self, run: Run) -> Answer | Failure:
        try:
            return await self._outcome(run, _now() + run.agent_revision.settings.seconds)
        except GOES_ON:
            raise
        except Unstorable:
            return unstorable(run.provider.name if run.provider else "The provider")
        except Exception as error:
            log.error("Run %s failed inside Rota.", run.id, exc_info=error)
            return Failure(
                code=RunErrorCode.INTERNAL,
                message="Something went wrong inside Rota. The worker's log has the details under "
                f"run {run.id}.",
            )

    async def _write_down(self, outcome: Answer | Failure, used: Usage) -> None:
        resources, rules, claim = self._resources, self._rules, self.claim
        match outcome:
            case Answer(value):
                text = self._last_text
                await claims.succeed(resources, rules, claim, value, used, last_text=text)
            case Failure(code=code, message=message):
                failure = RunFailure(code, message, outcome.issues, outcome.vendor_message)
                await claims.fail(resources, rules, claim, failure, used)

    async def _load(self) -> Run:
        """With its revisions."""
        run, registry = self.claim.run, self._registry
        run.agent_revision = await registry.agent_revisions.get(run.agent_revision_id)
        run.task_revision = await registry.task_revisions.get(run.task_revision_id)
        return run

    async def _outcome(self, run: Run, deadline: float) -> Answer | Failure:
        """The answer, or the failure that no further try may mend."""
        delays = iter(BACK_OFF_SECONDS)
        mode = run.output_mode
        may_step_down = run.agent_revision.settings.chosen_mode is None
        while True:
            outcome = await self._ask(run, mode, deadline)
            if isinstance(outcome, Answer):
                return outcome
            if may_step_down and mode is not OutputMode.SHOWN and self._speaks_against(outcome):
                mode, may_step_down = await self._step_down(run, mode, outcome), False
                if outcome.refuses_mode:
                    continue
            delay = next(delays, None)
            if not outcome.may_pass or delay is None:
                return outcome
            delay = max(delay, outcome.retry_after or 0)
            if _now() + delay >= deadline:
                return _waits_too_long(outcome, delay)
            await self._back_off(outcome, delay)

    def _speaks_against(self, failure: Failure) -> bool:
        """Whether the server does not take the output mode: it says so, or it died of it, once
        where nobody listens any more, else twice in a row."""
        if failure.died:
            self._deaths += 1
            return self._deaths >= MAX_DEATHS
        is_gone = self._deaths > 0 and failure.code is RunErrorCode.PROVIDER_UNREACHABLE
        self._deaths = 0
        return failure.refuses_mode or is_gone

    async def _step_down(self, run: Run, mode: OutputMode, failure: Failure) -> OutputMode:
        """What was found out is kept with the provider, and the run goes on without."""
        why = failure.vendor_message or failure.message
        if run.provider is not None:
            enforced = [one for one in OutputMode if one.is_enforced]
            refused = enforced if mode in enforced else [mode]
            revision = run.provider.connection_revision
            await claims.rule_out(self.claim, revision, refused, why)
        message = (
            f"{failure.message} The run goes on in the output mode {OutputMode.SHOWN} in place of "
            f"{mode}."
        )
        told = replace(failure, code=RunErrorCode.PROVIDER_FAILED, message=message)
        await self._tell_retry(told, 0, OutputMode.SHOWN)
        return OutputMode.SHOWN

    async def _back_off(self, failure: Failure, delay: float) -> None:
        await self._tell_retry(failure, delay)
        await asyncio.sleep(delay)

    async def _tell_retry(
        self, failure: Failure, delay: float, mode: OutputMode | None = None
    ) -> None:
        retry_at = datetime.now(UTC) + timedelta(seconds=delay)
        data = {
            "code": failure.code.value,
            "message": failure.message,
            "retryAt": retry_at.isoformat(),
        }
        await claims.append(
            self._resources,
            self.claim,
            EventType.RETRYING,
            data,
            told=self._watch.told(),
            output_mode=mode,
        )

    async def _ask(self, run: Run, mode: OutputMode, deadline: float) -> Answer | Failure:
        """One conversation with the model, written down."""
        agent = run.agent_revision
        if run.provider is None:
            return _no_key("The provider of this run was removed.")
        prompt = Prompt(agent.system_prompt, render_user_prompt(agent.user_prompt, run.input))
        watch = self._watch
        try:
            async with self._registry.use(
                run.assignment_id, agent, run.task_revision, run.provider
            ) as instance:
                outcome = await ask(
                    instance.target,
                    instance.contract,
                    prompt,
                    settings=agent.settings,
                    mode=mode,
                    deadline=deadline,
                    watch=watch,
                    rejected=watch.rejected_so_far,
                )
                if isinstance(outcome, Answer):
                    self._last_text = await watch.rest()
                else:
                    await watch.flush()
                return outcome
        except KeyUnusable as error:
            return _no_key(error.message)
        finally:
            await watch.close()


def _no_key(message: str) -> Failure:
    return Failure(code=RunErrorCode.PROVIDER_REFUSED, message=message)


def _waits_too_long(failure: Failure, delay: float) -> Failure:
    """The vendor wants more patience than there is left."""
    if not failure.retry_after or failure.retry_after < delay:
        return failure
    message = (
        f"{failure.message} It asks to wait {delay:,.0f} seconds, longer than the run may take "
        "(timeoutSeconds)."
    )
    return replace(failure, message=message)


def _now() -> float:
    return asyncio.get_running_loop().time()
