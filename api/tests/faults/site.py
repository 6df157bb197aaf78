"""A whole Rota for the harness: engines, two APIs, two workers, a vendor, an agent that runs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from random import Random

from rota.platform.crypto import new_key
from tests.faults.engines import OwnEngines, own_engines
from tests.faults.programs import Program
from tests.faults.vendor import CountingVendor
from tests.http.process import free_port
from tests.runs.heard import TABLE
from tests.scenarios.client import Client
from tests.scenarios.conftest import environment, rota
from tests.scenarios.documents import (
    ASSIGN_TASK,
    CLASSIFICATION_SCHEMA,
    CREATE_AGENT,
    CREATE_PROVIDER,
    CREATE_TASK,
    MESSAGE_SCHEMA,
)
from tests.vendors.server import serve

PATIENT, IMPATIENT = "patient", "impatient"
DEADLINES = {PATIENT: 60, IMPATIENT: 4}


@dataclass
class Site:
    engines: OwnEngines
    vendor: CountingVendor
    apis: list[Program]
    workers: list[Program]
    environment: dict[str, str]
    listens: bool = False
    secret: str = ""
    assignments: dict[str, str] = field(default_factory=dict)
    numbers: "count[int]" = field(default_factory=lambda: count(1))
    # Whoever takes a store away, or relies on both, holds this.
    stores: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def all_ended(self, seconds: float) -> bool:
        """Whether every run does; or else it is plain that one never will."""
        unfinished = "SELECT count(*) FROM run WHERE finished_at IS NULL"
        try:
            async with asyncio.timeout(seconds), self.engines.sql() as connection:
                while await connection.fetchval(unfinished):  # noqa: ASYNC110 (tables give no signal)
                    await asyncio.sleep(0.2)
        except TimeoutError:
            return False
        return True


@asynccontextmanager
async def own_site(
    folder: Path,
    random: Random,
    *,
    apis: int = 2,
    workers: int = 2,
    without: str | None = None,
    listens: bool = False,
) -> AsyncIterator[Site]:
    """`listens`: to every transition, in all processes, by a listener that fails now and then."""
    launch = [*(["--listens"] if listens else []), *(["--without", without] if without else [])]
    folder.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240 (once, before anything runs)
    async with AsyncExitStack() as stack:
        engines = await stack.enter_async_context(own_engines(folder / "engines"))
        vendor = CountingVendor(random)
        vendor_url = await stack.enter_async_context(serve(vendor.double.app))
        environ = environment(
            DATABASE_URL=engines.database_url,
            REDIS_URL=engines.redis_url,
            ENCRYPTION_KEY=new_key(),
            ROTA_DATA_DIR=str(folder / "data"),
        )
        ports = [free_port() for _ in range(apis)]
        serving = [
            Program(
                "serve",
                {**environ, "ROTA_PORT": str(port)},
                folder / f"api-{number}.log",
                f"http://127.0.0.1:{port}",
                launch,
            )
            for number, port in enumerate(ports)
        ]
        working = [
            Program("worker", environ, folder / f"worker-{number}.log", launch=launch)
            for number in range(workers)
        ]
        site = Site(engines, vendor, serving, working, environ, listens)
        await _command(site, "migrate")
        if listens:
            async with engines.sql() as connection:
                await connection.execute(TABLE)
        for program in (*serving, *working):
            stack.push_async_callback(program.stop)
            await program.start()
        for api in serving:
            await api.ready()
        site.secret = await _command(site, "token", "create", "--name", "Ann", "--role", "OWNER")
        client = Client(serving[0].url, site.secret)
        stack.push_async_callback(client.close)
        await _set_up(site, client, f"{vendor_url}/v1")
        yield site


async def _command(site: Site, *arguments: str) -> str:
    names = ("DATABASE_URL", "REDIS_URL", "ENCRYPTION_KEY", "ROTA_DATA_DIR")
    return await rota(*arguments, **{name: site.environment[name] for name in names})


async def _set_up(site: Site, client: Client, vendor_url: str) -> None:
    created = await client.change(
        CREATE_PROVIDER, name="Vendor", type="OPENAI_COMPATIBLE", baseUrl=vendor_url
    )
    task = await client.change(
        CREATE_TASK,
        name="Sort",
        requestSchema=MESSAGE_SCHEMA,
        responseSchema=CLASSIFICATION_SCHEMA,
    )
    for name, seconds in DEADLINES.items():
        agent = await client.change(
            CREATE_AGENT,
            name=name,
            providerId=created["provider"]["id"],
            systemPrompt="You sort messages.",
            userPrompt="{{message}}",
            modelName="small",
            modelSettings={"timeoutSeconds": seconds},
        )
        ids = {"agentId": agent["agent"]["id"], "taskId": task["task"]["id"]}
        assigned = await client.change(ASSIGN_TASK, **ids)
        site.assignments[name] = assigned["assignment"]["id"]
