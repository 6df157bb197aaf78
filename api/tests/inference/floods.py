"""What a vendor may send to cost much: responses without end, and what few bytes become."""

import itertools
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.inference.streams import DONE, event

Pieces = Iterable[bytes]
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"
ERROR = HEAD.replace(b"200 OK", b"400 Bad Request")
WIDE = "🧵" * 15_000


@dataclass(frozen=True)
class Flood:
    """`words`: of what is said about it. `mode`: in which it is asked for."""

    sent: Callable[[], Pieces]
    words: str
    mode: str = "ENFORCED"


def endless(one: bytes) -> Iterator[bytes]:
    return itertools.repeat(one * max(1, 500_000 // len(one)))


def many(one: bytes, total: int) -> bytes:
    return one * (total // len(one))


def body(*parts: bytes | Callable[[], Pieces], head: bytes = HEAD) -> Callable[[], Pieces]:
    def sent() -> Pieces:
        yield head + b"\r\n"
        for part in parts:
            yield from [part] if isinstance(part, bytes) else part()

    return sent


def packed(parts: Callable[[], Pieces]) -> Callable[[], Pieces]:
    def sent() -> Pieces:
        yield HEAD + b"content-encoding: gzip\r\n\r\n"
        packer = zlib.compressobj(9, zlib.DEFLATED, 31)
        for part in parts():
            yield packer.compress(part)

    return sent


def on_and_on(delta: Any) -> Callable[[], Pieces]:
    return body(lambda: endless(event(delta)))


def answered(*texts: str) -> Callable[[], Pieces]:
    return body(*(event({"content": text}) for text in texts), event({}, "stop") + DONE)


def choice(start: bytes, part: bytes, end: bytes, total: int = 3_900_000) -> Callable[[], Pieces]:
    begun = b'data: {"choices":[{"delta":' + start
    return body(begun, lambda: [many(part, total)], end + b"}]}\n\n")


def numbered(part: bytes, count: int) -> Callable[[], Pieces]:
    return lambda: [b"".join(part % number for number in range(count))]


def listed(part: str, total: int = 2_000_000) -> Callable[[], Pieces]:
    return answered('{"a":[' + part * (total // len(part)) + "0]}")


CALL = {"tool_calls": [{"index": 0, "function": {"arguments": "{"}}]}
USAGE = event({})[:-3] + b', "usage": {"prompt_tokens": "1"}}\n\n'
# Those that are tried each time come first: one of each budget.
FLOODS: dict[str, Flood] = {
    "thoughts": Flood(on_and_on({"reasoning": WIDE}), "thoughts grew"),
    "an answer": Flood(on_and_on({"content": WIDE}), "answer grew"),
    "an event of empty lines": Flood(body(lambda: endless(b"data:\n")), "more than 80,000 events"),
    "a line": Flood(body(lambda: endless(b"x")), "a line or an event of"),
    "JSON of lists": Flood(body(b"[" + many(b"[],", 4_000_000) + b"0]"), "a line or an event of"),
    "packed thoughts": Flood(packed(lambda: endless(event({"reasoning": "a"}))), "80,000 events"),
    "announcements": Flood(lambda: endless(b"HTTP/1.1 100 Continue\r\n\r\n"), "no answer"),
    "chunks of nothing": Flood(
        lambda: itertools.chain(
            [HEAD + b"transfer-encoding: chunked\r\n\r\n"], endless(b"1\r\nx\r\n")
        ),
        "no answer",
    ),
    "an error's body": Flood(body(lambda: endless(b"x"), head=ERROR), "rejected the request"),
    "an answer of objects": Flood(listed("{},"), "Every answer the model gave breaks"),
    "an answer of wide letters": Flood(
        answered('{"a": "' + "x" * 2_000_000 + '🧵"}'), "Every answer the model gave breaks"
    ),
    # -- and those of a long dose.
    "thoughts letter by letter": Flood(on_and_on({"reasoning": "🧵"}), "80,000 events"),
    "an answer letter by letter": Flood(on_and_on({"content": "["}), "80,000 events"),
    "both": Flood(on_and_on({"content": "{", "reasoning": "b"}), "80,000 events"),
    "an event's line": Flood(body(b"data: ", lambda: endless(b"x")), "a line or an event of"),
    "an event of lines": Flood(body(lambda: endless(b"data:x\n")), "and was cut off"),
    "lines one by one": Flood(body(lambda: itertools.repeat(b"data:\n")), "400,000 lines"),
    "events one by one": Flood(
        body(lambda: itertools.repeat(event({"content": "["}))), "400,000 lines"
    ),
    "a line letter by letter": Flood(body(lambda: itertools.repeat(b"x")), "a line or an event"),
    "pings": Flood(body(lambda: endless(b": ping\n\n")), "400,000 lines"),
    "line ends": Flood(body(lambda: endless(b"\n")), "400,000 lines"),
    "empty events": Flood(body(lambda: endless(b"data: {}\n\n")), "80,000 events"),
    "pages": Flood(body(event({}), lambda: endless(b"<p>\n")), "80,000 events"),
    "braces": Flood(body(event({}), lambda: endless(b"{\n")), "10,000 events that are no JSON"),
    "events of signs in a text": Flood(
        body(event({}), lambda: endless(event({"note": '{"a":' * 30_000}))), "5,000,000 signs"
    ),
    "events of signs that are broken": Flood(
        body(event({}), lambda: endless(b"data: " + b'</think>{"a":{"a":' * 20_000 + b"\n\n")),
        "5,000,000 signs",
    ),
    "events of lists": Flood(
        body(event({}), lambda: endless(event({"note": [[]] * 45_000}))), "5,000,000 signs"
    ),
    "broken events": Flood(
        body(event({}), lambda: endless(b'data: {"choices":[{"delta":{"content":"</think>"\n\n')),
        "10,000 events that are no JSON",
    ),
    "nothing said": Flood(on_and_on({}), "80,000 events"),
    "usage": Flood(body(lambda: endless(USAGE)), "80,000 events"),
    "a call": Flood(on_and_on(CALL), "80,000 events", "TOOL"),
    "calls": Flood(
        choice(b'{"tool_calls":[', b'{"index":7},', b"{}]}", 300_000), "broke the connection"
    ),
    "refusals": Flood(on_and_on({"refusal": "a"}), "80,000 events"),
    "parts of a text": Flood(choice(b'{"content":[', b'{"text":"x"},', b'""]}'), "a line or an"),
    "halves": Flood(choice(b'{"content":"', b"\\ud83d", b'"}', 3_000_000), "broke the connection"),
    "choices by name": Flood(
        body(b'data: {"choices":{', numbered(b'"%d":{"delta":{}},', 160_000), b'"x":{}}}\n\n'),
        "a line or an event of",
    ),
    "broken JSON": Flood(body(b"data: [" + many(b"{},", 140_000) + b"\xff]\n\n"), "broke"),
    "broken letters": Flood(body(b'data: {"a":"' + many(b"\xff", 4_000_000) + b"\n\n"), "broke"),
    "an error in a stream": Flood(
        body(b'data: {"error":{"message":"' + many(b"context length", 4_000_000) + b'"}}\n\n'),
        "longer than",
    ),
    "an error of parts": Flood(
        body(b"event: error\ndata: [" + many(b'{"a":[]},', 170_000) + b"0]\n\n"), "trouble of its"
    ),
    "an error's page": Flood(
        body(b"<", lambda: endless(b"<script"), head=ERROR), "rejected the request"
    ),
    "an error of lists": Flood(body(b"[", lambda: endless(b"[],"), head=ERROR), "rejected"),
    "packed pings": Flood(packed(lambda: endless(b": ping\n\n")), "400,000 lines"),
    "headers": Flood(
        lambda: itertools.chain([HEAD], endless(b"x: " + b"y" * 60_000 + b"\r\n")), "cut off"
    ),
    "an answer of names": Flood(
        answered("{" + "".join(f'"{n}":0,' for n in range(180_000)) + '"x":0}'), "Every answer"
    ),
    "an answer of lists": Flood(listed("[],"), "Every answer the model gave breaks"),
    "an answer of numbers": Flood(listed("1.1e1,", 590_000), "Every answer the model gave breaks"),
    "an answer of digits": Flood(listed("1" * 4_000 + ","), "Every answer the model gave breaks"),
    "an answer of places": Flood(listed("0." + "1" * 3_800 + ","), "Every answer the model gave"),
    "an answer of depth": Flood(answered("[" * 2_000_000), "Every answer the model gave breaks"),
    "a fence": Flood(answered("```json\n" + "```\n" * 500_000 + "x"), "Every answer the model"),
    "blanks": Flood(answered(" " * 2_000_000), "Every answer the model gave breaks"),
    "thoughts in tags": Flood(answered("<think></think>" * 130_000), "Every answer the model gave"),
    "thoughts without end": Flood(answered("<think>" * 280_000), "Every answer the model gave"),
    "a key, nearly": Flood(
        answered("{", *["sk-canary/0123456789" * 1_000] * 100), "Every answer the model gave"
    ),
    "a key's escapes": Flood(answered("{", *["\\" * 20_000] * 100), "Every answer the model gave"),
}  # fmt: skip
EACH_TIME = 11
