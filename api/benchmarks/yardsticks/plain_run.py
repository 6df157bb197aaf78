"""A typed call made by hand: FastAPI, pydantic-ai and one insert. Nothing is durable or live."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import uuid4

from fastapi import FastAPI
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

from benchmarks.yardsticks.classification import Classification, Message, agent, model
from benchmarks.yardsticks.models import Run

engine = create_async_engine(os.environ["BENCH_DATABASE_URL"], pool_size=10)
sessions = async_sessionmaker(engine, expire_on_commit=False)


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    async with engine.begin() as connection:
        await connection.run_sync(Run.__table__.create, checkfirst=True)
    yield


app = FastAPI(lifespan=lifespan)


@app.post("/runs")
async def run(message: Message) -> Classification:
    result = await agent.run(message.message, model=model(message.model))
    row = Run(
        id=uuid4(),
        input=message.model_dump(),
        output=result.output.model_dump(),
        at=datetime.now(UTC),
    )
    async with sessions() as session:
        session.add(row)
        await session.commit()
    return result.output
