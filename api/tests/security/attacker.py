"""What an attacker makes up by a seed: floods before signing in, documents of a viewer, and what a
vendor sends. Each is built of parts that once cost much, in shapes that nobody wrote down."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import repeat
from random import Random
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLType,
    GraphQLUnionType,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
)

from tests.conftest import SCHEMA
from tests.inference import floods as vendors
from tests.inference.streams import event
from tests.security.floods import CHUNKED, FLOODS, FRAGMENT, GET, POST, Flood
from tests.security.frames import BINARY, CONTINUATION, PING, PONG, TEXT, frame
from tests.security.rows import Rows

PIECE_BYTES = 60_000
FIRSTS = (
    b"", b"GET / HTTP/1.1\r\nHost: @\r\n", b"OPTIONS * HTTP/1.1\r\n", b"GET / HTTP/1.0\r\n\r\n",
    b"HEAD /readyz HTTP/1.1\r\nHost: @\r\nx: ", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"\x16\x03\x01\x02\x00", GET * 20, CHUNKED, CHUNKED + b"0\r\n", CHUNKED + b"7\r\n",
    POST + b"Content-Length: 999999\r\n\r\n{",
    POST + b"Expect: 100-continue\r\nContent-Length: 5\r\n\r\n",
)  # fmt: skip
ATOMS = (
    b"x", b" ", b"\t", b"\0", b"\xff", b"\r", b"\n", b"\r\n", b":", b"x: y\r\n", b"Host: @\r\n",
    b"Cookie: a=b; \r\n", b"1\r\n \r\n", b"0\r\n\r\n", b"0", b";", b"{", b"[", b'"', b"\\u0000",
    GET, POST + b"Content-Length: 2\r\n\r\n{}", CHUNKED + b"1\r\nx\r\n0\r\n\r\n",
)  # fmt: skip
FRAMES = (
    frame(PING, b""), frame(PING, b"x" * 125), frame(PONG, b""), frame(TEXT, b"{}"),
    frame(TEXT, b"x" * 900), frame(BINARY, b"x"), frame(TEXT, b'{"type":"ping"}'), FRAGMENT,
    frame(CONTINUATION, b"", final=False), frame(CONTINUATION, b"x", final=False),
    frame(TEXT, b'{"type":"subscribe","id":"a","payload":{}}'),
)  # fmt: skip
LETTERS = (
    "a", " ", "\u0300", "\u0316\u0300", "\ufb03", "\u1e9e", "\U0001f9f5", "\u202e", "%", "_", "\\",
    "{{a}}", "\ufdfa",
)  # fmt: skip
WORDS = (
    "x", "[]", "{}", "[[", '{"a":', '"', "\\", "```", "<think>", "</think>", "1.1e1,", "\\ud83d",
    "sk-", "\U0001f9f5", "\n",
)  # fmt: skip


@dataclass
class Question:
    document: str
    variables: dict[str, Any] = field(default_factory=dict)


class Attacker:
    def __init__(self, seed: int, rows: Rows) -> None:
        self.random = Random(seed)
        self._rows = rows
        self._names = iter(range(10**9))
        self._variables: dict[str, tuple[str, Any]] = {}
        self._left = 0

    def flood(self) -> Flood:
        """Before signing in."""
        if self.random.random() < 0.2:
            return self.random.choice(list(FLOODS.values()))
        is_socket = self.random.random() < 0.4
        atoms = FRAMES if is_socket and self.random.random() < 0.8 else ATOMS
        piece = b"".join(
            atom * max(1, self._share() // len(atom)) for atom in self.random.choices(atoms, k=3)
        )
        first = self.random.choice(FRAMES if is_socket else FIRSTS)
        return Flood(first, lambda _: piece, is_socket)

    def question(self) -> Question:
        """Of somebody who may read."""
        self._variables = {}
        self._left = self.random.choice((20, 200, 1_500))
        query = SCHEMA._schema.query_type
        assert query
        wide = self.random.choice((1, 3, 30))
        parts = " ".join(self._field(query, deep=8) for _ in range(wide))
        if self.random.random() < 0.15:
            parts += " " + self._introspection()
        declared = ", ".join(f"${name}: {type_}" for name, (type_, _) in self._variables.items())
        head = f"query ({declared}) " if declared else ""
        values = {name: value for name, (_, value) in self._variables.items()}
        return Question(f"{head}{{ {parts} }}", values)

    def vendor(self) -> vendors.Flood:
        """What a vendor answers."""
        if self.random.random() < 0.2:
            return self.random.choice(list(vendors.FLOODS.values()))
        head = self.random.choice((vendors.HEAD, vendors.HEAD, vendors.ERROR))
        parts = [self._said() for _ in range(self.random.randint(1, 4))]

        def sent() -> Iterator[bytes]:
            yield head + b"\r\n"
            for part in parts:
                yield from part()

        packs = self.random.random() < 0.2 and head is vendors.HEAD
        mode = self.random.choice(("ENFORCED", "JSON_AND_SHOWN", "SHOWN", "TOOL"))
        return vendors.Flood(vendors.packed(lambda: _of(parts)) if packs else sent, "", mode)

    def _share(self) -> int:
        return self.random.choice((1, 100, PIECE_BYTES // 3))

    def _said(self) -> Callable[[], Iterator[bytes]]:
        word = "".join(self.random.choices(WORDS, k=self.random.randint(1, 3)))
        text = word * self.random.choice((1, 50, 20_000))
        name = self.random.choice(
            ("content", "reasoning", "reasoning_content", "refusal", "tool_calls")
        )
        whole = self.random.choice(
            (
                event({name: text}),
                event({"content": [{"type": "text", "text": text}]}),
                event({"tool_calls": [{"index": 0, "function": {"name": "a", "arguments": text}}]}),
                b"data: " + text.encode("utf-8", "surrogatepass") + b"\n\n",
                json.dumps({"choices": [{"message": {name: text}}]}).encode(),
                json.dumps({"error": {"message": text}}).encode(),
                text.encode("utf-8", "surrogatepass"),
                b": ping\n\n", b"data:\n", b"\n", event({}, "stop"), event({}, "length"),
            )
        )  # fmt: skip
        times = self.random.choice((1, 1, 40, None))
        return lambda: repeat(whole) if times is None else repeat(whole, times)

    def _field(self, on: GraphQLObjectType, deep: int) -> str:
        name, asked = self.random.choice(list(on.fields.items()))
        alias = f"n{next(self._names)}: " if self.random.random() < 0.5 else ""
        return f"{alias}{name}{self._arguments(asked)}{self._below(asked.type, deep)}"

    def _below(self, type_: GraphQLType, deep: int) -> str:
        named: Any = get_named_type(type_)
        if is_leaf_type(named):
            return ""
        self._left -= 1
        if deep == 0 or self._left < 0:
            return " { __typename }"
        if isinstance(named, GraphQLUnionType) or not isinstance(named, GraphQLObjectType):
            return " { __typename }"
        wide = self.random.choice((1, 2, 6))
        return f" {{ {' '.join(self._field(named, deep - 1) for _ in range(wide))} }}"

    def _arguments(self, asked: GraphQLField) -> str:
        given = [
            f"{name}: {self._value(argument.type, name)}"
            for name, argument in asked.args.items()
            if isinstance(argument.type, GraphQLNonNull) or self.random.random() < 0.6
        ]
        return f"({', '.join(given)})" if given else ""

    def _value(self, type_: Any, name: str) -> str:
        """As a literal, or as a variable."""
        value, literal = self._made(get_nullable_type(type_), name)
        if self.random.random() < 0.5:
            return literal
        known = f"v{len(self._variables)}"
        self._variables[known] = (str(type_), value)
        return f"${known}"

    def _made(self, type_: Any, name: str) -> tuple[Any, str]:
        if isinstance(type_, GraphQLEnumType):
            member = self.random.choice(list(type_.values))
            return member, member
        if isinstance(type_, GraphQLList):
            value, literal = self._made(get_nullable_type(type_.of_type), name)
            times = self.random.choice((0, 1, 50))
            return [value] * times, f"[{', '.join([literal] * times)}]"
        if isinstance(type_, GraphQLInputObjectType):
            made = {
                key: self._made(get_nullable_type(one.type), key)
                for key, one in type_.fields.items()
            }
            literal = ", ".join(f"{key}: {text}" for key, (_, text) in made.items())
            return {key: value for key, (value, _) in made.items()}, f"{{{literal}}}"
        if type_.name == "ID":
            noun = name.removesuffix("Id") if name != "id" else self.random.choice(list(self._rows))
            value = self.random.choice(self._rows.get(noun) or ["x", "y" * 1_000])
        elif type_.name == "Int":
            value = self.random.choice((100, 100, 1, 0, -1, 2**31 - 1))
        elif type_.name == "Boolean":
            value = self.random.random() < 0.5
        elif type_.name == "JSON":
            value = self._json()
        else:
            letters = "".join(self.random.choices(LETTERS, k=self.random.randint(1, 3)))
            value = letters * self.random.choice((1, 30, 20_000, 300_000))
        return value, _literal(value)

    def _json(self) -> Any:
        """A schema or a value, wide or deep."""
        times = self.random.choice((1, 40, 2_000))
        leaf = self.random.choice(
            (
                "x",
                1,
                {"type": "string", "pattern": "^(a+)+$"},
                {"enum": ["x" * 50] * 40},
                {"$ref": "#"},
            )
        )
        way = self.random.choice(("anyOf", "items", "properties", "propertyNames", "list"))
        if way in ("anyOf", "list"):
            return {"type": "object", way: [leaf] * times}
        if way == "properties":
            return {"type": "object", way: {f"p{n}": leaf for n in range(times)}}
        deep: Any = leaf
        for _ in range(min(times, 300)):
            deep = {way: deep}
        return {"type": "object", "properties": {"a": deep}}

    def _introspection(self) -> str:
        inner = "name"
        for _ in range(self.random.randint(1, 22)):
            inner = self.random.choice(
                (
                    f"ofType {{ {inner} }}",
                    f"fields {{ type {{ {inner} }} }}",
                    f"name kind ofType {{ {inner} }}",
                )
            )
        times = self.random.choice((1, 12))
        return " ".join(
            f'n{next(self._names)}: __type(name: "Query") {{ fields {{ type {{ {inner} }} }} }}'
            for _ in range(times)
        )


def _of(parts: list[Callable[[], Iterator[bytes]]]) -> Iterator[bytes]:
    for part in parts:
        yield from part()


def _literal(value: Any) -> str:
    """In GraphQL's words, where names stand without quotation marks."""
    if isinstance(value, dict):
        inner = ", ".join(
            f"{key if key.isidentifier() else 'x'}: {_literal(one)}" for key, one in value.items()
        )
        return f"{{{inner}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_literal, value))}]"
    return json.dumps(value)
