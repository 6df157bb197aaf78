"""The least that a typed run can cost in Python: a request to the vendor, a check, one insert."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import asyncpg
import httpx
import jsonschema_rs
import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.scenarios.documents import CLASSIFICATION_SCHEMA

TABLE = """
CREATE TABLE IF NOT EXISTS floor_run (
    id UUID PRIMARY KEY, input JSON NOT NULL, output JSON NOT NULL,
    at TIMESTAMPTZ NOT NULL DEFAULT now()
)
"""
INSERT = "INSERT INTO floor_run (id, input, output) VALUES ($1, $2, $3)"
INSTRUCTIONS = "You sort messages into categories, and say how sure you are."
FORMAT = {
    "type": "json_schema",
    "json_schema": {"name": "answer", "schema": CLASSIFICATION_SCHEMA, "strict": True},
}
validator = jsonschema_rs.validator_for(CLASSIFICATION_SCHEMA)


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    async with (
        asyncpg.create_pool(os.environ["BENCH_DATABASE_URL"], max_size=10) as app.state.pool,
        httpx.AsyncClient(base_url=os.environ["BENCH_VENDOR_URL"], trust_env=False) as vendor,
    ):
        app.state.vendor = vendor
        await app.state.pool.execute(TABLE)
        yield


async def run(request: Request) -> Response:
    body = await request.body()
    asked = {
        "model": "small",
        "messages": [
            {"role": "system", "content": INSTRUCTIONS},
            {"role": "user", "content": orjson.loads(body)["message"]},
        ],
        "response_format": FORMAT,
    }
    vendor, pool = request.app.state.vendor, request.app.state.pool
    answer = await vendor.post("/chat/completions", content=orjson.dumps(asked))
    answer.raise_for_status()
    content = orjson.loads(answer.content)["choices"][0]["message"]["content"]
    validator.validate(orjson.loads(content))
    await pool.execute(INSERT, uuid4(), body.decode(), content)
    return Response(content, media_type="application/json")


app = Starlette(routes=[Route("/runs", run, methods=["POST"])], lifespan=lifespan)
