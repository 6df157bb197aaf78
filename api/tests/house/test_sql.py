"""Every statement of the code base keeps the rules of SQL; and what breaks one is found."""

import pytest

from tests.house import sql
from tests.house.rules import ROOT

FILES = sql.sources()
ORDER = sql.ranks((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
TABLES = sql.tables()


def planted(file: str, text: str) -> dict[str, str]:
    return {file: FILES.get(file, "") + f"\n{text}\n"}


def test_all_statements_are_read() -> None:
    read = {found.file for found in sql.statements(FILES)}
    assert {"runs/statements.py", "access/service.py", "http/health.py"} <= read
    assert {"run", "run_event", "agent", "task", "provider", "session", "aerich"} <= TABLES.keys()
    assert ORDER["http"] > ORDER["runs"] > ORDER["agents"] == ORDER["tasks"] > ORDER["access"]


def test_a_statement_names_tables_of_its_own_slice_and_of_lower_ones_alone() -> None:
    assert not sql.tables_out_of_reach(FILES, TABLES, ORDER)


@pytest.mark.parametrize(
    ("file", "text", "fault"),
    [
        (
            "agents/loaders.py",
            'X = Statement("SELECT id FROM run WHERE agent_id = :id")',
            "names run, which belongs to runs",
        ),
        ("agents/loaders.py", 'X = Statement("SELECT 1 FROM agent JOIN task ON true")', "task"),
        ("tasks/service.py", 'query.where("id IN (SELECT task_id FROM assignment)")', "assignment"),
        ("access/service.py", 'X = Statement("SELECT * FROM audit_entry")', "audit"),
    ],
)
def test_a_table_out_of_reach_is_found(file: str, text: str, fault: str) -> None:
    [found] = sql.tables_out_of_reach(planted(file, text), TABLES, ORDER)
    assert fault in found


def test_runs_are_written_in_one_file() -> None:
    assert not sql.writes_elsewhere(FILES)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("batches/service.py", 'X = Statement("UPDATE run SET status = :status")'),
        ("runs/service.py", 'X = Statement("WITH a AS (DELETE FROM run_event) SELECT 1")'),
        ("runs/claims.py", 'X = Statement("INSERT INTO run (id) VALUES (:id)")'),
        ("runs/follow.py", "await run.save(update_fields=['status'])"),
        ("batches/service.py", "from rota.runs.models import Run\nawait insert(Run(id=1))"),
        ("batches/pump.py", "from rota.runs import models\nawait models.Run.filter().update(a=1)"),
    ],
)
def test_a_write_elsewhere_is_found(file: str, text: str) -> None:
    assert sql.writes_elsewhere(planted(file, text))


def test_all_sql_is_a_named_statement() -> None:
    assert not sql.nameless_sql(FILES)


@pytest.mark.parametrize(
    "text",
    [
        'await fetch("SELECT 1")',
        'rows = "SELECT id FROM agent"',
        'X = f"UPDATE agent SET name = {name}"',
        'X = Statement(f"SELECT {columns} FROM agent")',
        'X = Statement("SELECT id FROM agent " + TAIL)',
        'def read():\n    return Statement("SELECT id FROM agent")',
        "await connection().execute_query(sql)",
    ],
)
def test_sql_without_a_name_is_found(text: str) -> None:
    assert sql.nameless_sql(planted("agents/service.py", text))
