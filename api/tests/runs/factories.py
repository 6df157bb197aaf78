"""Runs for tests, with all that they come from."""

import asyncio
from itertools import count
from typing import Any, cast

from rota.agents.service import NewAgent, create_agent
from rota.assignments.models import Assignment
from rota.assignments.service import assign_task
from rota.inference.settings import SettingsChanges
from rota.platform.kernel.actor import SYSTEM
from rota.platform.resources import Resources
from rota.platform.unit_of_work import Rules, unit_of_work
from rota.providers.models import Provider, ProviderType
from rota.runs.models import TERMINAL, Run, RunEvent
from rota.runs.queueing import run_task
from rota.tasks.service import NewTask, create_task
from rota.wiring import RULES
from tests.providers.factories import provider

_numbers = count(1)
CLASSIFICATION = {
    "type": "object",
    "properties": {
        "category": {"enum": ["bug", "feature", "question", "discussion"]},
        "confidence": {"type": "number", "minimum": 0, "maximum": 1},
    },
    "required": ["category", "confidence"],
    "additionalProperties": False,
}
MESSAGE = {
    "type": "object",
    "properties": {"message": {"type": "string"}},
    "required": ["message"],
}


async def assignment(
    resources: Resources,
    *,
    base_url: str | None = "http://127.0.0.1:9/v1",
    type: ProviderType = ProviderType.OPENAI_COMPATIBLE,
    api_key: str | None = None,
    on: Provider | None = None,
    request_schema: dict[str, Any] | None = MESSAGE,
    response_schema: dict[str, Any] = CLASSIFICATION,
    user_prompt: str | None = "Classify: {{message}}",
    model_settings: SettingsChanges | None = None,
) -> Assignment:
    number = next(_numbers)
    on = on or await provider(resources, type=type, base_url=base_url, api_key=api_key)
    async with unit_of_work(resources, RULES, SYSTEM) as work:
        agent = await create_agent(
            work,
            NewAgent(
                name=f"Classifier {number}",
                provider_id=str(on.id),
                system_prompt="You sort messages.",
                user_prompt=user_prompt,
                model_name="small",
                model_settings=model_settings or {},
            ),
        )
        task = await create_task(
            work,
            NewTask(
                name=f"Classify {number}",
                request_schema=request_schema,
                response_schema=response_schema,
            ),
        )
    async with unit_of_work(resources, RULES, SYSTEM) as work:
        return await assign_task(work, str(agent.id), str(task.id))


async def queued(
    resources: Resources,
    at: Assignment | None = None,
    value: Any = None,
    key: str | None = None,
    rules: Rules = RULES,
) -> Run:
    at = at or await assignment(resources)
    value = {"message": "It crashes."} if value is None else value
    return await run_task(resources, rules, str(at.id), value, actor=SYSTEM, key=key)


async def ended(resources: Resources, run: Run) -> Run:
    """The run once it is over."""
    async with resources.bus.subscribe("run_event", str(run.id)) as wake, asyncio.timeout(30):
        while True:
            run = await Run.get(id=run.id)
            if run.status in TERMINAL:
                return run
            await wake.wait(1.0)


async def done(resources: Resources, url: str, **settings: Any) -> Run:
    """A run at a vendor's address, by an agent of these settings, once it is over."""
    chosen = cast("SettingsChanges", settings)
    at = await assignment(resources, base_url=url, model_settings=chosen)
    return await ended(resources, await queued(resources, at))


async def reached(resources: Resources, run: Run, type: str) -> RunEvent:
    """The first event of this type, once it is there."""
    async with resources.bus.subscribe("run_event", str(run.id)) as wake, asyncio.timeout(30):
        while True:
            event = await RunEvent.filter(run_id=run.id, type=type).order_by("sequence").first()
            if event:
                return event
            await wake.wait(1.0)


async def history(run: Run) -> list[str]:
    """The types of its events; their sequence is checked on the way."""
    events = await RunEvent.filter(run_id=run.id).order_by("sequence")
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))
    return [event.type.value for event in events]
