"""Ollama's own API: /api/tags answers {"models": [{"name": …}]}."""

import re

from rota.providers.servers import Server

# What people copy along with the address: its own API, the OpenAI-style one, or a call of them.
_API = re.compile(r"(?i)/(api|v1)(/(chat/completions?|[a-z]+))?$")


def _other_paths(path: str) -> list[str]:
    root = _API.sub("", re.sub(r"/{2,}", "/", path))
    return [root] if root != path else []


SERVER = Server(
    list_path="/api/tags",
    wrappers=("models", "data"),
    name_keys=(("name", "model"), ("id",)),
    chat_path=None,
    is_call=lambda path: bool(re.search(r"/api/[a-z]+$|/v1/[a-z]+(/completions)?$", path)),
    other_paths=_other_paths,
)
