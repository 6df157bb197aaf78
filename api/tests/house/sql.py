"""The rules of SQL, kept by reading every statement in the syntax tree. Each names the faults it
finds."""

import ast
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rota.platform.storage.records import Row
from tests.house.rules import ROOT

RUNS = ("run", "run_event")
WRITER = "runs/statements.py"
# The ORM's own way of putting statements together, and what runs them.
STORAGE = "platform/storage/"
SQL = re.compile(
    r"\bSELECT\b[^.]*\bFROM\b|\bINSERT INTO\b|\bUPDATE\s+\w+\s+SET\b|\bDELETE FROM\b"
    r"|\bFOR (UPDATE|SHARE)\b",
    re.DOTALL,
)
TEXT = re.compile(r"'[^']*'|--[^\n]*")
WRITES = re.compile(r"\b(?:INSERT INTO|UPDATE|DELETE FROM|MERGE INTO|TRUNCATE)\s+(?:ONLY\s+)?(\w+)")
DRIVER = {"fetch", "fetch_records", "execute_query", "execute_query_dict", "execute_script"}
ORM_WRITES = {"save", "create", "delete", "update", "update_or_create", "get_or_create", "insert"}
ORM_WRITES |= {"bulk_create", "bulk_update", "insert_named", "save_named"}

Sources = Mapping[str, str]


@dataclass(frozen=True)
class Found:
    """A statement, or a condition of one, and where it stands."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


def sources() -> dict[str, str]:
    """All of the product but the migrations, by its path within rota/."""
    folder = ROOT / "api/rota"
    files = {str(path.relative_to(folder)): path for path in folder.rglob("*.py")}
    return {
        name: path.read_text(encoding="utf-8")
        for name, path in files.items()
        if not name.startswith("migrations/")
    }


def ranks(pyproject: str) -> dict[str, int]:
    """How high each part of the house lies; those side by side, which know nothing of each other,
    equally."""
    contracts = tomllib.loads(pyproject)["tool"]["importlinter"]["contracts"]
    [layers] = [one["layers"] for one in contracts if one["name"] == "The house"]
    return {
        name.strip(" ()"): rank
        for rank, layer in enumerate(reversed(layers))
        for name in layer.split("|")
    }


def tables() -> dict[str, str]:
    """Each table and the slice it belongs to."""
    owners = {"aerich": "migrations"}
    families = [Row]
    while families:
        model = families.pop()
        families += model.__subclasses__()
        if model.__module__.startswith("rota.") and not model._meta.abstract:
            owners[model._meta.db_table] = model.__module__.split(".")[1]
    return owners


def statements(files: Sources) -> list[Found]:
    """The texts given to Statement, and the conditions of lists."""
    found = []
    for file, call in _calls(files):
        if _name(call) in ("Statement", "where", "Lookup"):
            for argument in call.args:
                found += [Found(file, call.lineno, text) for text in _texts(argument)]
    return found


def tables_out_of_reach(
    files: Sources, owners: Mapping[str, str], order: Mapping[str, int]
) -> list[str]:
    """A statement names tables of its own slice and of lower ones alone."""
    faults = []
    for found in statements(files):
        own = found.file.split("/")[0].removesuffix(".py")
        words = re.findall(r"(?<![\w.])[a-z_]+\b", TEXT.sub("", found.text))
        for table in sorted(set(words) & owners.keys()):
            owner = owners[table]
            if owner != own and order[owner] >= order[own]:
                faults.append(f"{found} names {table}, which belongs to {owner}")
    return faults


def writes_elsewhere(files: Sources) -> list[str]:
    """Only one file writes runs and their events, and the ORM never does."""
    faults = [
        f"{found} writes {table}"
        for found in statements(files)
        for table in WRITES.findall(found.text)
        if table in RUNS and found.file != WRITER
    ]
    knowing = {file: text for file, text in files.items() if _knows_rows_of_runs(text)}
    return faults + [
        f"{file}:{call.lineno} may write runs by {_name(call)}()"
        for file, call in _calls(knowing)
        if _name(call) in ORM_WRITES
    ]


def nameless_sql(files: Sources) -> list[str]:
    """SQL is the one literal of a Statement that a constant of its module names."""
    faults = []
    for file, source in files.items():
        if file.startswith(STORAGE):
            continue
        tree = ast.parse(source)
        named = {
            node.value
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
        }
        literals = set()
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            if _name(call) == "Statement":
                literals.update(call.args)
                if call not in named or not isinstance(call.args[0], ast.Constant):
                    faults.append(f"{file}:{call.lineno} is no named, whole statement")
            elif _name(call) in DRIVER:
                faults.append(f"{file}:{call.lineno} runs SQL by {_name(call)}()")
        faults += [
            f"{file}:{node.lineno} holds SQL that no statement is"
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and node not in literals
            if isinstance(node.value, str) and SQL.search(node.value)
        ]
    return faults


def _calls(files: Sources) -> Iterator[tuple[str, ast.Call]]:
    for file, source in files.items():
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call):
                yield file, node


def _name(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _texts(node: ast.AST) -> Iterator[str]:
    for one in ast.walk(node):
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            yield one.value


def _knows_rows_of_runs(source: str) -> bool:
    return any(
        alias.name in ("Run", "RunEvent", "models")
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom) and node.module in ("rota.runs.models", "rota.runs")
        for alias in node.names
    )
