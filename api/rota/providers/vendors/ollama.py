"""Ollama, by its own list of models and its OpenAI-style API under /v1."""

from rota.providers.vendors import ChatCompletions, Field, Refused, Vendor


def _key_hint(base: str) -> str:
    return f"Create an OPENAI_COMPATIBLE provider at {base}/v1 with that key instead."


VENDOR = Vendor(
    base_url=Field.NEEDED,
    api_key=Refused("OLLAMA takes no key. If yours needs one, choose OPENAI_COMPATIBLE."),
    server="ollama",
    expects="an Ollama server",
    wire=ChatCompletions(max_tokens_name="max_tokens"),
    api_path="/v1",
    hint=lambda _: (
        "Check the address; for servers that speak OpenAI's API choose OPENAI_COMPATIBLE."
    ),
    key_hint=_key_hint,
)
