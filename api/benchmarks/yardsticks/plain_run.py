"""A typed call made by hand: FastAPI, pydantic-ai and one insert. Nothing is durable or live."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Literal
from uuid import uuid4

from fastapi import FastAPI
from pydantic import BaseModel, Field
from pydantic_ai import Agent, NativeOutput
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

from benchmarks.yardsticks.models import Run

engine = create_async_engine(os.environ["BENCH_DATABASE_URL"], pool_size=10)
sessions = async_sessionmaker(engine, expire_on_commit=False)


class Message(BaseModel):
    message: str


class Classification(BaseModel):
    category: Literal["bug", "feature", "question", "discussion"]
    confidence: float = Field(ge=0, le=1)
    reasoning: str = ""


vendor = OpenAIProvider(base_url=os.environ["BENCH_VENDOR_URL"], api_key="none")
agent = Agent(
    OpenAIChatModel("small", provider=vendor),
    output_type=NativeOutput(Classification),
    system_prompt="You sort messages into categories, and say how sure you are.",
)


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    async with engine.begin() as connection:
        await connection.run_sync(Run.__table__.create, checkfirst=True)
    yield


app = FastAPI(lifespan=lifespan)


@app.post("/runs")
async def run(message: Message) -> Classification:
    result = await agent.run(message.message)
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
