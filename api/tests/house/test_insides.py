"""Insides of other libraries are used in few files, which say so (docs/decisions/0035, 0037)."""

from pathlib import Path

import pytest

from tests.house.insides import insides_used
from tests.house.rules import ROOT


def test_insides_are_used_in_their_files_alone() -> None:
    assert insides_used(ROOT / "api/rota") == []


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("from strawberry.types.field import StrawberryField", "from strawberry.types.field"),
        ("import graphql.pyutils", "import graphql.pyutils"),
        ("from starlette._utils import is_async_callable", "from starlette._utils"),
        ("core = schema._schema", "schema._schema"),
        ("how = Agent.__strawberry_definition__", "Agent.__strawberry_definition__"),
        ("table = Agent._meta.db_table", "Agent._meta"),
        ("from arq.jobs import Job", "from arq.jobs"),
        ("from redis.asyncio.connection import Connection", "from redis.asyncio.connection"),
    ],
)
def test_a_use_elsewhere_is_found(line: str, told: str, tmp_path: Path) -> None:
    for name in ("http/graphql.py", "agents/types.py", "schema.py", "graphql/planning/plans.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f"{line}\n")
    found = insides_used(tmp_path)
    assert found == [
        f"{name}:1 {told}" for name in ("agents/types.py", "http/graphql.py", "schema.py")
    ]
