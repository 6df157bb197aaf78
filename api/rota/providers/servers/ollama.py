"""Ollama's own API: /api/tags answers {"models": [{"name": …}]}."""

from rota.providers.servers import Server

SERVER = Server(
    list_path="/api/tags",
    model_names=lambda answer: [str(model["name"]) for model in answer["models"]],
)
