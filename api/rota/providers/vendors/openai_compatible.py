"""Anything that speaks OpenAI's API: vLLM, llama.cpp, LM Studio, gateways."""

from rota.providers.addresses import is_versioned, path_of
from rota.providers.vendors import ChatCompletions, Field, Vendor


def _hint(base: str) -> str:
    if is_versioned(path_of(base)):
        return "Check host, port and path."
    return f"Most such servers answer under /v1: try {base}/v1"


VENDOR = Vendor(
    base_url=Field.NEEDED,
    api_key=Field.OPTIONAL,
    server="generic",
    expects="a server that speaks OpenAI's API",
    wire=ChatCompletions(max_tokens_name=None),
    hint=_hint,
)
