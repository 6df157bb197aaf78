"""The one place that knows pydantic-ai: its agents lead a conversation through its corrections."""

from functools import cache
from typing import Any

from pydantic_ai import Agent, ModelRetry, RunContext
from pydantic_ai.capabilities import CombinedCapability
from pydantic_ai.exceptions import UnexpectedModelBehavior
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart
from pydantic_ai.models import Model, ModelRequestParameters
from pydantic_ai.settings import ModelSettings

from rota.inference.conversation import Conversation


class ConversationModel(Model[Any]):
    """Asks within a conversation, which knows what to send and what was heard."""

    def __init__(self, conversation: Conversation) -> None:
        super().__init__()
        self._conversation = conversation

    @property
    def model_name(self) -> str:
        return self._conversation.target.names.model

    @property
    def system(self) -> str:
        return "rota"

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        await self._conversation.ask_once()
        # Judged is what the conversation heard; an agent takes no empty text for an answer.
        return ModelResponse(parts=[TextPart("heard")])


async def lead(conversation: Conversation, retries: int) -> bool:
    """Asks until an answer keeps its contract, at most so many times more than once: whether one
    does. Raises what the conversation raises."""
    try:
        await _agent(retries).run(
            conversation.prompt.user, model=ConversationModel(conversation), deps=conversation
        )
    except UnexpectedModelBehavior:
        if not conversation.rejected:
            raise
        return False
    return True


@cache
def _agent(retries: int) -> Agent[Conversation, str]:
    agent = Agent(output_type=str, deps_type=Conversation, name="rota", retries={"output": retries})
    # What looks for tools and for what tools leave behind: there are none, and each step would ask.
    agent._root_capability = CombinedCapability([])

    @agent.output_validator
    async def judge(context: RunContext[Conversation], text: str) -> str:
        if await context.deps.judge():
            raise ModelRetry("It breaks its contract.")
        return text

    return agent
