"""X6: which addresses are called, tried with traps that count who knocks."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from rota.platform.egress import EgressPolicy, EgressRefused
from rota.platform.http_client import (
    MAX_CONNECTIONS,
    HttpClient,
    NotReached,
    open_client,
)
from tests.vendors.openai import OpenAI
from tests.vendors.script import Raw
from tests.vendors.server import serve

METADATA_SPELLINGS = [
    "169.254.169.254",
    "169.254.169.254.",
    "169.254.43518",
    "2852039166",
    "0xa9fea9fe",
    "0xA9.0xFE.0xA9.0xFE",
    "025177524776",
    "169。254。169。254",
    "[::ffff:169.254.169.254]",
    "[::ffff:a9fe:a9fe]",
    "[0:0:0:0:0:ffff:a9fe:a9fe]",
    "[::169.254.169.254]",
    "[::ffff:0:169.254.169.254]",
    "[64:ff9b::169.254.169.254]",
    "[64:ff9b:1::a9fe:a9fe]",
    "[2002:a9fe:a9fe::1]",
    "[2001:0:a9fe:a9fe::1]",
    "[fe80::a9fe:a9fe]",
    "[fe80::1%25lo]",
    "[fe80::1%lo]",
    "[fd00:ec2::254]",
    "[fd20:ce::254]",
    "100.100.100.200",
    "168.63.129.16",
    "192.0.0.192",
]
NOWHERE_SPELLINGS = [
    "0.0.0.0",
    "0",
    "0x0",
    "[::]",
    "[::ffff:0.0.0.0]",
    "224.0.0.1",
    "[ff02::1]",
    "255.255.255.255",
]
LOOPBACK_SPELLINGS = ["127.0.0.1", "127.1", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]"]


class Names:
    """A resolver that knows what it is told and remembers what it was asked."""

    def __init__(self, **answers: Sequence[Sequence[str]]) -> None:
        self._answers = {name: list(rounds) for name, rounds in answers.items()}
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        rounds = self._answers.get(host.rstrip("."))
        if not rounds:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return rounds.pop(0) if len(rounds) > 1 else rounds[0]


class Trap:
    """Counts connections; it is never supposed to see one."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.caught = 0

    def spring(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.caught += 1
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}")
        writer.close()


async def get(client: HttpClient, url: str) -> int:
    async with await client.send("GET", url, {}) as response:
        await response.read()
        return response.status


@asynccontextmanager
async def trap(host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[Trap]:
    listener = socket.create_server((host, port))
    set_up = Trap(listener.getsockname()[1])
    async with await asyncio.start_server(set_up.spring, sock=listener):
        yield set_up


@pytest.mark.parametrize("host", METADATA_SPELLINGS + NOWHERE_SPELLINGS)
@pytest.mark.parametrize(
    "policy",
    [
        EgressPolicy(),
        EgressPolicy("public"),
        EgressPolicy("allowlist", ("0.0.0.0/0", "::/0", "169.254.169.254")),
    ],
    ids=lambda policy: policy.mode,
)
async def test_X6_addresses_that_are_never_called(host: str, policy: EgressPolicy) -> None:
    url = f"http://{host}/v1"
    assert (await policy.refusal(url) or "").startswith("Rota never calls")
    async with open_client(policy) as client:
        with pytest.raises(EgressRefused):
            await get(client, url)


@pytest.mark.parametrize(
    "answer",
    [
        ["169.254.169.254"],
        ["::ffff:169.254.169.254"],
        ["64:ff9b::a9fe:a9fe"],
        ["fe80::1%2"],
        ["0.0.0.0"],
        ["127.0.0.1", "169.254.169.254"],
    ],
)
@pytest.mark.parametrize("host", ["model.test", "model.test."])
async def test_X6_a_name_is_judged_by_all_it_resolves_to(host: str, answer: list[str]) -> None:
    async with trap() as watched:
        policy = EgressPolicy(resolve=Names(**{"model.test": [answer]}))
        url = f"http://{host}:{watched.port}/"
        assert "model.test" in (await policy.refusal(url) or "")
        async with open_client(policy) as client:
            with pytest.raises(EgressRefused, match=r"model\.test"):
                await get(client, url)
        assert watched.caught == 0


async def test_X6_a_name_that_turns_is_caught_at_the_connection() -> None:
    """Rebinding: harmless at save, metadata at use. What counts is each connection's own answer."""
    async with trap() as watched:
        names = Names(**{"model.test": [["127.0.0.1"], ["169.254.169.254"]]})
        policy = EgressPolicy(resolve=names)
        url = f"http://model.test:{watched.port}/"
        assert await policy.refusal(url) is None
        async with open_client(policy) as client:
            with pytest.raises(EgressRefused):
                await get(client, url)
        assert names.asked == ["model.test"] * 2
        assert watched.caught == 0


async def test_X6_the_judged_address_is_the_one_connected_to() -> None:
    """The name is unknown to the system: only the judged answer can have led there, once."""
    vendor = OpenAI()
    names = Names(**{"model.test": [["127.0.0.1"], ["169.254.169.254"]]})
    async with serve(vendor.app) as url, open_client(EgressPolicy(resolve=names)) as client:
        port = url.rpartition(":")[2]
        assert await get(client, f"http://model.test:{port}/v1/models") == 200
    assert names.asked == ["model.test"]
    assert vendor.requests[0].headers["host"] == f"model.test:{port}"


async def test_X6_tls_names_the_host_and_not_its_address() -> None:
    greeted: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()

    def note(_: ssl.SSLObject, name: str | None, __: ssl.SSLContext) -> int:
        greeted.set_result(name)
        return ssl.ALERT_DESCRIPTION_HANDSHAKE_FAILURE

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.sni_callback = note
    names = Names(**{"model.test": [["127.0.0.1"]]})
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0, ssl=context)
    async with server, open_client(EgressPolicy(resolve=names)) as client:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(NotReached):
            await get(client, f"https://model.test:{port}/")
    assert greeted.result() == "model.test"


@pytest.mark.parametrize("host", LOOPBACK_SPELLINGS)
async def test_X6_private_calls_loopback_and_public_knocks_nowhere(host: str) -> None:
    async with trap() as watched:
        url = f"http://{host}:{watched.port}/"
        strict = EgressPolicy("public")
        assert "public addresses only" in (await strict.refusal(url) or "")
        async with open_client(strict) as client:
            with pytest.raises(EgressRefused):
                await get(client, url)
        assert watched.caught == 0
        # The control: the same trap does see the caller that is allowed.
        assert await EgressPolicy().refusal(url) is None
        async with open_client(EgressPolicy()) as client:
            assert await get(client, url) == 200
        assert watched.caught == 1


@pytest.mark.parametrize(
    ("address", "is_public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("64:ff9b::8.8.8.8", True),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.0.1", False),
        ("100.64.0.1", False),
        ("fd12::1", False),
        ("::1", False),
        ("::ffff:10.1.2.3", False),
        ("64:ff9b::10.1.2.3", False),
        ("2002:a01:203::1", False),
    ],
)
async def test_X6_public_and_private_addresses(address: str, is_public: bool) -> None:
    names = Names(**{"model.test": [[address]]})
    refusal = await EgressPolicy("public", resolve=names).refusal("https://model.test/v1")
    assert (refusal is None) is is_public
    assert await EgressPolicy("private", resolve=names).refusal("https://model.test/v1") is None


async def test_X6_an_allowlist_names_hosts_and_networks() -> None:
    names = Names(
        **{
            "model.test": [["203.0.113.5"]],
            "other.test": [["203.0.113.6"]],
            "inside.test": [["10.20.30.40"]],
            "both.test": [["10.20.30.40", "203.0.113.6"]],
        }
    )
    policy = EgressPolicy("allowlist", ("Model.Test", "10.20.0.0/16", "::1"), names)
    allowed = ["model.test", "MODEL.test.", "inside.test", "10.20.1.1", "169083137", "[::1]"]
    refused = ["other.test", "both.test", "10.21.0.1", "127.0.0.1", "203.0.113.5"]
    for host in allowed:
        assert await policy.refusal(f"https://{host}/v1") is None, host
    for host in refused:
        assert "ROTA_EGRESS_ALLOW" in (await policy.refusal(f"https://{host}/v1") or ""), host


async def test_X6_an_empty_allowlist_lets_nothing_out() -> None:
    async with trap() as watched, open_client(EgressPolicy("allowlist")) as client:
        with pytest.raises(EgressRefused):
            await get(client, f"http://127.0.0.1:{watched.port}")
    assert watched.caught == 0


def test_X6_a_list_entry_that_is_no_network_is_refused_at_start() -> None:
    with pytest.raises(ValueError, match=r"10\.0\.0\.0/33"):
        EgressPolicy("allowlist", ("10.0.0.0/33",))


@pytest.mark.parametrize(
    "url",
    [
        "http://0251.0376.0251.0376/",
        "ftp://model.test/",
        "file:///etc/passwd",
        "//model.test",
        "model.test",
        "",
        "http:///v1",
    ],
)
async def test_X6_what_is_no_web_address_is_refused_at_save(url: str) -> None:
    assert await EgressPolicy(resolve=Names()).refusal(url) is not None


async def test_X6_a_name_unknown_today_may_be_saved_and_cannot_be_called() -> None:
    policy = EgressPolicy(resolve=Names())
    assert await policy.refusal("http://later.test/") is None
    assert await policy.refusal(f"http://{'a' * 70}.test/") is None
    async with open_client(policy) as client:
        with pytest.raises(NotReached):
            await get(client, "http://later.test/")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_X6_redirects_are_not_followed(status: int, method: str) -> None:
    vendor = OpenAI()
    async with (
        trap() as watched,
        serve(vendor.app) as url,
        open_client(EgressPolicy()) as client,
    ):
        location = f"http://127.0.0.1:{watched.port}/v1"
        moved = Raw(b"", status, headers={"location": location, "refresh": f"0; url={location}"})
        vendor.will_list(moved)
        vendor.will(moved)
        path = "models" if method == "GET" else "chat/completions"
        body = None if method == "GET" else b'{"messages": []}'
        async with await client.send(method, f"{url}/v1/{path}", {}, body) as response:
            assert response.status == status
        assert watched.caught == 0
        # The control: an ordinary client does go there.
        vendor.will_list(moved)
        async with aiohttp.ClientSession() as ordinary:
            await ordinary.get(f"{url}/v1/models")
        assert watched.caught == 1


async def test_X6_no_proxy_and_no_password_comes_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    vendor = OpenAI()
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password mine\n")
    monkeypatch.setenv("NETRC", str(netrc))
    async with trap() as proxy, serve(vendor.app) as url:
        async with aiohttp.ClientSession(trust_env=True) as ordinary:
            await ordinary.get(f"{url}/v1/models")
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        async with open_client(EgressPolicy()) as client:
            assert await get(client, f"{url}/v1/models") == 200
        assert proxy.caught == 0
        # The control: an ordinary client does send the password, and does go through the proxy.
        theirs, ours = [request.headers.get("authorization") for request in vendor.requests]
        assert theirs
        assert ours is None
        async with aiohttp.ClientSession(trust_env=True) as ordinary:
            await ordinary.get(f"{url}/v1/models")
        assert proxy.caught == 1


async def test_X6_cookies_are_not_kept() -> None:
    vendor = OpenAI()
    names = Names(**{"model.test": [["127.0.0.1"]]})
    vendor.will_list(Raw(b"{}", headers={"set-cookie": "who=me; Path=/"}))
    async with serve(vendor.app) as url, open_client(EgressPolicy(resolve=names)) as client:
        port = url.rpartition(":")[2]
        for _ in range(2):
            await get(client, f"http://model.test:{port}/v1/models")
    assert "cookie" not in vendor.requests[1].headers


@pytest.mark.parametrize("dead", [["127.0.0.2"], ["127.0.0.2", "127.0.0.3"], ["::1"]])
async def test_X6_a_dead_address_of_a_name_gives_way_to_the_next(dead: list[str]) -> None:
    vendor = OpenAI()
    names = Names(**{"model.test": [[*dead, "127.0.0.1"]], "dead.test": [dead]})
    async with serve(vendor.app) as url, open_client(EgressPolicy(resolve=names)) as client:
        port = url.rpartition(":")[2]
        assert await get(client, f"http://model.test:{port}/v1/models") == 200
        with pytest.raises(NotReached):
            await get(client, f"http://dead.test:{port}/v1/models")


@pytest.mark.parametrize("host", ["169.254.169.254", "model.test"])
async def test_X6_refusals_cost_no_place_in_the_pool(host: str) -> None:
    vendor = OpenAI()
    names = Names(**{"model.test": [["169.254.169.254"]]})
    async with serve(vendor.app) as url, open_client(EgressPolicy(resolve=names)) as client:
        calls = (client.send("GET", f"http://{host}/", {}) for _ in range(MAX_CONNECTIONS + 1))
        outcomes = await asyncio.gather(*calls, return_exceptions=True)
        assert all(isinstance(outcome, EgressRefused) for outcome in outcomes)
        assert await get(client, f"{url}/v1/models") == 200
