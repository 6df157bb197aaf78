"""The product's tables as SQLModel has them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, DateTime
from sqlalchemy.dialects.postgresql import JSON, JSONB
from sqlmodel import Field, Relationship, SQLModel


def moment() -> Any:
    return Field(sa_type=DateTime(timezone=True))


class Provider(SQLModel, table=True):
    id: UUID = Field(primary_key=True)
    name: str
    type: str
    validation_status: str


class Task(SQLModel, table=True):
    id: UUID = Field(primary_key=True)
    name: str
    revision: int


class Assignment(SQLModel, table=True):
    id: UUID = Field(primary_key=True)
    agent_id: UUID = Field(foreign_key="agent.id")
    task_id: UUID = Field(foreign_key="task.id")
    is_active: bool
    assigned_at: datetime = moment()
    task: Task = Relationship()


class Agent(SQLModel, table=True):
    id: UUID = Field(primary_key=True)
    name: str
    name_key: str
    description: str | None = None
    provider_id: UUID = Field(foreign_key="provider.id")
    system_prompt: str
    user_prompt: str | None = None
    model_name: str
    model_settings: dict[str, Any] = Field(sa_column=Column(JSONB))
    revision: int
    created_at: datetime = moment()
    updated_at: datetime = moment()
    provider: Provider = Relationship()
    assignments: list[Assignment] = Relationship(
        sa_relationship_kwargs={
            "primaryjoin": "and_(Agent.id == Assignment.agent_id, Assignment.is_active)",
            "order_by": "Assignment.id.desc()",
        }
    )


class Run(SQLModel, table=True):
    """A table of its own: what a hand-made endpoint keeps."""

    __tablename__ = "plain_run"
    id: UUID = Field(primary_key=True)
    input: Any = Field(sa_column=Column(JSON))
    output: Any = Field(sa_column=Column(JSON))
    at: datetime = moment()
