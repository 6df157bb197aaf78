"""Run as a script in a process of its own: llama.cpp's OpenAI-compatible server, on loopback.

Reads `{"model": path, "name": …, "port": …, "api_key": …}` from standard input.
"""

import json
import signal
import sys

import xllamacpp

CONTEXT_TOKENS = 4096
# More of either was measured slower in all, once the machine has anything else to do.
THREADS = 1
SLOTS = 1
# A waiting request holds one, and checks of the provider's health should not queue behind runs.
HTTP_THREADS = 32
# A base model knows no roles: it goes on with the text that it is given.
PLAIN_TEMPLATE = (
    "{% for message in messages %}{{ message['content'] }}"
    "{% if not loop.last %}\n\n{% endif %}{% endfor %}"
)


def parameters(model: str, name: str, port: int, api_key: str) -> xllamacpp.CommonParams:
    params = xllamacpp.CommonParams()
    params.model.path = model
    params.model_alias = {name}
    params.hostnames = ["127.0.0.1"]
    params.port = port
    params.api_keys = [api_key]
    params.cors_origins = ""
    params.ui = False
    params.endpoint_slots = False
    params.offline = True
    params.verbosity = 1
    params.n_ctx = CONTEXT_TOKENS
    params.fit_params = False
    params.n_parallel = SLOTS
    params.n_threads_http = HTTP_THREADS
    params.cache_ram_mib = 0
    params.use_jinja = True
    params.chat_template = PLAIN_TEMPLATE
    for cpu in (params.cpuparams, params.cpuparams_batch):
        cpu.n_threads = THREADS
    return params


def warm_up(server: xllamacpp.Server) -> None:
    """The first constrained answer prepares the vocabulary, for seconds: not while a user waits."""
    schema = {"type": "object", "properties": {"warm": {"type": "boolean"}}, "required": ["warm"]}
    server.handle_chat_completions(
        {
            "messages": [{"role": "user", "content": "{"}],
            "max_tokens": 1,
            "response_format": {"type": "json_schema", "json_schema": {"schema": schema}},
        }
    )


if __name__ == "__main__":
    try:
        server = xllamacpp.Server(parameters(**json.load(sys.stdin)))
    except RuntimeError as error:
        sys.exit(str(error))
    warm_up(server)
    while True:
        signal.pause()
