"""A conversation with a model: each request and its response, heard to its end and judged."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from rota.contracts import ContractModel, judge
from rota.inference import counting, failures
from rota.inference.errors import Ended, Failure
from rota.inference.failures import Names
from rota.inference.hearing.answers import NoAnswer, read_answer
from rota.inference.hearing.budgets import STREAMS, Budget, TooLong
from rota.inference.hearing.message import Hearing
from rota.inference.hearing.response import Response
from rota.inference.modes import OutputMode
from rota.inference.preparing import Target
from rota.inference.prompt import Message, Prompt, Rejected, correction, system_message
from rota.inference.refusals import Refusal, words_of_page
from rota.inference.settings import ModelSettings
from rota.inference.watching import Exchange, Usage, Watch
from rota.inference.wires import Refused, Request
from rota.platform.egress import EgressRefused
from rota.platform.http_client import Broken, Flooded, NotReached
from rota.platform.kernel.errors import Issue
from rota.platform.kernel.names import made_storable

_ERRORS = frozenset(
    {
        "error", "network_error", "server_error", "unknown_error", "internal_error", "timeout",
        "insufficient_system_resource", "abort", "aborted", "cancelled", "canceled", "load",
        "unload",
    }
)  # fmt: skip
_FILTERS = frozenset(
    {
        "content_filter", "content-filter", "contentfilter", "content_filtered", "safety",
        "recitation", "prohibited_content", "blocklist", "spii", "image_safety", "refusal",
        "sensitive", "guardrail_intervened", "model_armor", "language",
    }
)  # fmt: skip
_LENGTHS = frozenset(
    {
        "length", "max_tokens", "max_output_tokens", "model_length", "max_length",
        "model_context_window_exceeded", "token_limit", "context_length",
    }
)  # fmt: skip


@dataclass
class Conversation:
    """`rejected`: answers that were sent back already, before a connection broke."""

    target: Target
    contract: type[ContractModel]
    prompt: Prompt
    settings: ModelSettings
    mode: OutputMode
    watch: Watch
    rejected: list[Rejected] = field(default_factory=list)
    used: Usage = field(default_factory=Usage)
    value: Any = None
    _hearing: Hearing = field(init=False)

    async def ask_once(self) -> None:
        """Sends what there is to send, and hears the response to its end. Raises Ended."""
        try:
            await self._exchange(self._messages(self.rejected))
        except Refused as refused:
            if refused.refusal is not Refusal.TOO_LONG or not self.rejected:
                raise Ended(self._refused(refused)) from None
            await self._ask_shorter(refused)

    async def judge(self) -> Sequence[Issue]:
        """What is wrong with the last answer; else `value` is what it gives. Raises Ended."""
        hearing = self._hearing
        issues = list(hearing.issues)
        if not issues:
            try:
                value = read_answer(hearing.said, has_thoughts=bool(hearing.thoughts))
            except NoAnswer as none:
                issues = [Issue((), str(none))]
            else:
                verdict = await judge(self.contract.contract, value)
                if verdict.is_too_dear:
                    await self._reject(hearing, verdict.issues)
                    raise Ended(failures.too_dear(verdict.issues))
                issues = verdict.issues
                self.value = value
        if issues:
            await self._reject(hearing, issues)
        return issues

    async def _ask_shorter(self, refused: Refused) -> None:
        """The last answer alone goes back, where there were more."""
        if len(self.rejected) > 1:
            try:
                await self._exchange(self._messages(self.rejected[-1:]))
                return
            except Refused as again:
                refused = again
                if refused.refusal is not Refusal.TOO_LONG:
                    raise Ended(self._refused(refused)) from None
        said = self.target.names.words(refused.body.words)
        raise Ended(failures.no_room(self.rejected[-1].issues, said))

    def _messages(self, rejected: Sequence[Rejected]) -> list[Message]:
        system = system_message(self.prompt.system, self.contract.contract.schema, self.mode)
        messages = [
            {"role": "system", "content": system},
            {"role": "user", "content": self.prompt.user},
        ]
        for one in rejected:
            # Some servers take no message without a text.
            messages.append({"role": "assistant", "content": one.text or "(nothing)"})
            messages.append({"role": "user", "content": correction(one.issues)})
        return messages

    async def _exchange(self, messages: list[Message]) -> None:
        """Raises Refused, and Ended."""
        schema = self.contract.shown
        goes_out = self.mode.is_enforced or self.mode is OutputMode.TOOL
        exchange = Exchange(messages, self.mode, schema if goes_out else None, datetime.now(UTC))
        await self.watch.requested(exchange)
        hearing = self._hearing = Hearing(self.target.names.key, exchange, self.watch, self.mode)
        request = Request(messages, self.mode, schema, self.settings)
        was_answered = True
        try:
            await self._hear(request, hearing)
        except Refused as refused:
            if refused.refusal is not Refusal.WRONG_ANSWER:
                raise
            await hearing.take_draft(refused.body.draft or "", refused.body.words)
            return
        except Exception as error:
            was_answered = not isinstance(error, NotReached | EgressRefused)
            raise Ended(_failure(error, self.target.names)) from error
        finally:
            if was_answered:
                self.used += hearing.usage
        await self._check_end(hearing)

    async def _hear(self, request: Request, hearing: Hearing) -> None:
        """However it ends, what was said is written down and told."""
        try:
            async with STREAMS.share() as share:
                hearing.response.hold = share.hold
                await self.target.wire.talk(request, hearing.response, hearing.heard)
        finally:
            hearing.exchange.finished_at = datetime.now(UTC)
            hearing.note()
            await hearing.finish()

    async def _check_end(self, hearing: Hearing) -> None:
        """Whether what came is complete, and meant as an answer. Raises Ended."""
        response, names = hearing.response, self.target.names
        reason = (response.finish_reason or "").lower()
        if failure := _no_answer(response, reason, names):
            raise Ended(failure)
        if cut := self._cut(hearing.exchange):
            issue = Issue((), "The server cut the prompt, so this answers only what was left.")
            await self._reject(hearing, [issue])
            raise Ended(cut)
        if reason in _LENGTHS:
            limit = self.settings.max_tokens
            raise Ended(failures.output_truncated(limit, has_text=bool(hearing.said)))

    def _cut(self, exchange: Exchange) -> Failure | None:
        if not exchange.input_tokens:
            return None
        sent = counting.count(message["content"] for message in exchange.messages)
        reported = exchange.input_tokens + (exchange.cached_tokens or 0)
        if counting.was_cut(sent, reported, cuts_at_powers=self.target.cuts_at_powers):
            return failures.prompt_truncated(self.target.names, sent.low, reported)
        return None

    async def _reject(self, hearing: Hearing, issues: Sequence[Issue]) -> None:
        issues = [_storable(issue) for issue in issues]
        text = made_storable(hearing.said)
        hearing.exchange.issues = issues
        self.rejected.append(Rejected(text, issues))
        await self.watch.rejected(text, issues)

    def _refused(self, refused: Refused) -> Failure:
        return failures.refused(
            refused.refusal,
            self.target.names,
            refused.body,
            refused.headers,
            self.mode,
            is_chosen=self.settings.chosen_mode is not None,
        )


def _failure(error: Exception, names: Names) -> Failure:
    """Of a conversation that was cut short. What is a fault of ours is raised again."""
    match error:
        case EgressRefused():
            return failures.forbidden_address(str(error))
        case NotReached():
            return failures.unreachable(names, error)
        case Flooded():
            return failures.too_long(names, Budget.FRAMING)
        case Broken():
            return failures.broken(names, died=not error.was_answered)
        case TooLong(budget=budget):
            return failures.too_long(names, budget)
    raise error


def _no_answer(response: Response, reason: str, names: Names) -> Failure | None:
    """Why what came is none, if it is none."""
    if response.is_foreign:
        return failures.no_chat(names, response.beginning)
    if reason in _FILTERS:
        words = response.refusals.text
        return failures.content_refused(names, words, by_model=reason == "refusal")
    if response.refusals:
        return failures.content_refused(names, response.refusals.text, by_model=True)
    if reason in _ERRORS or response.page or not response.has_ended:
        return failures.broken(names, said=words_of_page(response.page))
    return None


def _storable(issue: Issue) -> Issue:
    return Issue(tuple(map(made_storable, issue.path)), made_storable(issue.message))
