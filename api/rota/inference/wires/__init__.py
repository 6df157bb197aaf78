"""How to talk to vendors: a file each way, which sends a request and hears its response."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from rota.inference.hearing.response import Response
from rota.inference.modes import OutputMode
from rota.inference.prompt import Message
from rota.inference.refusals import ErrorBody, Refusal
from rota.inference.settings import ModelSettings


@dataclass(frozen=True)
class Request:
    messages: Sequence[Message]
    mode: OutputMode
    schema: dict[str, Any]
    settings: ModelSettings


class Refused(Exception):
    """The vendor answered with an error: before a stream or within it. Headers by lower case."""

    def __init__(self, refusal: Refusal, body: ErrorBody, headers: Mapping[str, str]) -> None:
        super().__init__("The vendor refused.")
        self.refusal = refusal
        self.body = body
        self.headers = headers


Heard = Callable[[str], Awaitable[None]]


class Wire(Protocol):
    async def talk(self, request: Request, response: Response, heard: Heard) -> None:
        """Fills the response; `heard` is told each text that it gains. Raises Refused, TooLong,
        NotReached, Broken, EgressRefused."""
