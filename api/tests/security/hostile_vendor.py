"""A vendor that does its worst, by a seed: what models say, in shapes that no vendor should send,
with the key it was given in it, broken off anywhere. It notes what it meant as a whole answer."""

import json
import random
import re
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from tests.inference.streams import DONE, data, event
from tests.security.leaks import forms
from tests.vendors.script import Answer, Fails, NotHttp, Raw, Resets, Trouble

GOOD = {"category": "bug", "confidence": 0.5}
BLANK = " \n\t\r\u2028\u2029\ufeff"  # nothing that is said
BEFORE = re.compile(r"(?i)(^|</think>|\[/think\])[\s\ufeff]*(```json\s*)?$")
NESTED = "[" * 100_000
WORDS = (
    "", " ", "no", "I think ", "```json\n", "\n```", "<think>", "</think>", "<THINK>", "[THINK]",
    "{", "}", "[", "\x00", "\ud83d", "\ude00", "😀", "\u2028", "NaN", "1e999", "-",
    '{"category": "bug"}', '{"category": "feature", "confidence": 1}',
    '{"category": "bug", "category": "bug", "confidence": 1}',
    '{"category": "bug", "confidence": 1, "x": "\\ud800"}', "data: [DONE]\n\n", "<|im_end|>",
    "\ufeff",
    '{"category": "bug", "confidence": 1, "a\\u0000b": 2}', '{"\\u0000": 1}',
    '{"category": {"\\u0000": ["\\udc00"]}, "confidence": 1}', '{"\\ud800": {"\\u0000": 1}}',
    '"' * 50, "9" * 5_000, "{{input}}", "'; DROP TABLE run; --", "\\", "a" * 20_000,
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    None, True, -1, 0, 1.5, 2**31, 2**63, 2**70, 4294967295, "11", "n/a", "", [], {}, [[]],
    {"a": {}}, [None], "\ud800", "\x00", {"message": None}, {"message": {"content": 3}},
    [{"error": "no"}],
)  # fmt: skip
REASONS = (
    None, "stop", "length", "content_filter", "error", "tool_calls", "", "unheard-of", 7, "STOP",
)  # fmt: skip
TROUBLES = (
    "context length exceeded", "content_filter", "response_format is not supported",
    "quota exceeded", "model not found", "Not Found", "json_validate_failed", "Loading model",
    "\x00\ud800", "",
)  # fmt: skip
STATUSES = (
    200, 201, 204, 301, 307, 400, 401, 402, 403, 404, 408, 413, 418, 422, 429, 500, 501, 502, 503,
    504, 520, 529, 599,
)  # fmt: skip


@dataclass
class HostileVendor:
    """`whole`: the answers that it said whole and to their end, by request."""

    seed: int
    key: str

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self.whole: list[Any] = []
        self.silent = 0  # times that it closed the connection without a byte

    def answer(self, _: dict[str, Any]) -> Answer:
        kinds = (
            self._good,
            self._talk,
            self._talk,
            self._shapes,
            self._error,
            self._break,
            self._junk,
        )
        return self._random.choice(kinds)()

    def _good(self) -> Answer:
        answer = GOOD | {"confidence": round(self._random.random(), 3)}
        self.whole.append(answer)
        return Raw(self._stream(json.dumps(answer), "stop", is_calm=True), 200, "text/event-stream")

    def _talk(self) -> Answer:
        """Anything around something, ended in any way."""
        pick = self._random
        parts = [self._word() for _ in range(pick.randrange(6))]
        answer = GOOD | {"confidence": round(pick.random(), 3)}
        parts.insert(pick.randrange(len(parts) + 1), json.dumps(answer))
        text, reason = "".join(parts), pick.choice(REASONS)
        self._note(text)
        return Raw(self._stream(text, reason), 200, "text/event-stream")

    def _shapes(self) -> Answer:
        """A good stream with something else planted in it."""
        pick = self._random
        self._note(json.dumps(GOOD))
        chunk: dict[str, Any] = {"id": "c", "choices": [{"index": 0, "delta": {"content": "x"}}]}
        for owner in (chunk, chunk["choices"][0], chunk["choices"][0]["delta"]):
            if pick.random() < 0.5:
                owner[pick.choice([*owner, "usage", "error", "message", "tool_calls"])] = (
                    pick.choice(VALUES)
                )
        planted = self._encoded(chunk)
        body = self._stream(json.dumps(GOOD), "stop", is_calm=True)
        at = pick.choice([0, len(body), body.find(b"\n\n") + 2])
        return Raw(
            body[:at] + planted + body[at:],
            200,
            pick.choice(["text/event-stream", "text/html", ""]),
        )

    def _error(self) -> Answer:
        pick = self._random
        words = pick.choice(TROUBLES) + pick.choice(["", f" for {self._spelled()}"])
        body = pick.choice(
            [
                {"error": {"message": words, "code": pick.choice(VALUES)}},
                {"error": words},
                {"detail": [{"msg": words, "input": {"response_format": 1}}]},
                [{"error": {"message": words}}],
                words,
                None,
                {"message": words, "object": "error"},
            ]
        )
        text = json.dumps(body) if pick.random() < 0.8 else f"<html><p>{words}</p>{self._spelled()}"
        status = pick.choice(STATUSES)
        waits = pick.choice(["0", "-1", "soon", "Sun, 06 Nov 1994 08:49:37 GMT", "9" * 400])
        headers = {"retry-after": waits} if pick.random() < 0.3 else {}
        if status in (204, 304):
            return Raw(b"", status, "application/json", headers)
        return Raw(text.encode("utf-8", "replace"), status, "application/json", headers)

    def _break(self) -> Answer:
        pick = self._random
        body = self._stream(json.dumps(GOOD), "stop", is_calm=True)
        cut = body[: pick.randrange(len(body))]
        if b'"finish_reason": "stop"' in cut:
            self._note(json.dumps(GOOD))
        choices: list[Answer] = [
            Raw(cut, 200, "text/event-stream"),
            Resets(("{", '"category": "bug"')),
            NotHttp(b""),
            NotHttp(b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"),
            NotHttp(b"SSH-2.0-OpenSSH_9.9\r\n"),
            Fails(Trouble.SERVER),
        ]
        chosen = pick.choice(choices)
        self.silent += chosen == NotHttp(b"")
        return chosen

    def _junk(self) -> Answer:
        pick = self._random
        body = pick.choice(
            [
                pick.randbytes(pick.randrange(300)),
                b"data: " + NESTED.encode() + b"\n\n",
                data({"choices": [{"delta": {"content": NESTED}, "finish_reason": "stop"}]}),
                b"data: " + b'{"a":' * 50_000 + b"\n\n",
                b"<html>" + self._spelled().encode() + b"</html>",
                b"",
                DONE,
                b"\n" * 10_000,
                self._whole(self._word()),
                json.dumps({"choices": {"0": {"message": {"content": self._spelled()}}}}).encode(),
            ]
        )
        return Raw(body, 200, pick.choice(["text/event-stream", "application/json", "text/plain"]))

    def _whole(self, text: str) -> bytes:
        """JSON where a stream was asked for."""
        self._note(text)
        return json.dumps({"choices": [{"message": {"content": text}}]}).encode()

    def _note(self, text: str) -> None:
        """Whole is what nothing but thoughts stands before, and nothing behind."""
        for found in re.finditer(r"\{", text):
            if not BEFORE.search(text[: found.start()]):
                continue
            rest = text[found.start() :].strip(BLANK).removesuffix("```").strip(BLANK)
            with suppress(ValueError):
                self.whole.append(json.loads(rest))

    def _word(self) -> str:
        pick = self._random
        return self._spelled() if pick.random() < 0.15 else pick.choice(WORDS)

    def _spelled(self) -> str:
        found = forms(self.key)
        return self._random.choice(
            [found["raw"], found["JSON"], found["URL"], found["HTML"]]
        ).decode()

    def _stream(self, text: str, reason: Any, *, is_calm: bool = False) -> bytes:
        pick = self._random
        size = pick.choice([1, 7, 1_000_000]) if len(text) < 300 else 1_000_000
        deltas: list[Any] = [{"content": text[at : at + size]} for at in range(0, len(text), size)]
        if not is_calm and pick.random() < 0.3:
            name = pick.choice(["reasoning", "reasoning_content"])
            deltas.insert(0, {name: self._word()})
        body = b"".join(map(event, deltas))
        usage = {name: pick.choice(VALUES) for name in ("prompt_tokens", "completion_tokens")}
        body += event({}, reason)
        if not is_calm:
            body += self._encoded({"choices": [], "usage": usage})
        return body + pick.choice([b"", DONE])

    def _encoded(self, chunk: Any) -> bytes:
        return data(chunk)
