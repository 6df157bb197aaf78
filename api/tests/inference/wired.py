"""Asks without a network: the product's own way to a model, over an HTTP client that answers by a
script."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from rota.contracts import ContractModel, generate_model_from_json_schema
from rota.inference.asking import Answer
from rota.inference.errors import Failure
from rota.inference.failures import Names
from rota.inference.preparing import Target
from rota.inference.watching import Watch
from rota.inference.wires.chat_completions import ChatCompletionsWire
from rota.platform.http_client import Broken, HttpClient
from rota.providers.vendors import ChatCompletions
from tests.inference.asked import CONTRACT, asked

KEY = "sk-canary/0123456789+abcdef"
URL = "https://vendor.test/v1"


@dataclass(frozen=True)
class Reply:
    """`pieces` come one by one; then the connection breaks, or the response ends."""

    pieces: Sequence[bytes] | AsyncIterator[bytes] = ()
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    breaks: bool = False


class _Response:
    connection = None

    def __init__(self, reply: Reply) -> None:
        self.status = reply.status
        self.headers = reply.headers
        self.content = self
        self._reply = reply

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        pass

    async def iter_any(self) -> AsyncIterator[bytes]:
        if isinstance(self._reply.pieces, AsyncIterator):
            async for piece in self._reply.pieces:
                yield piece
            return
        for piece in self._reply.pieces:
            yield piece
        if self._reply.breaks:
            raise ConnectionResetError


class ScriptedHttp(HttpClient):
    """Answers in order, the last one for good; an exception is raised in place of an answer."""

    def __init__(self, *replies: Reply | Exception) -> None:
        self.replies = list(replies)
        self.sent: list[bytes] = []

    async def send(self, method: str, url: str, headers: Any, body: bytes | None = None) -> Any:
        self.sent.append(body or b"")
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if isinstance(reply, Exception):
            raise reply
        return _Response(reply)


DIED = Broken(was_answered=False)


def target_of(http: HttpClient, *, cuts_at_powers: bool = True) -> Target:
    how = ChatCompletions(max_tokens_name=None)
    wire = ChatCompletionsWire(http, how, URL, KEY, "small")
    return Target(Names("Gateway", "small", URL, KEY), wire, cuts_at_powers)


async def heard_of(
    http: HttpClient,
    watch: Watch,
    contract: type[ContractModel] = CONTRACT,
    **settings: Any,
) -> Answer | Failure:
    return await asked(target_of(http), watch, contract=contract, **settings)


def contract_of(schema: dict[str, Any]) -> type[ContractModel]:
    return generate_model_from_json_schema(schema)
