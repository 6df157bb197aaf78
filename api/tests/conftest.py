"""What every test can ask for: real stores, what a process holds open, an actor, GraphQL."""

import gc
import signal
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any, Protocol

import pytest
from graphql import ExecutionResult
from hypothesis import settings as hypothesis_settings
from xdist.scheduler import LoadScopeScheduling

from rota.graphql.context import Context
from rota.graphql.errors import present
from rota.graphql.planning.execution import Interpreter, Refused, answer
from rota.migrations.runner import migrate
from rota.platform.crypto import new_key
from rota.platform.kernel import jsontext
from rota.platform.kernel.actor import Actor, Role
from rota.platform.resources import Resources, open_resources
from rota.platform.settings import Settings
from rota.platform.storage.database import connection, fetch
from rota.platform.storage.records import Row
from rota.schema import BATCH_READS, build_schema
from rota.slices import modules
from rota.wiring import RULES
from tests.dose import tried
from tests.stores import Stores, open_stores

# Each after those that it refers to.
TABLES = ", ".join(
    model._meta.db_table
    for module in modules("models")
    for model in vars(module).values()
    if isinstance(model, type)
    and issubclass(model, Row)
    and model.__module__ == module.__name__
    and not model._meta.abstract
)
SCHEMA = build_schema()
INTERPRETER = Interpreter(SCHEMA)

# How long an example may take is the machine's affair.
hypothesis_settings.register_profile("rota", hypothesis_settings.default, deadline=None)
hypothesis_settings.load_profile("rota")

# Whoever starts the tests in the background may ignore it, and their children would too.
signal.signal(signal.SIGINT, signal.default_int_handler)


FAULTS = "api/tests/faults/"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The faults begin: they take the longest."""
    items.sort(key=lambda item: not item.nodeid.startswith(FAULTS))


def pytest_collection_finish() -> None:
    """What is loaded by now stays: the collector need not look at it again and again."""
    gc.collect()
    gc.freeze()


class Shared(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Of two processes one takes the faults, which mostly wait; a file's tests share fixtures."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return FAULTS if file.startswith(FAULTS) else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Shared:
    return Shared(config, log)


@pytest.fixture(scope="session")
async def stores(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stores]:
    async with open_stores(tmp_path_factory.mktemp("stores")) as stores:
        await migrate(stores.database_url)
        yield stores


@pytest.fixture(scope="session")
def settings(stores: Stores, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(
        data_dir=tmp_path_factory.mktemp("data"),
        database_url=stores.database_url,
        redis_url=stores.redis_url,
        encryption_keys=(new_key(),),
    )


@pytest.fixture(scope="session")
async def shared_resources(settings: Settings) -> AsyncIterator[Resources]:
    async with open_resources(settings, nouns=["*"]) as resources:
        await resources.bus.connected.wait()
        yield resources
        left = await fetch(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' "
            "AND tablename <> ALL ($1::text[])",
            ["aerich", *TABLES.split(", ")],
        )
        assert not left, f"A test left {left} behind."


@pytest.fixture
async def resources(shared_resources: Resources) -> Resources:
    """What a process holds open, on empty tables: a hundred times quicker than by TRUNCATE."""
    tables = reversed(TABLES.split(", "))
    await connection().execute_script("".join(f"DELETE FROM {table};" for table in tables))
    await shared_resources.redis.flushdb()
    return shared_resources


@pytest.fixture
def owner() -> Actor:
    return Actor(name="Ada", role=Role.OWNER)


class GraphQL(Protocol):
    async def __call__(self, document: str, role: Role = Role.OWNER, **variables: Any) -> Any: ...


@pytest.fixture
def graphql(resources: Resources) -> GraphQL:
    """Runs an operation as the API would: the data, or {"errors": …} where there are any."""

    async def run(document: str, role: Role = Role.OWNER, **variables: Any) -> Any:
        context = context_for(resources, Actor(name="Ada", role=role))
        result = await execute(document, variables, context)
        if result.errors:
            return {"errors": [present(error, "test") for error in result.errors]}
        return read_whole(result.data)

    return run


def read_whole(data: Any) -> Any:
    """With the JSON in it that stayed text read, and moments as the text that they become."""
    if isinstance(data, datetime):
        return jsontext.loads(jsontext.dump_bytes(data))
    if isinstance(data, jsontext.Written | jsontext.LongText):
        return jsontext.loads(data.written())
    if isinstance(data, dict):
        return {name: read_whole(value) for name, value in data.items()}
    return [read_whole(value) for value in data] if isinstance(data, list) else data


async def execute(
    document: str,
    variables: dict[str, Any],
    context: Context,
    interpreter: Interpreter = INTERPRETER,
) -> ExecutionResult:
    try:
        return await answer(interpreter.prepare(document, variables, None, context))
    except Refused as refused:
        return ExecutionResult(None, refused.errors)


def context_for(resources: Resources, actor: Actor) -> Context:
    return Context(resources, RULES, BATCH_READS, actor, request_id="test")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if tried:
        terminalreporter.section("tried")
    for what, number in sorted(tried.items()):
        terminalreporter.write_line(f"{number:>9,}  {what}")
