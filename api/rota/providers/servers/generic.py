"""Whatever speaks OpenAI's API: /models answers {"data": [{"id": …}]}."""

from rota.providers.servers import Server

SERVER = Server(
    list_path="/models",
    model_names=lambda answer: [str(model["id"]) for model in answer["data"]],
)
