"""OpenAI's chat completions, literally: what is asked is what goes out, and nothing more
(docs/decisions/0007)."""

from collections.abc import Callable

from openai import AsyncOpenAI
from pydantic_ai.models import Model
from pydantic_ai.profiles import merge_profile
from pydantic_ai.profiles.openai import OpenAIModelProfile
from pydantic_ai.providers import Provider
from pydantic_ai.providers.ollama import OllamaProvider
from pydantic_ai.providers.openai import OpenAIProvider
from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider

from rota.inference.insides import LITERAL, LiteralModel
from rota.inference.wires.sdk import open_sdk
from rota.platform.crypto import Secret
from rota.platform.resources import Resources
from rota.providers.vendors import ChatCompletions, Dialect

_DIALECTS: dict[Dialect, Callable[[AsyncOpenAI], Provider[AsyncOpenAI]]] = {
    "openai": lambda client: OpenAIProvider(openai_client=client),
    "ollama": lambda client: OllamaProvider(openai_client=client),
    "compatible": lambda client: OpenAICompatibleProvider(
        "openai-compatible", openai_client=client
    ),
}


def build_model(
    resources: Resources, how: ChatCompletions, url: str, key: Secret | None, model_name: str
) -> Model:
    """`url` is where the API begins. A request is one attempt: whoever asks does the retrying."""
    vendor = _DIALECTS[how.dialect](open_sdk(resources.http, url, key))
    profile = merge_profile(vendor.model_profile(model_name), LITERAL)
    # Servers other than OpenAI know the older name of the limit on an answer's length; OpenAI's
    # reasoning models, wherever they are served, only the newer one.
    is_newer = how.max_tokens_name == "max_completion_tokens" or (
        how.max_tokens_name is None and bool(profile.get("openai_supports_reasoning"))
    )
    limit = OpenAIModelProfile(openai_chat_supports_max_completion_tokens=is_newer)
    return LiteralModel(model_name, provider=vendor, profile=merge_profile(profile, limit))
