"""Runs and their events, as stored; which status may follow which."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from tortoise import fields

from rota.agents.models import Agent, AgentRevision
from rota.assignments.models import Assignment
from rota.inference.errors import RunErrorCode
from rota.inference.modes import OutputMode
from rota.platform.kernel.enums import DescribedStrEnum
from rota.platform.storage.json_column import JsonField
from rota.platform.storage.records import Row
from rota.providers.models import Provider
from rota.tasks.models import Task, TaskRevision


class RunStatus(DescribedStrEnum):
    """How far a run is."""

    QUEUED = "QUEUED", "It waits for a worker."
    RUNNING = "RUNNING", "A worker is on it."
    CANCELLING = "CANCELLING", "Asked to stop while running; only CANCELLED can follow."
    SUCCEEDED = "SUCCEEDED", "It has a valid output."
    FAILED = "FAILED", "It ended without an output."
    CANCELLED = "CANCELLED", "It was stopped."


TERMINAL = frozenset({RunStatus.SUCCEEDED, RunStatus.FAILED, RunStatus.CANCELLED})

FOLLOWS: dict[RunStatus, frozenset[RunStatus]] = {
    RunStatus.QUEUED: frozenset({RunStatus.RUNNING, RunStatus.CANCELLED}),
    RunStatus.RUNNING: frozenset(
        {RunStatus.QUEUED, RunStatus.CANCELLING, RunStatus.SUCCEEDED, RunStatus.FAILED}
    ),
    RunStatus.CANCELLING: frozenset({RunStatus.CANCELLED}),
    RunStatus.SUCCEEDED: frozenset(),
    RunStatus.FAILED: frozenset(),
    RunStatus.CANCELLED: frozenset(),
}


class EventType(StrEnum):
    QUEUED = "QUEUED"
    STARTED = "STARTED"
    OUTPUT_DELTA = "OUTPUT_DELTA"
    OUTPUT_REJECTED = "OUTPUT_REJECTED"
    RETRYING = "RETRYING"
    REQUEUED = "REQUEUED"
    CANCELLING = "CANCELLING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


LAST_EVENTS = frozenset({EventType.SUCCEEDED, EventType.FAILED, EventType.CANCELLED})


class Run(Row):
    """`attempt` counts claims and is the fence: only its holder may write.
    `lost_leases` counts the claims whose worker died, `interruptions` those whose worker could not
    go on, since the database did not take what it had to store."""

    LARGE = ("input", "output", "thoughts")

    id = fields.UUIDField(primary_key=True)
    status = fields.CharEnumField(RunStatus, max_length=10)
    assignment_id: UUID
    assignment: fields.ForeignKeyRelation[Assignment] = fields.ForeignKeyField(
        "models.Assignment", on_delete=fields.RESTRICT
    )
    agent_id: UUID
    agent: fields.ForeignKeyRelation[Agent] = fields.ForeignKeyField(
        "models.Agent", db_constraint=False, on_delete=fields.NO_ACTION
    )
    agent_name = fields.TextField()
    agent_revision_id: UUID
    agent_revision: fields.ForeignKeyRelation[AgentRevision] = fields.ForeignKeyField(
        "models.AgentRevision", on_delete=fields.RESTRICT
    )
    task_id: UUID
    task: fields.ForeignKeyRelation[Task] = fields.ForeignKeyField(
        "models.Task", db_constraint=False, on_delete=fields.NO_ACTION
    )
    task_name = fields.TextField()
    task_revision_id: UUID
    task_revision: fields.ForeignKeyRelation[TaskRevision] = fields.ForeignKeyField(
        "models.TaskRevision", on_delete=fields.RESTRICT
    )
    provider_id: UUID | None
    provider: fields.ForeignKeyNullableRelation[Provider] = fields.ForeignKeyField(
        "models.Provider", null=True, on_delete=fields.SET_NULL
    )
    input = JsonField[Any]()
    output = JsonField[Any](null=True)
    output_mode = fields.CharEnumField(OutputMode, max_length=20, null=True)
    thoughts: str | None = fields.TextField(null=True)
    error_code = fields.CharEnumField(RunErrorCode, max_length=20, null=True)
    error_message: str | None = fields.TextField(null=True)
    error_issues = JsonField[list[dict[str, Any]] | None](null=True)
    vendor_message: str | None = fields.TextField(null=True)
    idempotency_key: str | None = fields.TextField(null=True)
    created_by = fields.TextField()
    attempt = fields.IntField(default=0)
    lost_leases = fields.IntField(default=0)
    interruptions = fields.IntField(default=0)
    worker: str | None = fields.TextField(null=True)
    lease_until: datetime | None = fields.DatetimeField(null=True)
    last_sequence = fields.IntField(default=1)
    usage_requests = fields.IntField(default=0)
    usage_input_tokens = fields.IntField(default=0)
    usage_output_tokens = fields.IntField(default=0)
    usage_cached_tokens: int | None = fields.IntField(null=True)
    cost_usd: Decimal | None = fields.DecimalField(max_digits=20, decimal_places=10, null=True)
    queued_at = fields.DatetimeField()
    started_at: datetime | None = fields.DatetimeField(null=True)
    finished_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "run"


class RunEvent(Row):
    """Its identity is (run_id, sequence); Tortoise wants one column to call the key."""

    run_id = fields.UUIDField(primary_key=True)
    sequence = fields.IntField()
    type = fields.CharEnumField(EventType, max_length=20)
    at = fields.DatetimeField()
    data = JsonField[dict[str, Any]]()
    requests = JsonField[list[dict[str, Any]] | None](null=True)  # that led to it (requests.py)

    class Meta:
        table = "run_event"


class RuledOutMode(Row):
    """A server refused the mode for a model and a response schema, by its `message`. Counts as long
    as the provider has this connection revision."""

    id = fields.UUIDField(primary_key=True)
    provider_id: UUID
    provider: fields.ForeignKeyRelation[Provider] = fields.ForeignKeyField(
        "models.Provider", on_delete=fields.CASCADE
    )
    connection_revision = fields.IntField()
    model_name = fields.TextField()
    contract_digest = fields.TextField()
    mode = fields.CharEnumField(OutputMode, max_length=20)
    message = fields.TextField()
    ruled_out_at = fields.DatetimeField()

    class Meta:
        table = "ruled_out_mode"
