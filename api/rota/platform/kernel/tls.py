"""Whom an encrypted connection to a store trusts."""

import ssl
from collections.abc import Callable
from pathlib import Path


def trusting(
    roots: Path | None, *, name: bool, wrong: Callable[[str], Exception]
) -> ssl.SSLContext:
    """Takes a certificate whose chain ends at one in the file `roots`, or where it is None at one
    that this machine trusts, and with `name` only one for the host that is connected to. Raises
    what `wrong` makes of the problem."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = name
    if roots is None:
        context.load_default_certs()
        return context
    try:
        context.load_verify_locations(roots)
    except OSError as error:  # an SSLError is one
        raise wrong(unreadable("certificates", error)) from None
    return context


def trusting_all() -> ssl.SSLContext:
    """Encrypts, and asks nobody for a name."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def show_certificate(
    context: ssl.SSLContext,
    certificate: str,
    key: str | None,
    password: str | None,
    wrong: Callable[[str], Exception],
) -> None:
    """To a server that asks for one. Raises what `wrong` makes of the problem."""
    try:
        context.load_cert_chain(certificate, key, lambda: password or "")
    except (OSError, ValueError) as error:
        raise wrong(unreadable("the certificate and its key", error)) from None


def unreadable(what: str, error: Exception) -> str:
    """The system's words tell no path."""
    if isinstance(error, OSError) and not isinstance(error, ssl.SSLError) and error.strerror:
        return f"names a file for {what} that cannot be read ({error.strerror})."
    return f"names a file that does not hold {what} in PEM."
