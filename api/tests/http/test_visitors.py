"""Whom a proxy speaks for."""

from ipaddress import ip_network

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rota.http.visitors import MAX_UNSIGNED, Visit, Visitors

PROXIES = (ip_network("127.0.0.1/32"), ip_network("10.0.0.0/8"), ip_network("fd00::/8"))
ADDRESSES = st.ip_addresses().map(str)


@pytest.mark.parametrize(
    ("forwarded", "found"),
    [
        ([], "10.0.0.1"),
        ([b""], "10.0.0.1"),
        ([b"203.0.113.1"], "203.0.113.1"),
        ([b"203.0.113.1:4711"], "203.0.113.1"),
        ([b"[2001:db8::1]:4711"], "2001:db8::1"),
        ([b"2001:DB8:0::1"], "2001:db8::1"),
        ([b"::ffff:203.0.113.1"], "203.0.113.1"),
        ([b"198.51.100.7, 203.0.113.1"], "203.0.113.1"),
        ([b"198.51.100.7", b"203.0.113.1"], "203.0.113.1"),
        ([b"203.0.113.1, 10.1.2.3, 127.0.0.1"], "203.0.113.1"),
        ([b"10.1.2.3"], "10.1.2.3"),
        ([b"203.0.113.1, unknown"], "10.0.0.1"),
        ([b"203.0.113.1, unknown, 10.1.2.3"], "10.1.2.3"),
        ([b"\xff"], "10.0.0.1"),
    ],
)
def test_the_last_that_is_no_proxy_counts(forwarded: list[bytes], found: str) -> None:
    assert Visitors(PROXIES).address("10.0.0.1", forwarded) == found


@settings(max_examples=200, database=None, deadline=None)
@given(peer=ADDRESSES, forwarded=st.lists(st.one_of(ADDRESSES, st.text()), max_size=5))
def test_only_a_named_proxy_is_believed(peer: str, forwarded: list[str]) -> None:
    said = [", ".join(forwarded).encode("latin-1", "replace")]
    assert Visitors(()).address(peer, said) == peer
    visitors = Visitors(PROXIES)
    found = visitors.address(peer, said)
    assert found == peer or visitors.trusts(peer)


@settings(max_examples=200, database=None, deadline=None)
@given(st.lists(st.sampled_from(["a", "b", "end"]), max_size=30))
def test_places_are_given_back(steps: list[str]) -> None:
    visitors = Visitors()
    visits = [Visit(visitors) for _ in range(3)]
    for number, step in enumerate(steps):
        visit = visits[number % 3]
        if step == "end":
            visit.end()
        else:
            visit.begin(step)
    for visit in visits:
        visit.end()
    assert all(visitors.enter(address) for address in "ab" for _ in range(MAX_UNSIGNED))
    assert not visitors.enter("a")
