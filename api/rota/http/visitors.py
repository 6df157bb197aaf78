"""Connections that have not signed in, counted by the address that they come from."""

import asyncio
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address

from rota.platform.kernel.hosts import Network

MAX_UNSIGNED = 200
MAX_WAITING = 1_000  # of an address, for one of these places
TOO_MANY = f"At most {MAX_UNSIGNED} connections from one address that have not signed in."


class Visitors:
    """`proxies` are believed when they say whom they speak for."""

    def __init__(self, proxies: Sequence[Network] = ()) -> None:
        self._proxies = proxies
        self._here: Counter[str] = Counter()
        self._waiting: defaultdict[str, deque[Callable[[], None]]] = defaultdict(deque)

    def trusts(self, peer: str) -> bool:
        address = _address(peer)
        return address is not None and any(address in network for network in self._proxies)

    def address(self, peer: str, forwarded: Iterable[bytes]) -> str:
        """Whom a peer speaks for: the last one named in X-Forwarded-For that is no proxy of ours
        itself, because what stands before it anybody may have written."""
        if not self.trusts(peer):
            return peer
        named = b",".join(forwarded).decode("latin-1").split(",")
        for name in reversed(named):
            address = _address(name.strip())
            if address is None:
                break
            peer = str(address)
            if not self.trusts(peer):
                break
        return peer

    def enter(self, address: str) -> bool:
        if self._here[address] >= MAX_UNSIGNED:
            return False
        self._here[address] += 1
        return True

    def leave(self, address: str) -> None:
        self._here[address] -= 1
        if not self._here[address]:
            del self._here[address]
        if address in self._waiting:
            # By then whoever only goes on as a WebSocket has its place again.
            asyncio.get_running_loop().call_soon(self._let_in, address)

    def wait(self, address: str, enter: Callable[[], None]) -> bool:
        """Whether there is room to wait for room; `enter` is called then."""
        waiting = self._waiting[address]
        if len(waiting) >= MAX_WAITING:
            return False
        waiting.append(enter)
        return True

    def give_up(self, address: str, enter: Callable[[], None]) -> None:
        if enter in self._waiting.get(address, ()):
            self._waiting[address].remove(enter)
        if not self._waiting.get(address):
            self._waiting.pop(address, None)

    def _let_in(self, address: str) -> None:
        waiting = self._waiting.get(address)
        while waiting and self._here[address] < MAX_UNSIGNED:
            waiting.popleft()()
        if not waiting:
            self._waiting.pop(address, None)


class Visit:
    """A connection's place among them; it is given up by signing in."""

    def __init__(self, visitors: Visitors) -> None:
        self._visitors = visitors
        self._address: str | None = None

    def begin(self, address: str) -> bool:
        """Whether there is room for it."""
        self.end()
        if not self._visitors.enter(address):
            return False
        self._address = address
        return True

    def end(self) -> None:
        if self._address is not None:
            self._visitors.leave(self._address)
            self._address = None


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """Some proxies write a port behind it, and an IPv4 address as one of IPv6."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
