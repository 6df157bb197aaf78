"""What may be a host, with a port or without, and what an origin."""

import re
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TypeAlias
from urllib.parse import urlsplit

Network: TypeAlias = IPv4Network | IPv6Network
MAX_HOST_LENGTH = 253
MAX_PORT = 65535
LABELS = re.compile(r"[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*\.?")

SERVER = re.compile(r"(?:\[([^\[\]]*)\]|([^:\[\]]+))(?::(.*))?")


def host(text: str) -> str | None:
    """The same, where it is an address or a name that can be looked up; else None."""
    try:
        ip_address(text)
    except ValueError:
        return text if _is_name(text) else None
    return text


def host_and_port(text: str) -> str | None:
    """As a browser names a server: a.example, a.example:81, [::1]:81."""
    found = SERVER.fullmatch(text)
    if found is None:
        return None
    bracketed, plain, port = found.groups()
    name = host(plain) if plain else f"[{bracketed}]" if _is_ipv6(bracketed) else None
    if name is None or port is None:
        return name
    return f"{name}:{port}" if port_number(port) else None


def network(text: str) -> Network | None:
    """10.0.0.0/8, or 10.0.0.1 for that address alone."""
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


def host_or_network(text: str) -> str | None:
    """10.0.0.0/8 or api.example."""
    return text if network(text) else host(text)


def port_number(text: str) -> int | None:
    is_number = text.isascii() and text.isdecimal() and len(text) <= len(str(MAX_PORT))
    return int(text) if is_number and 0 < int(text) <= MAX_PORT else None


def web_address(text: str) -> bool:
    """Whether it is one of http or https without a user, a query or a fragment."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    if parts.scheme not in ("http", "https") or not host_and_port(parts.netloc):
        return False
    return text.isprintable() and not set(text) & set(" ?#\\")


def origin(text: str) -> str | None:
    """A web address of a server and nothing below it, in small letters."""
    bare = text.rstrip("/").lower()
    return bare if web_address(bare) and not urlsplit(bare).path else None


def _is_name(text: str) -> bool:
    try:
        name = text.encode("idna").decode()
    except UnicodeError:
        return False
    return LABELS.fullmatch(name) is not None and len(name) <= MAX_HOST_LENGTH


def _is_ipv6(text: str) -> bool:
    try:
        IPv6Address(text)
    except ValueError:
        return False
    return "%" not in text
