"""All that is used of the insides of pydantic-ai: that a conversation stays as it is, and what lies
beneath its errors."""

from collections.abc import Iterator
from dataclasses import replace

from pydantic_ai.exceptions import ModelAPIError
from pydantic_ai.messages import (
    ModelMessage,
    ModelRequest,
    ModelRequestPart,
    RetryFeedbackPart,
    UserPromptPart,
)
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.profiles.openai import OpenAIModelProfile

# A schema goes out as its author wrote it, texts as they are, and no explanations beside them.
LITERAL = OpenAIModelProfile(
    json_schema_transformer=None,
    supports_json_schema_output=True,
    openai_supports_strict_tool_definition=False,
    native_output_requires_schema_in_instructions=False,
    may_tokenize_special_tokens_in_content=False,
    supports_inline_system_prompts=True,
)


class LiteralModel(OpenAIChatModel):
    """Keeps the conversation as it is. The library would put notes of its own beside texts that
    look like its markup, and explain them in the system prompt."""

    def prepare_messages(
        self,
        messages: list[ModelMessage],
        model_request_parameters: ModelRequestParameters | None = None,
    ) -> list[ModelMessage]:
        return [
            replace(message, parts=[_as_said(part) for part in message.parts])
            if isinstance(message, ModelRequest)
            else message
            for message in messages
        ]


def _as_said(part: ModelRequestPart) -> ModelRequestPart:
    if isinstance(part, RetryFeedbackPart):
        return UserPromptPart(content=part.model_response(), timestamp=part.timestamp)
    return part


def is_redirect(error: ModelAPIError) -> bool:
    """It has no class and no status for one, but is raised from the SDK's error."""
    status = getattr(error.__cause__, "status_code", 0)
    return 300 <= status < 400


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error, the SDK's below it, and what our own client raised below that."""
    while error is not None:
        yield error
        error = error.__cause__
