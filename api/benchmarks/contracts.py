"""What judging costs the process that asks, at worst: planted values and generated ones, and what
checking a schema costs. By hand, on Linux: `python -m benchmarks.contracts [how many]` in `api`."""

import random
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from rota.contracts import Contract, UnusableSchemaError, check_schema, compile_contract

Json = Any


class Cost(NamedTuple):
    milliseconds: float
    mebibytes: float
    what: str


def names(many: int, stem: str = "name") -> list[str]:
    return [f"{stem}{i}" for i in range(many)]


def constants(many: int) -> list[Json]:
    return [{"const": i} for i in range(many)]


PLANTED: dict[str, tuple[Json, Json]] = {
    "1,000 options, 5,000 other names": (
        {"propertyNames": {"enum": names(1_000)}},
        dict.fromkeys(names(5_000, "other"), 1),
    ),
    "20,000 options, 5,000 other names": (
        {"propertyNames": {"enum": names(20_000)}},
        dict.fromkeys(names(5_000, "other"), 1),
    ),
    "2,000 numbers, 5,000 others": ({"items": {"enum": [*range(2_000)]}}, [-1] * 5_000),
    "5,000 forms, 2,000 values": ({"items": {"oneOf": constants(5_000)}}, [*range(2_000)]),
    "200 contained in 10,000": (
        {"allOf": [{"contains": one} for one in constants(200)]},
        [300] * 10_000 + [*range(200)],
    ),
    "390,000 whole numbers": ({"items": {"type": "integer"}}, [1] * 390_000),
    "390,000 whole numbers and a text": ({"items": {"type": "integer"}}, [1] * 390_000 + ["x"]),
    "200 copies of 100,000 parts": (
        {"allOf": [{"minProperties": 200_000}] * 200},
        dict.fromkeys(names(100_000), 1),
    ),
    "a pattern with many states": (
        {"pattern": r"(\p{L}\d?){150}(\w{3,40}){4}!"},
        "ab" * 400_000,
    ),
}
KEYS = ["a", "b", "c", "items", "x1"]
TYPES = ["object", "array", "string", "integer", "number", "boolean", "null"]


def some_schema(chance: random.Random, depth: int = 0) -> Json:
    if depth > 4 or chance.random() < 0.1:
        return {"type": chance.choice(TYPES)}
    inner: Callable[[], Json] = lambda: some_schema(chance, depth + 1)  # noqa: E731 (it needs its type)
    many = chance.choice([1, 2, 3, 10, 100, 500]) if depth < 3 else 2
    keywords: list[Callable[[], Json]] = [
        lambda: {"properties": {key: inner() for key in chance.sample(KEYS, 3)}},
        lambda: {"additionalProperties": inner()},
        lambda: {"items": inner()},
        lambda: {"enum": [*range(many * 10)]},
        lambda: {"enum": names(many * 10)},
        lambda: {"enum": [{"a": i} for i in range(many * 5)]},
        lambda: {chance.choice(["anyOf", "oneOf"]): [*constants(many), inner()]},
        lambda: {"allOf": [inner() for _ in range(min(many, 5))]},
        lambda: {"contains": inner()},
        lambda: {"not": inner()},
        lambda: {"required": names(many)},
        lambda: {"patternProperties": {f"^x{i}": inner() for i in range(min(many, 5))}},
        lambda: {"pattern": "[a-z]{1,50}" * chance.randint(1, 5)},
        lambda: {"propertyNames": {"enum": names(many * 10)}},
        lambda: {"uniqueItems": True, "unevaluatedItems": inner()},
        lambda: {"format": "email", "minLength": 3},
    ]
    whole: dict[str, Json] = {}
    for keyword in chance.sample(keywords, chance.randint(1, 3)):
        whole |= keyword()
    return whole


def some_value(chance: random.Random, parts: int, depth: int = 0) -> Json:
    kind = chance.choice(["list", "same", "object", "names", "leaf"] if depth < 4 else ["leaf"])
    if parts < 2 or kind == "leaf":
        return chance.choice([1, -1, 0.5, "x", "name1", "a@b.c", "ab" * 200, None, True])
    if kind == "same":
        return [some_value(chance, 5, depth + 1)] * (parts // 5 + 1)
    if kind == "names":
        return dict.fromkeys(
            names(parts // 2, chance.choice(["name", "x"])), chance.choice([1, "x"])
        )
    inner = parts // 3
    if kind == "object":
        return {key: some_value(chance, inner, depth + 1) for key in chance.sample(KEYS, 3)}
    return [some_value(chance, inner, depth + 1) for _ in range(3)]


def cases(many: int) -> Iterator[tuple[str, Json, Json]]:
    for what, (schema, value) in PLANTED.items():
        yield what, {"type": "object", "properties": {"it": schema}}, {"it": value}
    for seed in range(many):
        chance = random.Random(seed)
        schema = {"type": "object", "properties": {"it": some_schema(chance)}}
        value = some_value(chance, chance.choice([10, 1_000, 30_000, 300_000]))
        yield f"generated {seed}", schema, {"it": value}


def peak(*, forget: bool = False) -> float:
    """In MiB since it was last forgotten."""
    if forget:
        Path("/proc/self/clear_refs").write_text("5")
    lines = Path("/proc/self/status").read_text().splitlines()
    [kibibytes] = [line.split()[1] for line in lines if line.startswith("VmHWM")]
    return int(kibibytes) / 1024


def cost_of(what: str, judge: Callable[[], object]) -> Cost:
    before, started = peak(forget=True), time.process_time()
    judge()
    taken = time.process_time() - started
    return Cost(taken * 1_000, peak() - before, what)


def judged(many: int) -> Iterator[tuple[Cost, str]]:
    for what, schema, value in cases(many):
        try:
            contract: Contract = compile_contract(schema)
        except UnusableSchemaError:
            continue
        verdicts = []
        cost = cost_of(what, lambda: verdicts.append(contract.verdict(value)))  # noqa: B023 (called at once)
        [verdict] = verdicts
        yield cost, "too dear" if verdict.is_too_dear else "wrong" if verdict.issues else "right"


def large_schema(definitions: int) -> Json:
    each = {
        f"d{i}": {
            "type": "object",
            "description": "What it is about, in some words. " * 3,
            "properties": {
                f"p{k}": {"oneOf": [{"$ref": f"#/$defs/e{(i + k) % 40}"}, {"type": "null"}]}
                if k % 3 == 0
                else {"type": ["string", "null"], "maxLength": 100, "description": "Words." * 10}
                for k in range(8)
            },
        }
        for i in range(definitions)
    }
    leaves = {f"e{i}": {"type": "string", "pattern": "^[a-z]+$"} for i in range(40)}
    listed = {f"r{i}": {"$ref": f"#/$defs/d{i}"} for i in range(definitions)}
    return {"type": "object", "properties": listed, "$defs": {**each, **leaves}}


def main() -> None:
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    found = [*judged(many)]
    kinds = {kind: sum(one == kind for _, one in found) for kind in ("right", "wrong", "too dear")}
    print(f"{len(found)} values judged: {kinds}")
    for title, key in (("processor time", 0), ("memory", 1)):
        print(f"the dearest by {title}, in the process that asks:")
        for cost, kind in sorted(found, key=lambda one: one[0][key], reverse=True)[:5]:
            print(f"  {cost.milliseconds:6.1f} ms {cost.mebibytes:6.1f} MiB  {kind:8} {cost.what}")
    for definitions in (50, 100, 200):
        schema = large_schema(definitions)
        best = min(
            cost_of("", lambda: check_schema({**schema, "title": str(i)})).milliseconds  # noqa: B023 (called at once)
            for i in range(5)
        )
        print(f"checking a schema of {len(str(schema)) // 1000} kB: {best:.0f} ms")


if __name__ == "__main__":
    main()
