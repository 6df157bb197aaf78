"""What a good developer writes without Rota: FastAPI, SQLModel and asyncpg."""

import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import Depends, FastAPI
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import selectinload
from sqlmodel import select

from benchmarks.yardsticks.models import Agent, Assignment

engine = create_async_engine(os.environ["BENCH_DATABASE_URL"], pool_size=10)
sessions = async_sessionmaker(engine, expire_on_commit=False)
app = FastAPI()


async def session() -> AsyncIterator[AsyncSession]:
    async with sessions() as opened:
        yield opened


Session = Annotated[AsyncSession, Depends(session)]


class Camel(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, from_attributes=True)


class ProviderOut(Camel):
    id: UUID
    name: str
    type: str
    validation_status: str


class TaskOut(Camel):
    id: UUID
    name: str
    revision: int


class AssignmentOut(Camel):
    id: UUID
    is_active: bool
    assigned_at: datetime
    task: TaskOut


class AgentOut(Camel):
    id: UUID
    name: str
    description: str | None
    model_name: str
    revision: int
    created_at: datetime
    updated_at: datetime
    provider: ProviderOut
    assignments: list[AssignmentOut]


class AgentIn(Camel):
    name: str
    description: str | None = None
    provider_id: UUID
    system_prompt: str
    user_prompt: str | None = None
    model_name: str
    model_settings: dict[str, Any] = {}


class AgentMade(Camel):
    id: UUID
    name: str
    revision: int


@app.get("/agents")
async def agents(session: Session, first: int = 50) -> list[AgentOut]:
    found = await session.execute(
        select(Agent)
        .options(
            selectinload(Agent.provider),
            selectinload(Agent.assignments).selectinload(Assignment.task),
        )
        .order_by(Agent.name_key)
        .limit(first)
    )
    return [AgentOut.model_validate(agent) for agent in found.scalars()]


@app.post("/agents", status_code=201)
async def create_agent(new: AgentIn, session: Session) -> AgentMade:
    now = datetime.now(UTC)
    agent = Agent(
        id=uuid4(),
        name_key=new.name.casefold(),
        revision=1,
        created_at=now,
        updated_at=now,
        **new.model_dump(),
    )
    session.add(agent)
    await session.commit()
    return AgentMade.model_validate(agent)
