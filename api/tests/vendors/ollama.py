"""A double of Ollama: its own API, and the OpenAI-style one under /v1."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from tests.vendors.script import Trouble
from tests.vendors.vendor import Body, Endpoint, Vendor


class Ollama(Vendor):
    models = ("llama3.2:latest", "qwen2.5:0.5b")
    fingerprint = "fp_ollama"

    def build(self, listing: Endpoint, chat: Endpoint) -> Starlette:
        return Starlette(
            routes=[
                Route("/", _alive),
                Route("/api/version", _version),
                Route("/api/tags", listing, methods=["GET"]),
                Route("/v1/models", self._openai_listing),
                Route("/v1/chat/completions", chat, methods=["POST"]),
            ]
        )

    def listing(self) -> Body:
        return {
            "models": [
                {
                    "name": name,
                    "model": name,
                    "modified_at": "2026-10-04T09:21:44.120391+02:00",
                    "size": 2019393189,
                    "digest": "a80c4f17acd55265feec403c7aef86be0c25983ab279d83f3bcd3abbcb5b8b72",
                    "details": {
                        "parent_model": "",
                        "format": "gguf",
                        "family": "llama",
                        "families": ["llama"],
                        "parameter_size": "3.2B",
                        "quantization_level": "Q4_K_M",
                    },
                }
                for name in self.models
            ]
        }

    def trouble(self, trouble: Trouble, request: Body, presented_key: str) -> tuple[int, Body]:
        status, kind, message = {
            Trouble.WRONG_KEY: (401, "api_error", f"unauthorized: {presented_key}"),
            Trouble.NO_MODEL: (
                404,
                "not_found_error",
                f"model {request.get('model')!r} not found",
            ),
            Trouble.RATE_LIMIT: (429, "api_error", "server busy, try again later"),
            Trouble.QUOTA: (429, "api_error", "usage limit reached"),
            Trouble.SERVER: (500, "api_error", "llama runner process has terminated"),
            Trouble.TOO_LONG: (400, "invalid_request_error", "input exceeds the context length"),
        }[trouble]
        return status, {"error": {"message": message, "type": kind, "param": None, "code": None}}

    async def _openai_listing(self, _: Request) -> Response:
        described = [{"id": name, "object": "model", "owned_by": "library"} for name in self.models]
        return JSONResponse({"object": "list", "data": described})


async def _alive(_: Request) -> Response:
    return PlainTextResponse("Ollama is running")


async def _version(_: Request) -> Response:
    return JSONResponse({"version": "0.12.6"})
