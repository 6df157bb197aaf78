"""The least it can cost in Python: rows, dictionaries, orjson and a server, nothing else."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

AGENTS = """
SELECT a.id, a.name, a.description, a.model_name, a.revision, a.created_at, a.updated_at,
    p.id, p.name, p.type, p.validation_status
FROM agent a JOIN provider p ON p.id = a.provider_id ORDER BY a.name_key LIMIT $1
"""
ASSIGNMENTS = """
SELECT s.agent_id, s.id, s.is_active, s.assigned_at, t.id, t.name, t.revision
FROM assignment s JOIN task t ON t.id = s.task_id
WHERE s.agent_id = ANY($1) AND s.is_active ORDER BY s.id DESC
"""


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    async with asyncpg.create_pool(os.environ["BENCH_DATABASE_URL"], max_size=10) as pool:
        app.state.pool = pool
        yield


async def agents(request: Request) -> Response:
    async with request.app.state.pool.acquire() as connection:
        rows = await connection.fetch(AGENTS, int(request.query_params["first"]))
        of_agents = await connection.fetch(ASSIGNMENTS, [row[0] for row in rows])
    grouped: dict[Any, list[Any]] = {row[0]: [] for row in rows}
    for agent, key, is_active, assigned_at, task, name, revision in of_agents:
        grouped[agent].append(
            {
                "id": str(key),
                "isActive": is_active,
                "assignedAt": assigned_at,
                "task": {"id": str(task), "name": name, "revision": revision},
            }
        )
    answer = [
        {
            "id": str(row[0]),
            "name": row[1],
            "description": row[2],
            "modelName": row[3],
            "revision": row[4],
            "createdAt": row[5],
            "updatedAt": row[6],
            "provider": {
                "id": str(row[7]),
                "name": row[8],
                "type": row[9],
                "validationStatus": row[10],
            },
            "assignments": grouped[row[0]],
        }
        for row in rows
    ]
    return Response(orjson.dumps(answer), media_type="application/json")


app = Starlette(routes=[Route("/agents", agents)], lifespan=lifespan)
