"""What each type of provider needs, and how its connection is checked."""

import asyncio
import socket
import ssl
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx2
import orjson

from rota.platform.egress import EgressRefused
from rota.platform.kernel.errors import DomainError
from rota.providers.models import ProviderType

MAX_URL_LENGTH = 2_048
MAX_MODEL_NAME_LENGTH = 200
CHECK_DEADLINE_S = 4.0
MAX_ANSWER_BYTES = 5_000_000

_SERVERS = {
    ProviderType.OLLAMA: "an Ollama server",
    ProviderType.OPENAI: "OpenAI's API",
    ProviderType.OPENAI_COMPATIBLE: "a server that speaks OpenAI's API",
}


class CheckFailed(DomainError):
    """What is wrong with a connection and what to do about it; safe to store and show."""


def normalise_base_url(url: str) -> str:
    return url.strip().rstrip("/")


def origin(url: str) -> str:
    """Scheme, host and port in one spelling: what a key is bound to."""
    parsed = httpx2.URL(url)
    port = parsed.port or (443 if parsed.scheme == "https" else 80)
    host = parsed.raw_host.decode("ascii")
    return f"{parsed.scheme}://{f'[{host}]' if ':' in host else host}:{port}"


def api_base(kind: ProviderType, base_url: str | None, openai_url: str) -> str:
    """Where the type's OpenAI-style API begins."""
    if kind is ProviderType.OPENAI:
        return normalise_base_url(openai_url)
    base = normalise_base_url(base_url or "")
    return f"{base}/v1" if kind is ProviderType.OLLAMA else base


def field_issues(kind: ProviderType, base_url: str | None, has_key: bool) -> list[tuple[str, str]]:
    """Pairs of field and message; the URL is expected in its normalised form."""
    issues = []
    if kind is ProviderType.OPENAI:
        if base_url:
            issues.append(
                ("baseUrl", "OPENAI has a fixed address. For another, choose OPENAI_COMPATIBLE.")
            )
        if not has_key:
            issues.append(("apiKey", "OPENAI needs an API key."))
        return issues
    if not base_url:
        issues.append(("baseUrl", f"{kind} needs the address of its server."))
    elif issue := _url_issue(base_url):
        issues.append(("baseUrl", issue))
    if kind is ProviderType.OLLAMA and has_key:
        issues.append(
            ("apiKey", "OLLAMA takes no key. If yours needs one, choose OPENAI_COMPATIBLE.")
        )
    return issues


def key_issue(api_key: str) -> str | None:
    """A key with other characters cannot be sent, and HTTP libraries quote it when they refuse."""
    if api_key and all("!" <= character <= "~" for character in api_key):
        return None
    return "A key consists of visible ASCII characters, without spaces or line breaks."


async def check(
    client: httpx2.AsyncClient,
    kind: ProviderType,
    base_url: str | None,
    api_key: str | None,
    openai_url: str,
) -> list[str]:
    """The names of the models on offer; raises CheckFailed within the deadline."""
    base = normalise_base_url(base_url or openai_url)
    path = "/api/tags" if kind is ProviderType.OLLAMA else "/models"
    if api_key is not None and (issue := key_issue(api_key)):
        raise CheckFailed(f"{issue} Copy the key again and save it.")
    try:
        async with asyncio.timeout(CHECK_DEADLINE_S):
            status, body = await _get(client, base + path, api_key)
    # "from None": what lies beneath may quote the request and with it the key.
    except (TimeoutError, httpx2.TimeoutException):
        raise CheckFailed(
            f"{base} did not answer within {CHECK_DEADLINE_S:.0f} seconds. "
            "Check that the server is up and that no firewall is in the way."
        ) from None
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise CheckFailed(_trouble(base, error)) from None
    if complaint := _complaint(kind, base, status, has_key=api_key is not None):
        raise CheckFailed(complaint)
    names = _model_names(kind, body)
    if names is None:
        raise CheckFailed(f"{base} answered, but not like {_SERVERS[kind]}. {_hint(kind, base)}")
    return names


async def _get(client: httpx2.AsyncClient, url: str, api_key: str | None) -> tuple[int, bytes]:
    # Uncompressed, so that what is counted is what is kept.
    headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
    if api_key is not None:
        headers["Authorization"] = f"Bearer {api_key}"
    async with client.stream("GET", url, headers=headers, follow_redirects=False) as response:
        body = bytearray()
        if response.status_code == 200:
            async for chunk in response.aiter_raw():
                body += chunk
                if len(body) > MAX_ANSWER_BYTES:
                    raise CheckFailed(
                        f"{url} answered with more than {MAX_ANSWER_BYTES // 1_000_000} MB, which "
                        "is no list of models. Check the address."
                    )
        return response.status_code, bytes(body)


def _complaint(kind: ProviderType, base: str, status: int, has_key: bool) -> str | None:
    if status == 200:
        return None
    if status in (401, 403):
        return _refused_key(kind, base, status, has_key)
    if status in (404, 405, 410):
        return f"{base} is not {_SERVERS[kind]} (it answered {status}). {_hint(kind, base)}"
    if 300 <= status < 400:
        return (
            f"{base} redirects elsewhere ({status}), and Rota does not follow, so that keys stay "
            "where they belong. Enter the final address."
        )
    if status == 429:
        return (
            f"{base} allows no more requests for now (429). Check the account's limits and "
            "balance, or check again later."
        )
    if status >= 500:
        return (
            f"{base} has trouble of its own (it answered {status}). Look at its log or status "
            "page, then check again."
        )
    return f"{base} refused to list its models (it answered {status}). Check address and key."


def _refused_key(kind: ProviderType, base: str, status: int, has_key: bool) -> str:
    if kind is ProviderType.OLLAMA:
        return (
            f"{base} asks for a key ({status}), which OLLAMA providers don't have. "
            f"Create an OPENAI_COMPATIBLE provider at {base}/v1 with that key instead."
        )
    if has_key:
        return (
            f"{base} refused the key ({status}). Check that it is complete, still valid and meant "
            "for this server, and enter it again."
        )
    return f"{base} asks for a key ({status}). Enter one."


def _hint(kind: ProviderType, base: str) -> str:
    is_versioned = "v1" in urlsplit(base).path.split("/")
    if kind is ProviderType.OLLAMA:
        if is_versioned:
            return f"Enter Ollama's address without its path: {base.rpartition('/v1')[0]}"
        return "Check the address; for servers that speak OpenAI's API choose OPENAI_COMPATIBLE."
    if kind is ProviderType.OPENAI_COMPATIBLE and not is_versioned:
        return f"Most such servers answer under /v1: try {base}/v1"
    return "Check host, port and path."


def _trouble(base: str, error: Exception) -> str:
    """Words for a call that got no answer; never the error's own, which may quote the request."""
    if isinstance(error, EgressRefused):
        return str(error)
    host = urlsplit(base).netloc
    causes = tuple(_causes(error))
    if any(isinstance(cause, socket.gaierror | UnicodeError) for cause in causes):
        return f"No machine is called {host}. Check the spelling, and that its name resolves here."
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return (
            f"The certificate of {host} is not trusted here. Use the name it was issued for, or "
            "have its authority's certificate installed where Rota runs."
        )
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return f"{host} does not speak TLS as expected. If it is a plain server, use http://"
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return (
            f"{host} refused the connection. Check that the server is running, that the port is "
            "right, and that it listens on this address."
        )
    if isinstance(error, httpx2.ConnectError):
        return f"{host} cannot be reached from here. Check the address and the network between."
    return f"{host} broke the connection off without a proper answer. Check address and protocol."


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _model_names(kind: ProviderType, body: bytes) -> list[str] | None:
    """None where the body is not this type's list of models."""
    key, label = ("models", "name") if kind is ProviderType.OLLAMA else ("data", "id")
    try:
        answer: Any = orjson.loads(body)
        names = [str(model[label]) for model in answer[key]]
    except (orjson.JSONDecodeError, LookupError, TypeError):
        return None
    return sorted({name for name in names if _is_presentable(name)})


def _is_presentable(name: str) -> bool:
    return name.isprintable() and 0 < len(name.strip()) <= MAX_MODEL_NAME_LENGTH


def _url_issue(url: str) -> str | None:
    if len(url) > MAX_URL_LENGTH:
        return f"An address has at most {MAX_URL_LENGTH:,} characters."
    if not url.isprintable() or any(sign in url for sign in ' \\<>"`'):
        return "An address has no spaces, backslashes or quotation marks."
    if "?" in url or "#" in url:
        return "Leave out everything from '?' or '#' on."
    try:
        parsed = httpx2.URL(url)
    except httpx2.InvalidURL:
        return "This is not a valid URL. It should look like http://localhost:11434"
    if parsed.scheme not in ("http", "https") or not parsed.host:
        return "Start with http:// or https:// and a host, like http://localhost:11434"
    if "@" in urlsplit(url).netloc:
        return "Leave the name and password out of the address; a key has a field of its own."
    if "%" in parsed.host:
        return "A host has no percent signs."
    if parsed.port is not None and not 0 < parsed.port < 65_536:
        return "A port is a number from 1 to 65535."
    return None
