"""X8: generated documents against the limits: what is refused, and how long that takes."""

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from graphql import (
    build_client_schema,
    get_introspection_query,
    introspection_from_schema,
    parse,
    print_schema,
    validate,
)

from rota.graphql.planning.limits import MAX_ALIASES, MAX_DEPTH, Limits
from tests.conftest import SCHEMA, GraphQL
from tests.dose import dose, tried

DOCUMENTS = dose(500, 5_000)
# From an agent one comes to its assignments, and from each of them to its agent.
WAYS = {"agent": "assignments", "assignments": "agent"}


@dataclass
class Weight:
    aliases: int = 0
    depth: int = 0


class Writer:
    """Writes a document at random, and weighs it as it would be executed: with every fragment
    in the place of each of its spreads."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._number = 0
        self._fragments: list[tuple[str, str, str, Weight]] = []

    def document(self) -> tuple[str, Weight]:
        for level in range(self._random.randint(0, 6)):
            on = self._random.choice(list(WAYS))
            text, weight = self._selections(on, self._random.randint(1, 4))
            self._fragments.append((f"F{level}", on, text, weight))
        fields, whole = [], Weight()
        for _ in range(self._random.randint(1, 5)):
            text, below = self._selections("agent", self._random.randint(1, 12))
            alias = self._alias()
            whole.aliases += below.aliases + bool(alias)
            whole.depth = max(whole.depth, below.depth + 1)
            fields.append(f"{alias}agent(id: 1) {text}")
        types = {"agent": "Agent", "assignments": "Assignment"}
        written = [
            f"fragment {name} on {types[on]} {text}" for name, on, text, _ in self._fragments
        ]
        return "\n".join([f"{{ {' '.join(fields)} }}", *written]), whole

    def _selections(self, on: str, deep: int) -> tuple[str, Weight]:
        """The weight of fragments that were written before is known."""
        parts, whole = [], Weight()
        for _ in range(self._random.randint(1, 4)):
            text, weight = self._selection(on, deep)
            parts.append(text)
            whole.aliases += weight.aliases
            whole.depth = max(whole.depth, weight.depth)
        return f"{{ {' '.join(parts)} }}", whole

    def _selection(self, on: str, deep: int) -> tuple[str, Weight]:
        fragments = [fragment for fragment in self._fragments if fragment[1] == on]
        kind = self._random.choice(("leaf", "field", "inline", "spread"))
        if kind == "spread" and fragments:
            name, _, _, weight = self._random.choice(fragments)
            return f"...{name}", weight
        if kind == "inline" and deep > 1:
            text, weight = self._selections(on, deep - 1)
            return f"... @include(if: true) {text}", weight
        alias = self._alias()
        if kind == "field" and deep > 1:
            text, weight = self._selections(WAYS[on], deep - 1)
            weight = Weight(weight.aliases + bool(alias), weight.depth + 1)
            return f"{alias}{WAYS[on]} {text}", weight
        return f"{alias}id", Weight(int(bool(alias)), 1)

    def _alias(self) -> str:
        self._number += 1
        return f"a{self._number}: " if self._random.random() < 0.4 else ""


def verdicts(document: str) -> Iterator[str]:
    for error in validate(SCHEMA._schema, parse(document), [Limits]):
        yield error.message


def judged_wrongly(document: str, weight: Weight) -> list[str]:
    """The limits that refused it though it keeps them, or the other way round."""
    said = " ".join(verdicts(document))
    return [
        name
        for name, is_over in (
            (f"{MAX_ALIASES} aliases", weight.aliases > MAX_ALIASES),
            (f"{MAX_DEPTH} levels", weight.depth > MAX_DEPTH),
        )
        if (name in said) != is_over
    ]


def test_X8_generated_documents_are_refused_if_and_only_if_they_are_over_a_limit() -> None:
    over = 0
    for seed in range(DOCUMENTS):
        document, weight = Writer(seed).document()
        begun = time.process_time()
        assert not judged_wrongly(document, weight), document
        assert time.process_time() - begun < 1, document
        over += weight.aliases > MAX_ALIASES or weight.depth > MAX_DEPTH
    tried["documents against the limits"] += DOCUMENTS
    assert DOCUMENTS / 10 < over < DOCUMENTS * 9 / 10  # both sides were tried


def _types(number: int, inner: str = "name") -> str:
    return " ".join(f't{n}: __type(name: "Query") {{ {inner} }}' for n in range(number))


def _deep(levels: int) -> str:
    return "{ ofType " * (levels - 2) + "{ name }" + "}" * (levels - 2)


TWICE, ELEVEN, DEEP = "`__schema` once", "`__type` 10 times", "at most 20 levels"
WHOLE = "__schema { types { name } }"
INTROSPECTION = {
    f"{{ {WHOLE} }}": "",
    f"{{ {WHOLE} b: {WHOLE} }}": TWICE,
    f"{{ ...F b: {WHOLE} }} fragment F on Query {{ {WHOLE} }}": TWICE,
    f"{{ ... {{ {WHOLE} }} ... @include(if: true) {{ b: {WHOLE} }} }}": TWICE,
    f"query A {{ {WHOLE} }} query B {{ {WHOLE} }}": TWICE,
    f"query A {{ {WHOLE} }} query B {{ __typename }}": "",
    f"{{ {_types(10)} }}": "",
    f"{{ {_types(11)} }}": ELEVEN,
    f"query A {{ {_types(6)} }} query B {{ {_types(6)} }}": ELEVEN,
    f"{{ ...F ...G }} fragment F on Query {{ {_types(6)} }} fragment G on Query {{ ...F a: "
    f'__type(name: "Run") {{ name }} }}': ELEVEN,
    f'{{ __type(name: "Run") {_deep(20)} }}': "",
    f'{{ __type(name: "Run") {_deep(21)} }}': DEEP,
    '{ __type(name: "Run") { ...F } } fragment F on __Type ' + _deep(20): "",
    '{ __type(name: "Run") { ofType { ...F } } } fragment F on __Type ' + _deep(20): DEEP,
    f'{{ __type(name: "Run") {{ {" ".join(f"a{n}: name" for n in range(31))} }} }}': "30 aliases",
}


@pytest.mark.parametrize("document", INTROSPECTION)
def test_X8_introspection_has_limits_of_its_own(document: str) -> None:
    said = " ".join(verdicts(document))
    told = INTROSPECTION[document]
    assert bool(said) == bool(told), said
    assert told in said


@pytest.mark.parametrize("name", ["all", "few"])
async def test_X8_tools_may_ask_for_the_schema(name: str, graphql: GraphQL) -> None:
    """GraphiQL and generators of code send this query."""
    document = get_introspection_query(
        specified_by_url=name == "all",
        directive_is_repeatable=name == "all",
        schema_description=name == "all",
        input_value_deprecation=name == "all",
    )
    answer = await graphql(document)
    assert print_schema(build_client_schema(answer)) == print_schema(
        build_client_schema(introspection_from_schema(SCHEMA._schema))
    )


@pytest.mark.parametrize(
    ("weight", "wrong"),
    [
        (Weight(31, 1), ["30 aliases"]),
        (Weight(1, 13), ["12 levels"]),
        (Weight(1, 2), []),
    ],
)
def test_X8_a_wrong_verdict_would_be_found(weight: Weight, wrong: list[str]) -> None:
    assert judged_wrongly("{ a: agent(id: 1) { id } }", weight) == wrong
