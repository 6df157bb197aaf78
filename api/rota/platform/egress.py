"""Which addresses Rota may call: a name is resolved here, each of its addresses is judged, and
the connection goes to an address that was judged."""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from yarl import URL

RESOLVE_AT_SAVE_SECONDS = 2.0

EgressMode = Literal["private", "public", "allowlist"]
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolver = Callable[[str, int], Awaitable[Sequence[str]]]

_LINK_LOCAL = "a link-local address, where clouds hand out their credentials"
_METADATA = "an address where clouds hand out their credentials"
_NEVER: dict[Network, str] = {
    ipaddress.ip_network(network): kind
    for network, kind in {
        "0.0.0.0/8": "an address of no machine",
        "::/128": "an address of no machine",
        "169.254.0.0/16": _LINK_LOCAL,
        "fe80::/10": _LINK_LOCAL,
        "fec0::/10": _LINK_LOCAL,
        "100.100.100.200/32": _METADATA,  # Alibaba
        "168.63.129.16/32": _METADATA,  # Azure
        "192.0.0.192/32": _METADATA,  # Oracle
        "fd00:c1::/32": _METADATA,  # Oracle
        "fd00:ec2::/32": _METADATA,  # Amazon
        "fd00:42::/32": _METADATA,  # Scaleway
        "fd20:ce::/32": _METADATA,  # Google
        "224.0.0.0/4": "a multicast address",
        "ff00::/8": "a multicast address",
        "240.0.0.0/4": "a reserved address",
        # Where in it the IPv4 address sits differs from network to network.
        "64:ff9b:1::/48": "an IPv4 address in disguise",
    }.items()
}
# Ranges whose last 32 bits are an IPv4 address: compatible, translated, NAT64.
_CARRIERS = tuple(map(ipaddress.IPv6Network, ("::/96", "::ffff:0:0:0/96", "64:ff9b::/96")))


class EgressRefused(Exception):
    """The address is one that Rota may not call; the text says which and why."""


async def resolve_by_system(host: str, port: int) -> list[str]:
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(frozen=True)
class EgressPolicy:
    mode: EgressMode = "private"
    allow: tuple[str, ...] = ()
    resolve: Resolver = resolve_by_system

    def __post_init__(self) -> None:
        for entry in self.allow:
            if "/" in entry and _network(entry) is None:
                raise ValueError(f"{entry!r} is neither a host nor a network like 10.0.0.0/8")

    async def addresses(self, host: str, port: int) -> list[Address]:
        """All addresses of a host, if it may be called; else raises EgressRefused."""
        spelled = literal(host)
        found = [spelled] if spelled else map(_plain, await self.resolve(host, port))
        addresses = list(found)
        for address in addresses:
            if reason := self._reason(host, address):
                raise EgressRefused(reason)
        return addresses

    async def refusal(self, url: str) -> str | None:
        """Why the URL may not be called. A name that does not resolve today is no reason."""
        try:
            parsed = URL(url)
            port = parsed.port or 0
        except ValueError:
            return "This is not a URL that Rota can call."
        if parsed.scheme not in ("http", "https") or not parsed.host:
            return "Rota calls http and https addresses only."
        try:
            async with asyncio.timeout(RESOLVE_AT_SAVE_SECONDS):
                await self.addresses(parsed.raw_host or "", port)
        except EgressRefused as refused:
            return str(refused)
        except (OSError, UnicodeError):  # a timeout is an OSError
            return None
        return None

    def _reason(self, host: str, address: Address) -> str | None:
        name = str(address) if literal(host) else f"{host} ({address})"
        for face in _faces(address):
            for network, kind in _NEVER.items():
                if face in network:
                    return f"Rota never calls {name}: it is {kind}. Use your model server's own."
        if self.mode == "public" and not all(face.is_global for face in _faces(address)):
            return (
                f"Rota may call public addresses only (ROTA_EGRESS=public), and {name} is not one. "
                "Use a public address, or ask whoever runs Rota."
            )
        if self.mode == "allowlist" and not self._is_listed(host, address):
            return (
                f"Rota may call listed addresses only (ROTA_EGRESS=allowlist), and {name} is not "
                "on the list. Ask whoever runs Rota to add it to ROTA_EGRESS_ALLOW."
            )
        return None

    def _is_listed(self, host: str, address: Address) -> bool:
        for entry in self.allow:
            network = _network(entry)
            if address in network if network else _same_name(entry, host):
                return True
        return False


def literal(host: str) -> Address | None:
    """The address that a host spells, in any notation the C library takes: 127.1, 0x7f000001."""
    bare = host.rstrip(".")
    try:
        return _plain(bare)
    except ValueError:
        pass
    try:
        return ipaddress.IPv4Address(socket.inet_aton(bare))
    except (OSError, UnicodeError, ValueError):
        return None


def _plain(text: str) -> Address:
    address = ipaddress.ip_address(text.partition("%")[0])
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _faces(address: Address) -> list[Address]:
    """The address, and the IPv4 addresses that packets to it may end up at."""
    if isinstance(address, ipaddress.IPv4Address) or address.is_loopback:
        return [address]
    faces: list[Address] = [address, *(address.teredo or ())]
    if address.sixtofour:
        faces.append(address.sixtofour)
    if any(address in carrier for carrier in _CARRIERS):
        faces.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return faces


def _network(entry: str) -> Network | None:
    try:
        return ipaddress.ip_network(entry, strict=False)
    except ValueError:
        return None


def _same_name(left: str, right: str) -> bool:
    return left.rstrip(".").casefold() == right.rstrip(".").casefold()
