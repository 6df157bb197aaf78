"""Prompts and inputs that break others: what goes out is what was written (R7)."""

from typing import Any

import pytest

from rota.agents.service import AgentChanges, update_agent
from rota.platform.kernel.actor import SYSTEM
from rota.platform.resources import Resources
from rota.platform.unit_of_work import unit_of_work
from rota.wiring import RULES
from tests.runs.conftest import Server
from tests.runs.factories import assignment, ended, queued
from tests.vendor_cases.cases import cases

OBJECT = {"type": "object"}


@pytest.mark.usefixtures("run_loop")
@pytest.mark.parametrize("case", cases("prompt"), ids=lambda case: case["id"])
async def test_R7_prompts_go_out_as_they_were_written(
    resources: Resources, vendor: Server, case: dict[str, Any]
) -> None:
    at = await assignment(
        resources,
        base_url=vendor.url,
        request_schema=OBJECT if isinstance(case["input"], dict) else None,
        user_prompt=case["user"],
    )
    async with unit_of_work(resources, RULES, SYSTEM) as work:
        await update_agent(work, str(at.agent_id), AgentChanges(system_prompt=case["system"]), None)
    await ended(resources, await queued(resources, at, case["input"]))
    system, user = vendor.chats[0].body["messages"]
    assert system["content"].startswith(case["system"])
    assert user["content"] == case["expect"]["sent"]
