"""X6: addresses in whatever notation, made up by the hundred."""

import ipaddress

import aiohttp
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rota.platform.egress import EgressPolicy, EgressRefused
from rota.platform.http_client import NotReached, open_client
from tests.platform.test_egress import Names, get, trap

NUMBERS = st.sampled_from(["{}", "0x{:x}", "0X{:X}", "0{:o}", "0x{:08x}"])


@st.composite
def spelled(draw: st.DrawFn, address: str) -> str:
    """An IPv4 address in any notation that a C library takes, or in IPv6 clothes."""
    number = int(ipaddress.IPv4Address(address))
    if draw(st.booleans()):
        prefix = draw(st.sampled_from(["::ffff:", "::", "64:ff9b::", "::ffff:0:", "2002:"]))
        low = f"{number >> 16:x}:{number & 0xFFFF:x}"
        text = f"{prefix}{low}" if prefix != "2002:" else f"2002:{low}::1"
        if prefix != "2002:" and draw(st.booleans()):
            text = prefix + address
        if draw(st.booleans()):
            text = ipaddress.IPv6Address(text).exploded
        return f"[{text.upper() if draw(st.booleans()) else text}]"
    parts = draw(st.integers(1, 4))
    heads = [number >> (24 - 8 * at) & 0xFF for at in range(parts - 1)]
    last = number & (1 << (8 * (5 - parts))) - 1
    text = ".".join(draw(NUMBERS).format(part) for part in [*heads, last])
    if draw(st.booleans()):
        text = text.replace(".", draw(st.sampled_from(["\u3002", "\uff0e", "\uff61", "."])))
    return text + draw(st.sampled_from(["", "."]))


@given(st.lists(spelled("169.254.169.254") | spelled("127.0.0.1"), min_size=40, max_size=40))
@settings(max_examples=10, deadline=None)
async def test_X6_no_spelling_of_an_address_gets_by(hosts: list[str]) -> None:
    async with trap() as watched, open_client(EgressPolicy("public", resolve=Names())) as client:
        for host in hosts:
            with pytest.raises(EgressRefused):
                await get(client, f"http://{host}:{watched.port}/")
        assert watched.caught == 0


@given(st.lists(st.text("0123456789abcdefxX.:%[]~-_\u3002", max_size=24), max_size=40))
@example(["1.2.3.4.5", "0x", "1..2", "::1%1", "127.0.0.1:80", "[v1.fe80]", "0x7f.0x1."])
@settings(max_examples=25, deadline=None)
async def test_X6_what_is_connected_to_was_judged_whatever_the_host(hosts: list[str]) -> None:
    """Either the resolver is asked, or it is an address: nothing slips through in between."""
    async with open_client(EgressPolicy("allowlist", resolve=Names())) as client:
        for host in hosts:
            for url in (f"http://{host}/", f"http://[{host}]/"):
                with pytest.raises((EgressRefused, NotReached, ValueError)) as caught:
                    await get(client, url)
                if isinstance(caught.value, NotReached):
                    assert isinstance(caught.value.__cause__, aiohttp.ClientConnectorDNSError), url
