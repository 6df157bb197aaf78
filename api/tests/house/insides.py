"""Finds uses of other libraries' insides outside the files that are there for it."""

import ast
from collections.abc import Iterator
from pathlib import Path

# What inference uses has canaries of its own.
ROOMS = (
    *("graphql/**/*.py", "http/**/*.py", "platform/**/*.py", "migrations/*.py", "*.py"),
    *("*/schema.py", "*/types.py", "*/event_types.py", "*/service.py", "*/models.py"),
)
FENCED = (
    *("graphql/planning/", "http/socket.py", "http/server.py", "http/connection.py"),
    *("http/socket_connection.py", "platform/kernel/enums.py"),
    *("platform/storage/orm.py", "platform/storage/pool.py", "platform/messaging/queue.py"),
    "platform/http_client.py",
)
# Beyond these a module of theirs is not promised.
LIBRARIES = {
    "strawberry": {"strawberry"},
    "graphql": {"graphql"},
    "uvicorn": {"uvicorn"},
    "websockets": {"websockets"},
    "tortoise": {
        "tortoise",
        *(f"tortoise.{name}" for name in ("context", "exceptions", "expressions", "fields")),
        *("tortoise.models", "tortoise.queryset", "tortoise.transactions"),
    },
    "asyncpg": {"asyncpg"},
    "arq": {"arq"},
    "redis": {"redis", "redis.asyncio", "redis.exceptions"},
    "aiohttp": {"aiohttp", "aiohttp.abc"},
}


def insides_used(folder: Path) -> list[str]:
    """Each as file, line and what is used there."""
    files = sorted({file for room in ROOMS for file in folder.glob(room)})
    return [
        f"{name}:{line} {what}"
        for file in files
        if not (name := str(file.relative_to(folder))).startswith(FENCED)
        for line, what in _used(ast.parse(file.read_text(encoding="utf-8")))
    ]


def _used(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and not _is_promised(node.module):
            yield node.lineno, f"from {node.module}"
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if not _is_promised(alias.name):
                    yield node.lineno, f"import {alias.name}"
        elif isinstance(node, ast.Attribute) and _is_private(node.attr) and not _is_own(node.value):
            yield node.lineno, ast.unparse(node)


def _is_promised(module: str) -> bool:
    parts = module.split(".")
    if any(map(_is_private, parts)):
        return False
    return parts[0] not in LIBRARIES or module in LIBRARIES[parts[0]]


def _is_own(value: ast.expr) -> bool:
    return isinstance(value, ast.Name) and value.id in ("self", "cls")


def _is_private(name: str) -> bool:
    return (name.startswith("_") and not name.endswith("__")) or name == "__strawberry_definition__"
