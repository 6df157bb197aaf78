"""Assignments for tests."""

from rota.agents.models import Agent
from rota.assignments import service
from rota.assignments.models import Assignment
from rota.platform.kernel.actor import SYSTEM
from rota.platform.resources import Resources
from rota.platform.unit_of_work import unit_of_work
from rota.tasks.models import Task
from rota.wiring import RULES
from tests.agents import factories as agents
from tests.tasks import factories as tasks


async def assignment(
    resources: Resources, agent: Agent | None = None, task: Task | None = None
) -> Assignment:
    agent = agent or await agents.agent(resources)
    task = task or await tasks.task(resources)
    async with unit_of_work(resources, RULES, SYSTEM) as work:
        return await service.assign_task(work, str(agent.id), str(task.id))


async def unassigned(resources: Resources, assignment: Assignment) -> Assignment:
    async with unit_of_work(resources, RULES, SYSTEM) as work:
        return await service.unassign_task(work, str(assignment.id))
