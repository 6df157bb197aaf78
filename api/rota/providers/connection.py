"""Asks a provider's server for its models, and says in words what is wrong and what to do."""

import asyncio
import socket
import ssl
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import orjson

from rota.platform.egress import EgressRefused
from rota.platform.http_client import Broken, HttpClient, NotReached, SpeaksTls, pieces
from rota.platform.kernel.errors import DomainError
from rota.providers.keys import key_issue
from rota.providers.models import ProviderType
from rota.providers.servers import Server, server_of
from rota.providers.vendors import Refused, Vendor, vendor_of

MAX_MODEL_NAME_LENGTH = 200
MAX_ANSWER_BYTES = 5_000_000
CHECK_SECONDS = 4.0
_LASTING = (ssl.SSLCertVerificationError, SpeaksTls)
# OpenSSL's X509_V_ERR_…
_OF_ANOTHER_TIME = (9, 10)
_OF_ANOTHER_NAME = (62, 64)


class CheckFailed(DomainError):
    """What is wrong with a connection and what to do about it; safe to store and show."""


async def list_models(
    client: HttpClient, type: ProviderType, address: str, api_key: str | None
) -> list[str]:
    """The names of the models on offer, sorted. Raises CheckFailed within the deadline."""
    vendor = vendor_of(type)
    server = server_of(vendor.server)
    if api_key is not None and (issue := key_issue(api_key)):
        raise CheckFailed(f"{issue} Copy the key again and save it.")
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            status, body = await _get(client, address + server.list_path, api_key)
    # "from None": what lies beneath may quote the request and with it the key.
    except TimeoutError:
        raise CheckFailed(
            f"{address} did not answer within {CHECK_SECONDS:.0f} seconds. "
            "Check that the server is up and that no firewall is in the way."
        ) from None
    except (NotReached, Broken, EgressRefused, ValueError) as error:
        raise CheckFailed(trouble(address, error)) from None
    if status in (401, 403):
        raise CheckFailed(_refused_key(type, address, status, has_key=api_key is not None))
    if complaint := _complaint(vendor, address, status):
        raise CheckFailed(complaint)
    names = _model_names(server, body)
    if names is None:
        raise CheckFailed(
            f"{address} answered, but not like {vendor.expects}. {vendor.hint(address)}"
        )
    return names


async def _get(client: HttpClient, url: str, api_key: str | None) -> tuple[int, bytes]:
    headers = {"Accept": "application/json"}
    if api_key is not None:
        headers["Authorization"] = f"Bearer {api_key}"
    async with await client.send("GET", url, headers) as response:
        body = bytearray()
        if response.status == 200:
            async for chunk in pieces(response):
                body += chunk
                if len(body) > MAX_ANSWER_BYTES:
                    raise CheckFailed(
                        f"{url} answered with more than {MAX_ANSWER_BYTES // 1_000_000} MB, which "
                        "is no list of models. Check the address."
                    )
        return response.status, bytes(body)


def _complaint(vendor: Vendor, base: str, status: int) -> str | None:
    if status == 200:
        return None
    if status in (404, 405, 410):
        return f"{base} is not {vendor.expects} (it answered {status}). {vendor.hint(base)}"
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


def _refused_key(type: ProviderType, base: str, status: int, *, has_key: bool) -> str:
    vendor = vendor_of(type)
    if isinstance(vendor.api_key, Refused):
        return (
            f"{base} asks for a key ({status}), which {type} providers don't have. "
            f"{vendor.key_hint(base)}"
        )
    if has_key:
        return (
            f"{base} refused the key ({status}). Check that it is complete, still valid and meant "
            "for this server, and enter it again."
        )
    return f"{base} asks for a key ({status}). Enter one."


def trouble(address: str, error: Exception) -> str:
    """Words for a call that got no answer; never the error's own, which may quote the request."""
    if isinstance(error, EgressRefused):
        return str(error)
    host = urlsplit(address).netloc
    causes = tuple(_causes(error))
    if any(isinstance(cause, socket.gaierror | UnicodeError) for cause in causes):
        return f"No machine is called {host}. Check the spelling, and that its name resolves here."
    for cause in causes:
        # The client's own error of that kind lacks the code; it comes from one that has it.
        if isinstance(cause, ssl.SSLCertVerificationError) and hasattr(cause, "verify_code"):
            return _untrusted(host, cause.verify_code)
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return f"{host} does not speak TLS as expected. If it is a plain server, use http://"
    if any(isinstance(cause, SpeaksTls) for cause in causes):
        return f"{host} speaks TLS, and was asked without. Use https://"
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return (
            f"{host} refused the connection. Check that the server is running, that the port is "
            "right, and that it listens on this address."
        )
    if isinstance(error, NotReached):
        return f"{host} cannot be reached from here. Check the address and the network between."
    return f"{host} broke the connection off without a proper answer. Check address and protocol."


def is_lasting(error: NotReached) -> bool:
    """Whether it stays as it is until somebody mends it."""
    return any(isinstance(cause, _LASTING) for cause in _causes(error))


def _untrusted(host: str, verify_code: int) -> str:
    said = f"The certificate of {host} is not trusted here"
    if verify_code in _OF_ANOTHER_NAME:
        return f"{said}: it was issued for another name. Use the name it was issued for."
    if verify_code in _OF_ANOTHER_TIME:
        return f"{said}: it has expired, or the clock here is wrong. Have it renewed."
    return (
        f"{said}. Have its authority's certificate installed where Rota runs, among the system's "
        "or in the file that SSL_CERT_FILE names, and start Rota again."
    )


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _model_names(server: Server, body: bytes) -> list[str] | None:
    """None where the body is not this kind's list of models."""
    try:
        answer: Any = orjson.loads(body)
        names = server.model_names(answer)
    except (orjson.JSONDecodeError, LookupError, TypeError):
        return None
    return sorted({name for name in names if _is_presentable(name)})


def _is_presentable(name: str) -> bool:
    return name.isprintable() and 0 < len(name.strip()) <= MAX_MODEL_NAME_LENGTH
