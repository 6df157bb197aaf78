"""Asks a provider's server for its models, and says in words what is wrong and what to do."""

import asyncio
from collections.abc import Mapping

from rota.platform.egress import EgressRefused
from rota.platform.http_client import Broken, HttpClient, NotReached, pieces
from rota.platform.kernel.errors import DomainError
from rota.providers.addresses import path_of, with_path
from rota.providers.complaints import (
    NO_LIST,
    elsewhere,
    no_answer,
    one_call,
    refused_key,
    refused_list,
    too_long,
    trouble,
)
from rota.providers.keys import key_issue
from rota.providers.model_lists import ModelPage, model_page, read_json
from rota.providers.models import ProviderType
from rota.providers.servers import server_of
from rota.providers.vendors import Refused, vendor_of

MAX_ANSWER_BYTES = 5_000_000  # of all pages together
MAX_MODELS = 5_000
MAX_PAGES = 50
CHECK_SECONDS = 4.0

_NO_ANSWER = (NotReached, Broken, EgressRefused, ValueError)

Heard = tuple[int, Mapping[str, str], bytes]


class CheckFailed(DomainError):
    """What is wrong with a connection and what to do about it; safe to store and show. `fix` is
    the right address, at the same origin, where one was found."""

    def __init__(self, message: str, fix: str | None = None) -> None:
        super().__init__(message)
        self.fix = fix


async def list_models(
    client: HttpClient, type: ProviderType, address: str, api_key: str | None
) -> list[str]:
    """The names of the models on offer, sorted; none where the server keeps no list, but answers
    as one of models. Raises CheckFailed within the deadline."""
    if api_key is not None and (issue := key_issue(api_key)):
        raise CheckFailed(f"{issue} Copy the key again and save it.")
    return await _Check(client, type, api_key).models_at(address)


class _Check:
    """All that it asks is asked within one deadline."""

    def __init__(self, client: HttpClient, type: ProviderType, api_key: str | None) -> None:
        self._client = client.of(object())  # what it hears is nobody else's
        self._type = type
        self._vendor = vendor_of(type)
        self._server = server_of(self._vendor.server)
        self._api_key = api_key
        self._ends_at = asyncio.get_running_loop().time() + CHECK_SECONDS

    async def models_at(self, base: str) -> list[str]:
        if self._server.is_call(path_of(base)) and (right := await self._right(base)):
            raise CheckFailed(one_call(self._vendor, base, right), right)
        url = base + self._server.list_path
        try:
            async with asyncio.timeout_at(self._ends_at):
                status, _, body = await self._ask("GET", url)
        # "from None": what lies beneath may quote the request and with it the key.
        except TimeoutError:
            raise CheckFailed(no_answer(base, CHECK_SECONDS)) from None
        except _NO_ANSWER as error:
            raise CheckFailed(trouble(base, error)) from None
        if len(body) > MAX_ANSWER_BYTES:
            raise CheckFailed(too_long(url, MAX_ANSWER_BYTES))
        if first := self._page(url, status, body):
            return sorted(await self._all_pages(first))
        if status in (401, 403):
            has_key = self._api_key is not None
            raise CheckFailed(refused_key(self._type, base, status, has_key=has_key))
        return await self._without_list(base, status)

    async def _without_list(self, base: str, status: int) -> list[str]:
        """An empty one where it answers as a server of models nonetheless."""
        may_be_elsewhere = not 300 <= status < 400 and status != 429
        if may_be_elsewhere and (right := await self._right(base)):
            raise CheckFailed(elsewhere(self._vendor, base, status, right), right)
        asks_to_chat = status in NO_LIST and self._server.chat_path is not None
        others = self._others(base)
        is_call = self._server.is_call(path_of(base))
        for place in [*others, base] if is_call else [base, *others]:
            if asks_to_chat and await self._takes_chats(place):
                if place == base:
                    return []
                raise CheckFailed(elsewhere(self._vendor, base, status, place), place)
        hint = self._vendor.hint(base)
        if is_call and others:
            hint = f"Leave out the call at its end: try {others[0]}"
        raise CheckFailed(refused_list(self._vendor, base, status, hint, chat=asks_to_chat))

    async def _right(self, base: str) -> str | None:
        """The other address that does list models."""
        for other in self._others(base):
            if await self._next(other + self._server.list_path):
                return other
        return None

    def _others(self, base: str) -> list[str]:
        """Where else at the same origin it may be; nowhere, where the address is fixed."""
        if isinstance(self._vendor.base_url, Refused):
            return []
        return [with_path(base, path) for path in self._server.other_paths(path_of(base))]

    async def _takes_chats(self, base: str) -> bool:
        """Asks for a chat that lacks all it needs, so that nothing is answered or paid."""
        try:
            async with asyncio.timeout_at(self._ends_at):
                url = f"{base}{self._server.chat_path}"
                status, _, body = await self._ask("POST", url, b"{}")
        except (TimeoutError, *_NO_ANSWER):
            return False
        if status == 200:
            return not body.lstrip().startswith(b"<")
        return status in (400, 401, 422) and isinstance(read_json(body), dict | list)

    async def _all_pages(self, page: ModelPage) -> list[str]:
        """A page that does not come, or is none, ends the list."""
        found, seen, size = dict.fromkeys(page.names), set[str](), page.size
        while page.next_url and page.next_url not in seen and len(seen) < MAX_PAGES:
            if len(found) >= MAX_MODELS:
                break
            seen.add(page.next_url)
            following = await self._next(page.next_url, MAX_ANSWER_BYTES - size)
            if following is None:
                break
            page, size = following, size + following.size
            found |= dict.fromkeys(page.names)
        return list(found)[:MAX_MODELS]

    async def _next(self, url: str, limit: int = MAX_ANSWER_BYTES) -> ModelPage | None:
        try:
            async with asyncio.timeout_at(self._ends_at):
                status, _, body = await self._ask("GET", url)
        except (TimeoutError, *_NO_ANSWER):
            return None
        return self._page(url, status, body) if len(body) <= limit else None

    def _page(self, url: str, status: int, body: bytes) -> ModelPage | None:
        """None where this is not this kind's list of models."""
        return model_page(url, body, self._server) if status == 200 else None

    async def _ask(self, method: str, url: str, body: bytes | None = None) -> Heard:
        headers = {"Accept": "application/json"}
        if self._api_key is not None:
            headers["Authorization"] = f"Bearer {self._api_key}"
        if body is not None:
            headers["Content-Type"] = "application/json"
        return await _call(self._client, method, url, headers, body)


async def _call(
    client: HttpClient,
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes | None,
) -> Heard:
    """Status, headers and body, whose rest is left where it is longer than it may be. The body of
    a list that is refused says nothing that is needed, and may never end."""
    async with await client.send(method, url, headers, body) as response:
        heard = bytearray()
        if response.status == 200 or method == "POST":
            async for chunk in pieces(response):
                heard += chunk
                if len(heard) > MAX_ANSWER_BYTES:
                    break
        return response.status, dict(response.headers), bytes(heard)
