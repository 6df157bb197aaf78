"""One response of a vendor, chunk by chunk: what it says, thinks, calls and counts, and why it
ended. Read where the sense is clear, whatever the shape."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from rota.inference.hearing.budgets import (
    MAX_ANSWER_BYTES,
    MAX_BROKEN_EVENTS,
    MAX_CALLS,
    MAX_EVENT_PARTS,
    MAX_SIGNS,
    MAX_THOUGHTS_BYTES,
    Budget,
    TooLong,
    bytes_of,
)
from rota.inference.hearing.events import BOM, FIELDS, Event, EventReader
from rota.inference.hearing.texts import Gathered
from rota.inference.hearing.values import count_of, parts_of, read_json, text_of, words_of
from rota.platform.kernel import jsontext

MAX_BEGINNING = 4_000
_DONE = b"[DONE]"
_THOUGHTS = ("reasoning_content", "reasoning", "thinking", "thoughts")


class VendorFailed(Exception):
    """The vendor says within its stream that it failed. `body` is what it says."""

    def __init__(self, body: Any) -> None:
        super().__init__("The vendor failed.")
        self.body = body


@dataclass
class Tokens:
    """As the vendor counts them; None: it did not say."""

    input: int | None = None
    output: int | None = None
    cached: int | None = None


@dataclass
class Response:
    """What it has said so far. `is_done`: the stream said that it has ended."""

    said: Gathered = field(default_factory=Gathered)
    thoughts: Gathered = field(default_factory=Gathered)
    refusals: Gathered = field(default_factory=Gathered)
    calls: dict[int, Gathered] = field(default_factory=dict)  # their arguments, by index
    tokens: Tokens = field(default_factory=Tokens)
    finish_reason: str | None = None
    is_done: bool = False
    is_chat: bool = False  # something of a chat completion came
    page: str = ""  # HTML, in place of a response or amid it
    hears_calls: bool = False  # what is said is what a tool is called with
    hold: Callable[[int], None] = lambda _: None  # told how many bytes of it are kept
    _reader: EventReader = field(default_factory=EventReader)
    _pieces: list[str] = field(default_factory=list)
    _begun: bytes = b""
    _was_read: bool = False
    _broken: int = 0
    _signs: int = 0
    _answer_bytes: int = 0
    _thought_bytes: int = 0
    _last: Event | None = None

    def feed(self, piece: bytes) -> str:
        """The text that these bytes add. Raises VendorFailed, TooLong."""
        if len(self._begun) < MAX_BEGINNING:
            self._begun += piece[:MAX_BEGINNING]
        text = self._hear(self._reader.feed(piece))
        self.hold(self._reader.held + self._answer_bytes + self._thought_bytes)
        return text

    def close(self) -> str:
        """What was left open at the end. Raises VendorFailed, TooLong."""
        return self._hear(self._reader.close())

    @property
    def beginning(self) -> str:
        """Of all that came, as it came."""
        return self._begun.decode(errors="replace")

    @property
    def is_foreign(self) -> bool:
        """Whether this is something else than a chat completion, and not the beginning of one."""
        if self.is_chat or self.is_done:
            return False
        if self._reader.is_whole:
            return bool(self.page) or self._was_read
        begun = self._begun.lstrip(BOM + b" \t\r\n")
        return not any(begun.startswith(name) or name.startswith(begun) for name in FIELDS)

    @property
    def has_ended(self) -> bool:
        """Whether it is complete, by its own words."""
        is_whole = self._reader.is_whole and self.is_chat
        return self.finish_reason is not None or self.is_done or is_whole

    def _hear(self, events: list[Event]) -> str:
        for event in events:
            if self.is_done:
                break
            # What ended it may come twice.
            if self.finish_reason is not None and event == self._last:
                continue
            self._last = event
            self._take_event(event)
        text = "".join(self._pieces)
        self._pieces.clear()
        return text

    def _take_event(self, event: Event) -> None:
        if event.is_page:
            self.page = self.page or event.data[:MAX_BEGINNING].decode(errors="replace")
            return
        data = event.data.strip()
        if data == _DONE:
            self.is_done = True
            return
        found = False
        for value in self._values(data):
            found = self._was_read = True
            if event.is_error:
                raise VendorFailed(value)
            for chunk in value if isinstance(value, list) else [value]:
                self._take(chunk)
        if event.is_error and not found:
            raise VendorFailed(data.decode(errors="replace"))

    def _values(self, data: bytes) -> Iterator[Any]:
        """The JSON of an event: one text, or one in each of its lines; none where it is no JSON.
        Raises TooLong."""
        self._signs += jsontext.signs(data)
        if self._signs > MAX_SIGNS:
            raise TooLong(Budget.SIGNS)
        if jsontext.has_more_parts(data, MAX_EVENT_PARTS):
            raise TooLong(Budget.EVENT)
        value = read_json(data, self._note_broken)
        if value is not None:
            yield value
            return
        for line in data.splitlines():
            part = line.strip().removeprefix(b"data:")
            value = read_json(part, self._note_broken) if part != data else None
            if isinstance(value, dict | list):
                yield value

    def _note_broken(self) -> None:
        self._broken += 1
        if self._broken > MAX_BROKEN_EVENTS:
            raise TooLong(Budget.BROKEN)

    def _take(self, chunk: Any) -> None:
        if not isinstance(chunk, dict):
            return
        if _is_failure(chunk):
            raise VendorFailed(chunk)
        self._count(chunk.get("usage"))
        grouped = chunk.get("x_groq")
        if isinstance(grouped, dict):
            self._count(grouped.get("usage"))
        for choice in parts_of(chunk.get("choices")):
            if choice.get("index") in (None, 0, "0"):
                self.is_chat = True
                self._take_choice(choice)
        if "choices" in chunk:
            self.is_chat = True

    def _take_choice(self, choice: dict[str, Any]) -> None:
        if choice.get("error"):
            raise VendorFailed(choice["error"])
        self._count(choice.get("usage"))
        whole, delta = choice.get("message"), choice.get("delta")
        if isinstance(delta, dict):
            self._take_message(delta)
        elif isinstance(delta, str):
            self._say(delta)
        # Beside deltas it repeats them, unless there were none.
        if isinstance(whole, dict) and not (delta and (self.said or self.calls)):
            self._take_message(whole)
        if isinstance(text := choice.get("text"), str):
            self._say(text)
        for name in ("finish_reason", "stop_reason", "done_reason"):
            if isinstance(reason := choice.get(name), str) and reason:
                self.finish_reason = reason
                break

    def _take_message(self, message: dict[str, Any]) -> None:
        said, thought = text_of(message.get("content"))
        self._say(said)
        self._think(thought)
        for name in _THOUGHTS:
            first, second = text_of(message.get(name))
            if first or second:
                self._think(first + second)
                break
        if isinstance(refusal := message.get("refusal"), str) and refusal:
            self._keep(self.refusals, refusal)
        for at, call in enumerate(parts_of(message.get("tool_calls"))):
            self._take_call(call.get("index", at), call.get("function", call))
        if isinstance(legacy := message.get("function_call"), dict):
            self._take_call(0, legacy)

    def _take_call(self, index: Any, function: Any) -> None:
        if not isinstance(function, dict):
            return
        index = index if isinstance(index, int) else 0
        if len(self.calls) == MAX_CALLS and index not in self.calls:
            return
        call = self.calls.setdefault(index, Gathered())
        arguments = function.get("arguments", function.get("parameters"))
        if isinstance(arguments, dict):
            arguments = json.dumps(arguments, ensure_ascii=False)
        if isinstance(arguments, str) and arguments:
            self._keep(call, arguments)
            if self.hears_calls and len(self.calls) == 1:
                self._pieces.append(arguments)

    def _say(self, text: str) -> None:
        if text:
            self._keep(self.said, text)
            if not self.hears_calls:
                self._pieces.append(text)

    def _think(self, text: str) -> None:
        if text:
            self._thought_bytes += bytes_of(text)
            if self._thought_bytes > MAX_THOUGHTS_BYTES:
                raise TooLong(Budget.THOUGHTS)
            self.thoughts.add(text)

    def _keep(self, among: Gathered, text: str) -> None:
        self._answer_bytes += bytes_of(text)
        if self._answer_bytes > MAX_ANSWER_BYTES:
            raise TooLong(Budget.ANSWER)
        among.add(text)

    def _count(self, usage: Any) -> None:
        """The last word on each counts."""
        if not isinstance(usage, dict):
            return
        tokens = self.tokens
        known = count_of(usage, "prompt_tokens", "input_tokens")
        tokens.input = tokens.input if known is None else known
        known = count_of(usage, "completion_tokens", "output_tokens")
        tokens.output = tokens.output if known is None else known
        details = usage.get("prompt_tokens_details") or usage.get("input_tokens_details")
        known = count_of(details, "cached_tokens")
        if known is None:
            known = count_of(usage, "prompt_cache_hit_tokens", "cache_read_input_tokens")
        tokens.cached = tokens.cached if known is None else known


def _is_failure(chunk: dict[str, Any]) -> bool:
    if chunk.get("error"):
        return True
    if chunk.get("object") == "error" or chunk.get("type") == "error":
        return True
    return "choices" not in chunk and "delta" not in chunk and bool(words_of(chunk))
