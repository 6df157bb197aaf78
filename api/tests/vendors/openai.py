"""Doubles of OpenAI and of two servers that speak its API: llama.cpp's and vLLM."""

from starlette.applications import Starlette
from starlette.routing import Route

from tests.vendors.script import Trouble
from tests.vendors.vendor import Body, Endpoint, Vendor


class OpenAI(Vendor):
    """Unlike the vendor, which masks it, this one quotes a wrong key in full."""

    models: tuple[str, ...] = ("gpt-4o-mini", "gpt-4.1")
    fingerprint: str | None = "fp_560af6e559"
    owner = "openai"

    def build(self, listing: Endpoint, chat: Endpoint) -> Starlette:
        return Starlette(
            routes=[
                Route("/v1/models", listing, methods=["GET"]),
                Route("/v1/chat/completions", chat, methods=["POST"]),
            ]
        )

    def listing(self) -> Body:
        return {"object": "list", "data": [self.described(name) for name in self.models]}

    def described(self, name: str) -> Body:
        return {"id": name, "object": "model", "created": 1721172741, "owned_by": self.owner}

    def trouble(self, trouble: Trouble, request: Body, presented_key: str) -> tuple[int, Body]:
        status, kind, code, message = {
            Trouble.WRONG_KEY: (
                401,
                "invalid_request_error",
                "invalid_api_key",
                f"Incorrect API key provided: {presented_key}.",
            ),
            Trouble.NO_MODEL: (
                404,
                "invalid_request_error",
                "model_not_found",
                f"The model `{request.get('model')}` does not exist or is closed to you.",
            ),
            Trouble.RATE_LIMIT: (
                429,
                "requests",
                "rate_limit_exceeded",
                "Rate limit reached for requests per minute: limit 3, used 3.",
            ),
            Trouble.QUOTA: (
                429,
                "insufficient_quota",
                "insufficient_quota",
                "The current quota is used up; see plan and billing.",
            ),
            Trouble.SERVER: (500, "server_error", None, "The server had an error."),
            Trouble.TOO_LONG: (
                400,
                "invalid_request_error",
                "context_length_exceeded",
                "This model's maximum context length is 8192 tokens; the messages have 9000.",
            ),
        }[trouble]
        return status, {"error": {"message": message, "type": kind, "param": None, "code": code}}


class LlamaCpp(OpenAI):
    """One loaded model, whatever name the request says."""

    models = ("qwen2.5-0.5b-q4_k_m.gguf",)
    fingerprint = "b6500-1a2b3c4d"
    owner = "llamacpp"
    knows_its_models = False

    def trouble(self, trouble: Trouble, request: Body, presented_key: str) -> tuple[int, Body]:
        status, kind, message = {
            Trouble.WRONG_KEY: (401, "authentication_error", f"Invalid API Key {presented_key}"),
            Trouble.NO_MODEL: (404, "not_found_error", "File Not Found"),
            Trouble.RATE_LIMIT: (429, "unavailable_error", "Too many requests"),
            Trouble.QUOTA: (429, "unavailable_error", "Too many requests"),
            Trouble.SERVER: (503, "unavailable_error", "Loading model"),
            Trouble.TOO_LONG: (
                400,
                "exceed_context_size_error",
                "the request exceeds the available context size",
            ),
        }[trouble]
        error: Body = {"code": status, "message": message, "type": kind}
        if trouble is Trouble.TOO_LONG:
            error |= {"n_prompt_tokens": 9000, "n_ctx": 8192}
        return status, {"error": error}


class VLLM(OpenAI):
    models = ("Qwen/Qwen2.5-7B-Instruct",)
    fingerprint = None
    owner = "vllm"

    def described(self, name: str) -> Body:
        return super().described(name) | {"root": name, "parent": None, "max_model_len": 8192}

    def trouble(self, trouble: Trouble, request: Body, presented_key: str) -> tuple[int, Body]:
        if trouble is Trouble.WRONG_KEY:
            return 401, {"error": "Unauthorized"}
        status, kind, message = {
            Trouble.NO_MODEL: (
                404,
                "NotFoundError",
                f"The model `{request.get('model')}` does not exist.",
            ),
            Trouble.RATE_LIMIT: (429, "RateLimitError", "Too many requests"),
            Trouble.QUOTA: (429, "RateLimitError", "Too many requests"),
            Trouble.SERVER: (500, "InternalServerError", "EngineCore encountered an issue."),
            Trouble.TOO_LONG: (
                400,
                "BadRequestError",
                "This model's maximum context length is 8192 tokens; the messages have 9000.",
            ),
        }[trouble]
        return status, {"error": {"message": message, "type": kind, "param": None, "code": status}}
