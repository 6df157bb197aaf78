"""Frames that a hostile client might send: broken at random in what they say, in how they are
put into WebSocket frames, and in their order."""

import json
import random
import struct
from collections.abc import Callable
from typing import Any

TEXT, BINARY, CONTINUATION, CLOSE, PING, PONG = 1, 2, 0, 8, 9, 10
TYPES = ("connection_init", "subscribe", "complete", "ping", "pong", "next", "error", "x", "", None)
IDS: tuple[Any, ...] = (
    *("1", "", "x" * 200, "x" * 201, "\x00", "\ud800", "__proto__"),
    *(1, None, [], {}),
)
QUERIES = (
    "{ __typename }",
    "{ viewer { name } }",
    "subscription { providerChanged { id } }",
    'subscription { runEvents(runId: "x") { sequence } }',
    "subscription { agentChanged { id } taskChanged { id } }",
    'mutation { deleteAgent(input: {id: "x"}) { __typename } }',
    "{ " + "a: __typename " * 3_000 + "}",
    "{" * 500,
    "",
    None,
    1,
)
STRANGE: tuple[Any, ...] = (None, 0, -1, 10**400, 1e308, "", "\ud800", "\x00", [], {}, [[]], True)


def frame(opcode: int, data: bytes, *, final: bool = True, masked: bool = True) -> bytes:
    first = bytes([opcode | (0x80 if final else 0)])
    mark = 0x80 if masked else 0
    if len(data) < 126:
        head = first + bytes([mark | len(data)])
    elif len(data) < 65_536:
        head = first + bytes([mark | 126]) + struct.pack("!H", len(data))
    else:
        head = first + bytes([mark | 127]) + struct.pack("!Q", len(data))
    return head + (b"\0\0\0\0" if masked else b"") + data  # a mask of zeros changes nothing


class Frames:
    def __init__(self, seed: int, secret: str) -> None:
        self._random = random.Random(seed)
        self._secret = secret
        self._kinds: tuple[Callable[[], bytes], ...] = (
            self._message,
            self._message,
            self._message,
            self._message,
            self._scrambled,
            self._not_an_object,
            self._binary,
            self._fragments,
            self._wrong_frame,
            self._control,
        )

    def next(self) -> bytes:
        return self._random.choice(self._kinds)()

    def _message(self) -> bytes:
        return frame(TEXT, self._text())

    def _text(self) -> bytes:
        choice = self._random.choice
        message: dict[str, Any] = {"type": choice(TYPES)}
        if self._random.random() < 0.8:
            message["id"] = choice(IDS)
        if self._random.random() < 0.8:
            query: dict[str, Any] = {
                "query": choice(QUERIES),
                "variables": choice((None, {}, [], {"a": 1})),
            }
            init = {"authorization": choice((f"Bearer {self._secret}", "Bearer x", "", None, 1))}
            message["payload"] = choice((query, query, query, init, *STRANGE))
        if self._random.random() < 0.1:
            message[choice(("__class__", "id", "type", "\x00"))] = choice(STRANGE)
        return json.dumps(message).encode()

    def _scrambled(self) -> bytes:
        """A few bytes of a good text are others."""
        data = bytearray(self._text())
        for _ in range(self._random.randint(1, 4)):
            data[self._random.randrange(len(data))] = self._random.randrange(256)
        return frame(TEXT, bytes(data))

    def _not_an_object(self) -> bytes:
        content = self._random.choice((b"", b"[]", b"1", b"null", b"NaN", b"{", b"[" * 9_000))
        return frame(TEXT, content)

    def _binary(self) -> bytes:
        return frame(BINARY, self._random.randbytes(self._random.randint(0, 300)))

    def _fragments(self) -> bytes:
        """One text in two frames, or the beginning of one alone, or the end."""
        text = self._text()
        cut = len(text) // 2
        parts = [frame(TEXT, text[:cut], final=False), frame(CONTINUATION, text[cut:])]
        return self._random.choice((b"".join(parts), parts[0] + parts[0], parts[1]))

    def _wrong_frame(self) -> bytes:
        opcode = self._random.choice((3, 7, 11, 15, TEXT | 0x40, TEXT | 0x10))
        wrong = frame(opcode, b"{}")
        huge = bytes([0x80 | TEXT, 0xFF]) + struct.pack("!Q", 2**62) + b"\0\0\0\0"
        return self._random.choice((wrong, huge, frame(TEXT, b"{}", masked=False)))

    def _control(self) -> bytes:
        length = self._random.choice((0, 4, 125, 126))
        opcode = self._random.choice((PING, PONG, CLOSE))
        return frame(opcode, self._random.randbytes(length))
