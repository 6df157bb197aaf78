"""Words for what is wrong with a connection, and what to do about it; safe to store and show."""

import socket
import ssl
from collections.abc import Iterator
from urllib.parse import urlsplit

from rota.platform.egress import EgressRefused
from rota.platform.http_client import NotReached, SpeaksTls
from rota.providers.models import ProviderType
from rota.providers.vendors import Refused, Vendor, vendor_of

# What a server without a list of models answers to who asks for it.
NO_LIST = (404, 405, 410, 501)
_LASTING = (ssl.SSLCertVerificationError, SpeaksTls)
# OpenSSL's X509_V_ERR_…
_OF_ANOTHER_TIME = (9, 10)
_OF_ANOTHER_NAME = (62, 64)


def no_answer(base: str, seconds: float) -> str:
    return (
        f"{base} did not answer within {seconds:.0f} seconds. "
        "Check that the server is up and that no firewall is in the way."
    )


def too_long(url: str, limit: int) -> str:
    return (
        f"{url} answered with more than {limit // 1_000_000} MB, which is no list of models. "
        "Check the address."
    )


def one_call(vendor: Vendor, base: str, right: str) -> str:
    return f"{base} is the address of a single call, not of {vendor.expects}: try {right}"


def elsewhere(vendor: Vendor, base: str, status: int, right: str) -> str:
    how = "answered, but not like one" if status == 200 else f"answered {status}"
    return (
        f"{base} is not {vendor.expects} (it {how}). There is one at another address: try {right}"
    )


def refused_list(vendor: Vendor, base: str, status: int, hint: str, *, chat: bool) -> str:
    """For a status that is no key's matter; of 200, the body was not a list. `chat`: it was asked
    for one, too."""
    if status == 200:
        return f"{base} answered, but not like {vendor.expects}. {hint}"
    if status in NO_LIST and chat:
        return (
            f"{base} lists no models (it answered {status}), and a chat was not answered as by "
            f"{vendor.expects}, either. {hint}"
        )
    if status in NO_LIST:
        return f"{base} is not {vendor.expects} (it answered {status}). {hint}"
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


def refused_key(type: ProviderType, base: str, status: int, *, has_key: bool) -> str:
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
