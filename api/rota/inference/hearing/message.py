"""A message as it is heard: joined, without keys, its thoughts set apart from what it says."""

from datetime import UTC, datetime

from rota.inference.hearing.response import Response
from rota.inference.hearing.texts import MIN_BLOTTED_LENGTH, Blotted, Joined, blotted, joined
from rota.inference.hearing.thoughts import Beginning, begins, set_apart
from rota.inference.modes import OutputMode
from rota.inference.watching import Exchange, Usage, Watch
from rota.platform.kernel.errors import Issue
from rota.platform.kernel.names import made_storable

MAX_WHY = 1_000
MAX_REASON_LENGTH = 100
NOT_TAKEN = "The vendor itself would not take this answer."


class Hearing:
    """One response while it comes, and what it said once it has ended: `said` without `thoughts`.
    `issues`: why that is no answer, where it is known without its contract."""

    def __init__(self, key: str | None, exchange: Exchange, watch: Watch, mode: OutputMode) -> None:
        self.response = Response(hears_calls=mode is OutputMode.TOOL)
        self.exchange = exchange
        self.said = self.thoughts = ""
        self.issues: list[Issue] = []
        self._key = key
        self._watch = watch
        self._joined = Joined()
        self._blotted = Blotted(key)
        self._beginning = Beginning()
        self._told = 0  # characters

    async def heard(self, text: str) -> None:
        if self.exchange.first_token_at is None:
            self.exchange.first_token_at = datetime.now(UTC)
        await self._tell(self._beginning.add(self._blotted.add(self._joined.add(text))))

    async def finish(self) -> None:
        """Nothing more comes: all of what was said that was not told yet is told, if it begins as
        an answer does. It was written down before."""
        if begins(self.said):
            await self._tell(self.said[self._told :])

    async def take_draft(self, draft: str, why: str) -> None:
        """An answer that the vendor itself judged and would not take."""
        self.response.said.add(draft)
        self.note()
        await self.finish()
        self.issues = [Issue((), made_storable(self._clean(why))[:MAX_WHY] or NOT_TAKEN)]

    def note(self) -> None:
        """Writes down on the exchange what came, whether it is complete or not."""
        response, exchange = self.response, self.exchange
        thoughts, said = set_apart(self._clean(response.said.text))
        if response.calls:
            thoughts, said = "\n".join(filter(None, (thoughts, said))), self._called()
        self.said = said
        self.thoughts = "\n".join(filter(None, (self._clean(response.thoughts.text), thoughts)))
        exchange.text = made_storable(said) if response.said or response.calls else None
        exchange.thoughts = made_storable(self.thoughts) or None
        exchange.finish_reason = _short(response.finish_reason)
        tokens = response.tokens
        exchange.input_tokens, exchange.output_tokens = tokens.input, tokens.output
        exchange.cached_tokens = tokens.cached

    @property
    def usage(self) -> Usage:
        tokens = self.response.tokens
        return Usage(1, tokens.input or 0, tokens.output or 0, tokens.cached)

    def _called(self) -> str:
        calls = list(self.response.calls.values())
        if not self.response.hears_calls:
            self.issues = [Issue((), "The model called a tool, and none was offered.")]
        elif len(calls) > 1:
            self.issues = [Issue((), "The model called more than one tool.")]
        return self._clean("\n".join(call.text for call in calls)).strip()

    def _clean(self, text: str) -> str:
        return blotted(joined(text), self._key, MIN_BLOTTED_LENGTH)

    async def _tell(self, text: str) -> None:
        if text:
            self._told += len(text)
            await self._watch.said(made_storable(text))


def _short(reason: str | None) -> str | None:
    return made_storable(reason)[:MAX_REASON_LENGTH] if reason else None
