"""P3: what a check of a connection finds and says."""

import asyncio
import logging
import socket
import traceback
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import openai
import pytest

from rota.platform.egress import EgressPolicy
from rota.platform.http_client import HttpClient, open_client, pieces
from rota.platform.settings import Settings
from rota.providers import connection
from rota.providers.connection import CheckFailed, list_models
from rota.providers.models import ProviderType
from rota.providers.vendors import vendor_of
from tests.platform.certificates import Issued, authority, leaf, serving
from tests.platform.peer import End, Line, peer
from tests.vendors.ollama import Ollama
from tests.vendors.openai import VLLM, LlamaCpp, OpenAI
from tests.vendors.script import Answer, Drips, Fails, Hangs, NotHttp, Pace, Raw, Resets, Trouble
from tests.vendors.server import serve
from tests.vendors.vendor import Vendor

OLLAMA, OPENAI, COMPATIBLE = ProviderType
KEY = "sk-canary-5up3r53cr3t"
NOWHERE = Path("/nonexistent")
ELSEWHERE = Settings(NOWHERE, openai_url="http://unused.test/v1")


@pytest.fixture
async def client() -> AsyncIterator[HttpClient]:
    async with open_client(EgressPolicy(resolve=resolve)) as client:
        yield client


async def resolve(host: str, port: int) -> Sequence[str]:
    if host == "model.test":
        return ["127.0.0.1"]
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


async def check(
    client: HttpClient, kind: ProviderType, url: str, key: str | None = None
) -> list[str]:
    vendor = vendor_of(kind)
    if kind is OPENAI:
        return await list_models(
            client, kind, vendor.address(None, Settings(NOWHERE, openai_url=url)), key
        )
    return await list_models(client, kind, vendor.address(url, ELSEWHERE), key)


async def complaint(
    client: HttpClient, kind: ProviderType, url: str, key: str | None = None
) -> str:
    """What the check says; whatever it is, it never holds the key."""
    with pytest.raises(CheckFailed) as caught:
        await check(client, kind, url, key)
    assert KEY not in "".join(traceback.format_exception(caught.value))
    return str(caught.value)


# P3 ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "vendor", "path", "key"),
    [
        (OLLAMA, Ollama(), "", None),
        (OPENAI, OpenAI(KEY), "/v1", KEY),
        (COMPATIBLE, OpenAI(KEY), "/v1", KEY),
        (COMPATIBLE, LlamaCpp(), "/v1/", None),
        (COMPATIBLE, VLLM(KEY), "/v1", KEY),
        (COMPATIBLE, Ollama(), "/v1", None),
    ],
)
async def test_P3_a_good_check_lists_the_models_and_runs_find_the_same_server(
    client: HttpClient, kind: ProviderType, vendor: Vendor, path: str, key: str | None
) -> None:
    async with serve(vendor.app) as url:
        base_url = None if kind is OPENAI else url + path
        settings = Settings(NOWHERE, openai_url=url + path) if kind is OPENAI else ELSEWHERE
        models = await check(client, kind, url + path, key)
        sdk = openai.AsyncOpenAI(
            base_url=vendor_of(kind).api_url(base_url, settings),
            api_key=key or "none",
            max_retries=0,
        )
        async with sdk:
            answer = await sdk.chat.completions.create(model=models[0], messages=[])
    assert models == sorted(vendor.models)
    assert answer.choices


async def test_P3_no_key_is_sent_where_there_is_none(client: HttpClient) -> None:
    vendor = LlamaCpp()
    async with serve(vendor.app) as url:
        await check(client, COMPATIBLE, f"{url}/v1")
        await check(client, COMPATIBLE, f"{url}/v1", KEY)
    sent = [request.headers.get("authorization") for request in vendor.requests]
    assert sent == [None, f"Bearer {KEY}"]


async def test_P3_names_that_cannot_be_used_or_stored_are_left_out(
    client: HttpClient,
) -> None:
    vendor = Ollama(models=["b", "a", "a", "", " ", "x" * 201, "nul\x00", "two\nlines"])
    async with serve(vendor.app) as url:
        assert await check(client, OLLAMA, url) == ["a", "b"]


async def test_P3_a_refused_connection(client: HttpClient) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    said = await complaint(client, OLLAMA, f"http://127.0.0.1:{port}")
    assert said.startswith(f"127.0.0.1:{port} refused the connection. Check that")


async def test_P3_an_unknown_host(client: HttpClient) -> None:
    said = await complaint(client, OLLAMA, "http://nowhere.test:11434")
    assert said.startswith("No machine is called nowhere.test:11434. Check the spelling")


async def test_P3_a_forbidden_address(client: HttpClient) -> None:
    said = await complaint(client, COMPATIBLE, "http://169.254.169.254/v1", KEY)
    assert said.startswith("Rota never calls 169.254.169.254")


@pytest.mark.parametrize("kind", [OPENAI, COMPATIBLE])
async def test_P3_X5_a_wrong_key_is_named_and_never_shown_or_logged(
    client: HttpClient, kind: ProviderType, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    vendor = OpenAI("sk-right")
    async with serve(vendor.app) as url:
        said = await complaint(client, kind, f"{url}/v1", KEY)
        # The double does quote the key, so there was something to leak.
        headers = {"Authorization": f"Bearer {KEY}"}
        async with await client.send("GET", f"{url}/v1/models", headers) as response:
            heard = b"".join([piece async for piece in pieces(response)])
    assert KEY.encode() in heard
    assert "refused the key (401)" in said
    assert KEY not in caplog.text


async def test_P3_X5_a_key_that_cannot_be_sent_is_not_quoted(
    client: HttpClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    vendor = OpenAI(KEY)
    async with serve(vendor.app) as url:
        said = await complaint(client, OPENAI, f"{url}/v1", f"{KEY}\n")
    assert "without spaces or line breaks" in said
    assert KEY not in caplog.text
    assert vendor.requests == []


async def test_P3_a_missing_key_and_a_key_that_ollama_asks_for(client: HttpClient) -> None:
    async with serve(OpenAI(KEY).app) as url:
        assert "asks for a key (401)" in await complaint(client, COMPATIBLE, f"{url}/v1")
    async with serve(Ollama(KEY).app) as url:
        said = await complaint(client, OLLAMA, url)
        assert f"OPENAI_COMPATIBLE provider at {url}/v1" in said


async def test_P3_not_this_kind_of_server_and_where_to_go(client: HttpClient) -> None:
    async with serve(VLLM().app) as url:
        assert f"try {url}/v1" in await complaint(client, COMPATIBLE, url)
        assert "choose OPENAI_COMPATIBLE" in await complaint(client, OLLAMA, url)
    async with serve(Ollama().app) as url:
        assert (await complaint(client, OLLAMA, f"{url}/v1")).endswith(f"try {url}")
        assert f"try {url}/v1" in await complaint(client, COMPATIBLE, url)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Raw(b"<html>Welcome</html>", content_type="text/html"), "answered, but not like"),
        (Raw(b'{"hello": "world"}'), "answered, but not like"),
        (Raw(b"null"), "answered, but not like"),
        (Raw(b'{"models": null, "data": {"id": 1}}'), "answered, but not like"),
        (Raw(b'{"models": [[]], "data": [1]}'), "answered, but not like"),
        (Raw(b"[" * 100_000), "answered, but not like"),
        (Raw(b"\xff\xfe"), "answered, but not like"),
        (Raw(b""), "answered, but not like"),
        (Raw(b" " * 5_000_001), "more than 5 MB"),
        (Raw(b"", 302, headers={"location": "http://model.test/"}), "does not follow"),
        (Raw(b"", 308, headers={"location": "http://169.254.169.254/"}), "does not follow"),
        (Raw(b"no", 400), "refused to list its models (it answered 400)"),
        (Raw(b"no", 403), "(403)"),
        (Fails(Trouble.RATE_LIMIT), "allows no more requests for now (429)"),
        (Fails(Trouble.QUOTA), "allows no more requests for now (429)"),
        (Fails(Trouble.SERVER), "has trouble of its own (it answered 5"),
        (Raw(b"", 502), "has trouble of its own (it answered 502)"),
        (Resets(), "broke the connection off"),
        (NotHttp(), "broke the connection off"),
    ],
)
@pytest.mark.parametrize("kind", ProviderType)
async def test_P3_each_bad_answer_has_its_words(
    client: HttpClient, kind: ProviderType, answer: Answer, words: str
) -> None:
    vendor = Ollama() if kind is OLLAMA else OpenAI()
    vendor.will_list(answer)
    async with serve(vendor.app) as url:
        path = "" if kind is OLLAMA else "/v1"
        said = await complaint(client, kind, url + path, None if kind is OLLAMA else KEY)
    assert words in said
    assert said[-1] in "./1" or said.endswith(url)
    assert len(vendor.requests) == 1


@pytest.mark.parametrize("answer", [Hangs(), Drips(Pace(0.02))], ids=type)
async def test_P3_a_verdict_comes_within_five_seconds(
    client: HttpClient, monkeypatch: pytest.MonkeyPatch, answer: Answer
) -> None:
    """Also when bytes keep coming: the deadline is for the whole, not for each read."""
    assert connection.CHECK_SECONDS < 5
    monkeypatch.setattr(connection, "CHECK_SECONDS", 0.3)
    vendor = OpenAI()
    vendor.will_list(answer, Drips(Pace(0)))
    async with asyncio.timeout(5), serve(vendor.app) as url:
        assert "did not answer within" in await complaint(client, COMPATIBLE, f"{url}/v1", KEY)
        await vendor.requests[0].closed.wait()
        # The control: drops that come fast enough make a good answer.
        monkeypatch.undo()
        assert await check(client, COMPATIBLE, f"{url}/v1", KEY) == sorted(vendor.models)


# TLS -----------------------------------------------------------------------------------

ROOT = authority("Root")
BETWEEN = authority("Between", ROOT)
GOOD = leaf("model.test", BETWEEN)
UNTRUSTED = "The certificate of {host} is not trusted here"


async def over_tls(
    monkeypatch: pytest.MonkeyPatch, folder: Path, server: Issued, *chain: Issued
) -> tuple[list[str] | str, list[int]]:
    """The models, or what the check says; and how many requests came by each connection."""
    (folder / "root.pem").write_bytes(ROOT.pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(folder / "root.pem"))
    models = b'{"data": [{"id": "small"}]}'
    answer = b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(models), models)
    async with (
        peer(Line((answer,), end=End.STAY), tls=serving(folder, server, *chain)) as serves,
        open_client(EgressPolicy(resolve=resolve)) as client,
    ):
        url = f"https://model.test:{serves.port}/v1"
        try:
            return await check(client, COMPATIBLE, url, KEY), serves.requests
        except CheckFailed as failed:
            return str(failed).replace(f"model.test:{serves.port}", "{host}"), serves.requests


async def test_P3_a_chain_to_an_authority_that_was_added_is_trusted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert await over_tls(monkeypatch, tmp_path, GOOD, BETWEEN) == (["small"], [1])


@pytest.mark.parametrize(
    ("server", "chain", "why"),
    [
        (GOOD, (), ". Have its authority's certificate installed where Rota runs, among"),
        (leaf("model.test"), (), ". Have its authority's certificate installed where Rota runs"),
        (leaf("model.test", authority("Other")), (), ". Have its authority's certificate"),
        (leaf("other.test", BETWEEN), (BETWEEN,), ": it was issued for another name. Use"),
        (leaf("127.0.0.1", BETWEEN), (BETWEEN,), ": it was issued for another name. Use"),
        (leaf("model.test", BETWEEN, is_expired=True), (BETWEEN,), ": it has expired, or"),
    ],
    ids=["no intermediate", "self-signed", "unknown authority", "name", "address", "expired"],
)
async def test_P3_an_untrusted_certificate(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    server: Issued,
    chain: tuple[Issued, ...],
    why: str,
) -> None:
    said, requests = await over_tls(monkeypatch, tmp_path, server, *chain)
    assert UNTRUSTED + why in str(said)
    assert not any(requests)


async def test_P3_tls_asked_of_a_plain_server(client: HttpClient) -> None:
    async with serve(OpenAI().app) as url:
        plain = url.replace("http://", "https://")
        assert "use http://" in await complaint(client, COMPATIBLE, f"{plain}/v1", KEY)


async def test_P3_a_plain_question_to_a_server_that_speaks_tls(client: HttpClient) -> None:
    alert = b"\x15\x03\x01\x00\x02\x02\x46"
    async with peer(Line(last=alert)) as server:
        said = await complaint(client, COMPATIBLE, f"{server.url}v1", KEY)
    assert said == f"127.0.0.1:{server.port} speaks TLS, and was asked without. Use https://"
