"""Whatever speaks OpenAI's API: /models answers {"data": [{"id": …}]}."""

import re

from rota.providers.addresses import is_versioned
from rota.providers.servers import Server

# What people copy along with the address: the route of a call, OpenAI's or Ollama's.
_ROUTE = re.compile(
    r"(?i)/(chat/completions?|completions?|embeddings?|responses|models|messages|moderations|rerank"
    r"|images/(generations|edits)|audio/(speech|transcriptions)|chat|generate|tags|show|ps|embed)$"
)
# No API begins there; one may at /models or /chat.
_CALL = re.compile(r"(?i)/(chat/completions|completions|embeddings|responses|v\d+/models)$")


def _other_paths(path: str) -> list[str]:
    root = re.sub(r"(/v1)+$", "/v1", _ROUTE.sub("", re.sub(r"/{2,}", "/", path)))
    found = [root]
    if not is_versioned(root):
        found += [f"{root}/v1", f"{root.removesuffix('/api')}/v1"]
    return [other for other in dict.fromkeys(found) if other != path]


SERVER = Server(
    list_path="/models",
    wrappers=("data", "models"),
    name_keys=(("id",), ("model", "name")),
    chat_path="/chat/completions",
    is_call=lambda path: bool(_CALL.search(path)),
    other_paths=_other_paths,
)
