"""Opens a provider's key and builds the pydantic-ai model that talks to it: what a run sends is
what its agent says and nothing more (docs/decisions/0007)."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from openai import AsyncOpenAI, Omit
from pydantic_ai import NativeOutput
from pydantic_ai.messages import (
    ModelMessage,
    ModelRequest,
    ModelRequestPart,
    RetryFeedbackPart,
    UserPromptPart,
)
from pydantic_ai.models import Model, ModelRequestParameters
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.profiles import ModelProfile, merge_profile
from pydantic_ai.profiles.openai import OpenAIModelProfile
from pydantic_ai.providers import Provider as Vendor
from pydantic_ai.providers.ollama import OllamaProvider
from pydantic_ai.providers.openai import OpenAIProvider
from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider

from rota.platform.crypto import CannotOpen
from rota.platform.resources import Resources
from rota.providers import catalog
from rota.providers.errors import KeyUnusable
from rota.providers.models import Provider, ProviderType
from rota.providers.service import KEY_LOST, open_key

Answer = TypeVar("Answer")
NO_KEY = "none"
# A schema goes out as its author wrote it, texts as they are, and no explanations beside them.
LITERAL = OpenAIModelProfile(
    json_schema_transformer=None,
    supports_json_schema_output=True,
    openai_supports_strict_tool_definition=False,
    native_output_requires_schema_in_instructions=False,
    may_tokenize_special_tokens_in_content=False,
    supports_inline_system_prompts=True,
)
VENDORS: dict[ProviderType, Callable[[AsyncOpenAI], Vendor[AsyncOpenAI]]] = {
    ProviderType.OPENAI: lambda client: OpenAIProvider(openai_client=client),
    ProviderType.OLLAMA: lambda client: OllamaProvider(openai_client=client),
    ProviderType.OPENAI_COMPATIBLE: lambda client: OpenAICompatibleProvider(
        "openai-compatible", openai_client=client
    ),
}


def build_model(resources: Resources, provider: Provider, model_name: str) -> Model:
    """Raises KeyUnusable. Whoever runs it does the retrying: the vendor's SDK makes one attempt."""
    try:
        key = open_key(resources.cipher, resources.settings, provider)
    except CannotOpen:
        raise KeyUnusable(KEY_LOST) from None
    client = _Client(
        base_url=catalog.api_base(provider.type, provider.base_url, resources.settings.openai_url),
        api_key=key.reveal() if key else NO_KEY,
        http_client=resources.http,
        max_retries=0,
    )
    vendor = VENDORS[provider.type](client)
    profile = merge_profile(vendor.model_profile(model_name), LITERAL)
    return _Literal(model_name, provider=vendor, profile=_with_limits(provider.type, profile))


def output_spec(contract: type[Answer]) -> NativeOutput[Answer]:
    """The name is ours: vendors take few characters, and a schema's title may have any."""
    return NativeOutput(contract, name="output", template=False)


def _with_limits(kind: ProviderType, profile: ModelProfile) -> ModelProfile:
    """Under which name the limit on an answer's length goes out. Servers other than OpenAI know
    the older name; OpenAI's reasoning models, wherever they are served, only the newer one."""
    reasons = bool(profile.get("openai_supports_reasoning"))
    is_newer = kind is ProviderType.OPENAI or (kind is ProviderType.OPENAI_COMPATIBLE and reasons)
    return merge_profile(
        profile, OpenAIModelProfile(openai_chat_supports_max_completion_tokens=is_newer)
    )


class _Client(AsyncOpenAI):
    """Without what the SDK would add: headers from OPENAI_* variables, facts about this machine,
    and a key where there is none."""

    @property
    def default_headers(self) -> dict[str, str | Omit]:
        headers: dict[str, str | Omit] = {
            "Accept": "application/json",
            "Content-Type": "application/json",
        }
        if self.api_key == NO_KEY:
            headers["Authorization"] = Omit()
        return headers

    def _validate_headers(self, headers: Any, custom_headers: Any) -> None:
        """Many servers take no key."""


class _Literal(OpenAIChatModel):
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
