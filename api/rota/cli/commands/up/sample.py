"""The first provider, agent, task and assignment, so that there is something to run at once."""

import json
from pathlib import Path
from typing import Any

from rota.agents.models import Agent
from rota.agents.service import NewAgent, create_agent
from rota.assignments.models import Assignment
from rota.assignments.service import assign_task, list_assignments
from rota.local.folders import write_private
from rota.local.local_model import LocalModel
from rota.platform.crypto import Secret
from rota.platform.unit_of_work import UnitOfWork
from rota.providers.models import Provider, ProviderType
from rota.providers.service import (
    NewProvider,
    create_provider,
    get_provider,
    update_provider,
)
from rota.tasks.models import Task
from rota.tasks.service import NewTask, create_task

RECORD = "sample.json"
AGENT, TASK = "Message Classifier", "Classify Message"
DEMO = "Local demo model"
OLLAMA = NewProvider("Local Ollama", ProviderType.OLLAMA, "http://localhost:11434", None)
OLLAMA_MODEL = "llama3.2"
MESSAGE = "The export button does nothing since the last update."

REQUEST: dict[str, Any] = {
    "type": "object",
    "properties": {"message": {"type": "string", "minLength": 1, "maxLength": 4000}},
    "required": ["message"],
    "additionalProperties": False,
}
# Every text has an end, so that a small model finds one too.
RESPONSE: dict[str, Any] = {
    "type": "object",
    "properties": {
        "category": {"type": "string", "enum": ["bug", "feature", "question", "discussion"]},
        "confidence": {"type": "number", "minimum": 0, "maximum": 1},
        "reasoning": {"type": "string", "maxLength": 200},
    },
    "required": ["category", "confidence"],
    "additionalProperties": False,
}
# The demo model was never taught to follow orders: it goes on with a text. Examples show it how.
EXAMPLES = (
    ("The app closes itself whenever I rotate the phone.", "bug", 0.99),
    ("Could you add a dark theme?", "feature", 0.98),
    ("How do I change my password?", "question", 0.97),
    ("Which of the two layouts do you all prefer, and why?", "discussion", 0.96),
    ("Saving a file with an empty name shows error 500.", "bug", 0.95),
    ("Please let us export the list as a spreadsheet.", "feature", 0.99),
    ("What is the price for ten users?", "question", 0.98),
    ("I am curious how others name their projects.", "discussion", 0.97),
    ("Since yesterday the calendar stays empty.", "bug", 0.96),
    ("It would help if reports could be sent by mail.", "feature", 0.95),
    ("Where do I see my usage?", "question", 0.99),
    ("Does anybody else find the menu too long? Let us talk about it.", "discussion", 0.98),
)
REASONS = {
    "bug": "Something is broken.",
    "feature": "Something new is wanted.",
    "question": "Something is asked.",
    "discussion": "Others' views are wanted.",
}
SYSTEM_PROMPT = "\n\n".join(
    (
        "Sort each message into one category: bug, feature, question or discussion.",
        *(
            f"Message: {message}\nAnswer: "
            + json.dumps({"category": kind, "confidence": sure, "reasoning": REASONS[kind]})
            for message, kind, sure in EXAMPLES
        ),
    )
)
USER_PROMPT = "Message: {{message}}\nAnswer:"


async def lay_sample(work: UnitOfWork, model: LocalModel | None, data_dir: Path) -> None:
    """On an empty installation only: as soon as there is anything, it is the user's."""
    if await Provider.exists() or await Agent.exists() or await Task.exists():
        return
    draft = _demo(model) if model else OLLAMA
    provider = await create_provider(work, draft)
    agent = await create_agent(
        work,
        NewAgent(
            name=AGENT,
            description="Tells bugs, features, questions and discussions apart.",
            provider_id=str(provider.id),
            system_prompt=SYSTEM_PROMPT,
            user_prompt=USER_PROMPT,
            model_name=model.model_name if model else OLLAMA_MODEL,
            model_settings={"temperature": 0.0, "max_tokens": 160, "timeout_seconds": 120},
        ),
    )
    task = await create_task(
        work,
        NewTask(
            name=TASK,
            description="Sorts a message into one of four categories, and says how sure it is.",
            request_schema=REQUEST,
            response_schema=RESPONSE,
        ),
    )
    await assign_task(work, str(agent.id), str(task.id))
    if model:
        _note(data_dir, provider)


async def follow_model(work: UnitOfWork, model: LocalModel, data_dir: Path) -> None:
    """The demo model's port or key may be another one than at the start before. A provider
    that somebody gave another address meanwhile is theirs."""
    try:
        known = json.loads((data_dir / RECORD).read_text("utf-8"))
        known_id, address = str(known["provider"]), known["address"]
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return
    provider = await get_provider(known_id)
    if provider is None or provider.base_url != address:
        return
    changes = _demo(model)
    provider = await update_provider(
        work, known_id, {"base_url": changes.base_url, "api_key": changes.api_key}, None
    )
    _note(data_dir, provider)


async def sample_assignment() -> Assignment | None:
    """While it can still be run as it was laid down."""
    page = await list_assignments(100, None, AGENT, is_active=True)
    for assignment in page.rows:
        if (assignment.agent_name, assignment.task_name) == (AGENT, TASK):
            return assignment if await Agent.exists(id=assignment.agent_id) else None
    return None


def _demo(model: LocalModel) -> NewProvider:
    key = Secret(model.api_key)
    return NewProvider(DEMO, ProviderType.OPENAI_COMPATIBLE, model.base_url, key)


def _note(data_dir: Path, provider: Provider) -> None:
    known = {"provider": str(provider.id), "address": provider.base_url}
    write_private(data_dir / RECORD, json.dumps(known))
