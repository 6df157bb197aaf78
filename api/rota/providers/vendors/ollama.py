"""Ollama, by its own list of models and its OpenAI-style API under /v1."""

from rota.providers.addresses import is_versioned
from rota.providers.vendors import ChatCompletions, Field, Refused, Vendor


def _hint(base: str) -> str:
    if is_versioned(base):
        return f"Enter Ollama's address without its path: {base.rpartition('/v1')[0]}"
    return "Check the address; for servers that speak OpenAI's API choose OPENAI_COMPATIBLE."


def _key_hint(base: str) -> str:
    return f"Create an OPENAI_COMPATIBLE provider at {base}/v1 with that key instead."


VENDOR = Vendor(
    base_url=Field.NEEDED,
    api_key=Refused("OLLAMA takes no key. If yours needs one, choose OPENAI_COMPATIBLE."),
    server="ollama",
    expects="an Ollama server",
    wire=ChatCompletions(max_tokens_name="max_tokens"),
    api_path="/v1",
    hint=_hint,
    key_hint=_key_hint,
)
