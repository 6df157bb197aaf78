"""X4, X5 in a real browser: what a page on another port can do to somebody who is signed in,
and what a page of Rota keeps."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route

from rota.platform.resources import Resources
from rota.platform.settings import Settings
from tests.access.factories import sign_in_code
from tests.cli.conftest import on
from tests.cli.process import rota
from tests.dose import tried
from tests.http.process import WebProcess, free_port, web_process
from tests.observe import stored
from tests.security.browser import Page, open_page
from tests.security.leaks import leaks
from tests.security.stack import Stack
from tests.security.test_canary import CREATE_PROVIDER, KEY
from tests.vendors.server import serve

_numbers = count(1)
CREATE = """mutation { createProvider(input: { name: "Stolen %d", type: OLLAMA,
    baseUrl: "http://127.0.0.1:9" }) { __typename } }"""
POST = """fetch(%(url)s, {method: 'POST', credentials: 'include', mode: %(mode)s,
    headers: %(headers)s, body: %(body)s}).then(r => r.text(), e => 'refused: ' + e)"""
FORM = """new Promise(done => {
    const frame = document.createElement('iframe');
    frame.name = 'f' + Math.random(); document.body.appendChild(frame);
    const form = document.body.appendChild(document.createElement('form'));
    Object.assign(form, {method: 'POST', action: %(url)s, target: frame.name,
        enctype: %(enctype)s});
    const field = form.appendChild(document.createElement('input'));
    [field.name, field.value] = %(field)s;
    frame.onload = () => done('sent'); form.submit(); })"""
SCRIPT = """new Promise(done => {
    const script = document.createElement('script');
    script.src = %(url)s; script.onload = () => done('ran'); script.onerror = () => done('refused');
    document.body.appendChild(script); })"""
BEACON = """(navigator.sendBeacon(%(url)s, new Blob([%(body)s], {type: 'text/plain'})),
    fetch(%(alive)s, {mode: 'no-cors'}).then(() => 'sent', () => 'sent'))"""
SOCKET = """new Promise(done => {
    const said = [], socket = new WebSocket(%(url)s, 'graphql-transport-ws');
    const send = message => socket.send(JSON.stringify(message));
    socket.onopen = () => send({type: 'connection_init', payload: %(init)s});
    socket.onmessage = event => {
        const message = JSON.parse(event.data); said.push(message.type);
        if (message.type === 'connection_ack')
            send({id: '1', type: 'subscribe', payload: {query: %(query)s}});
        if (message.type === 'complete') socket.close(); };
    socket.onclose = () => done(said.join()); })"""
SIGN_IN = """fetch('/session', {method: 'POST', headers: {'Content-Type': 'application/json'},
    body: JSON.stringify({code: %s})}).then(r => r.json())
    .then(({half}) => (localStorage.setItem('half', half), half))"""


@dataclass(frozen=True)
class Attack:
    """What a page tries, on the way to `web`; `half` is what it would have to know."""

    web: WebProcess
    half: str | None = None

    def scripts(self) -> dict[str, str]:
        return {
            "fetch": self._post("cors", {"Content-Type": "application/json"}),
            "fetch with its half guessed": self._post(
                "cors", {"Content-Type": "application/json", "X-Rota-Session": self.half or "x"}
            ),
            "fetch as text": self._post("no-cors", {"Content-Type": "text/plain"}),
            "fetch without a type": self._post("no-cors", {}),
            "form as text": self._form("text/plain"),
            "form as fields": self._form("application/x-www-form-urlencoded"),
            "form with a file": self._form("multipart/form-data"),
            "form to sign in": self._form("text/plain", "/session"),
            "script": SCRIPT % {"url": json.dumps(f"{self._url}?query={{apiTokens{{id}}}}")},
            "beacon": BEACON
            % {
                "url": json.dumps(self._url),
                "body": json.dumps(self._body()),
                "alive": json.dumps(f"{self.web.url}/healthz"),
            },
            "socket": self.socket(),
        }

    def socket(self) -> str:
        init = {"session": self.half} if self.half else {}
        parts = (self.web.socket_url, init, CREATE % next(_numbers))
        return SOCKET % dict(zip(("url", "init", "query"), map(json.dumps, parts), strict=True))

    @property
    def _url(self) -> str:
        return f"{self.web.url}/graphql"

    def _body(self) -> str:
        return json.dumps({"query": CREATE % next(_numbers)})

    def _post(self, mode: str, headers: dict[str, str]) -> str:
        parts = {"url": self._url, "mode": mode, "headers": headers, "body": self._body()}
        return POST % {name: json.dumps(part) for name, part in parts.items()}

    def _form(self, enctype: str, path: str = "/graphql") -> str:
        # As text the name and the value are put together with a sign of equality.
        body = self._body()
        parts: dict[str, Any] = {
            "url": self.web.url + path,
            "enctype": enctype,
            "field": [body[:-1] + ', "x": "', '"}'],
        }
        return FORM % {name: json.dumps(part) for name, part in parts.items()}


@pytest.fixture
async def page(tmp_path: Path) -> AsyncIterator[Page]:
    async with open_page(tmp_path / "profile") as page:
        yield page


@pytest.fixture
async def port() -> AsyncIterator[int]:
    """Where the other page is."""
    app = Starlette(routes=[Route("/", lambda _: HTMLResponse("<body>Nice kittens</body>"))])
    port = free_port()
    async with serve(app, port):
        yield port


async def signed_in(page: Page, web: WebProcess, resources: Resources) -> str:
    await page.go(f"{web.url}/healthz")
    half: str = await page.run(SIGN_IN % json.dumps(await sign_in_code(resources)))
    assert half
    return half


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_X4_a_page_on_another_port_changes_and_reads_nothing(
    host: str, page: Page, port: int, web: WebProcess, resources: Resources
) -> None:
    await signed_in(page, web, resources)
    await page.go(f"http://{host}:{port}/")
    before = await stored("provider", "api_token", "session")
    for name, script in Attack(web).scripts().items():
        seen = str(await page.run(script))
        assert not any(word in seen for word in ("data", "Payload", "ack", "ran")), (name, seen)
        assert await stored("provider", "api_token", "session") == before, name
        tried["attacks by a page on another port"] += 1


async def test_X4_ones_own_page_does_all_that(
    page: Page, web: WebProcess, resources: Resources
) -> None:
    attack = Attack(web, await signed_in(page, web, resources))
    for script in (attack.scripts()["fetch with its half guessed"], attack.socket()):
        before = await stored("provider")
        await page.run(script)
        assert await stored("provider") != before


async def test_X4_an_attack_that_succeeds_would_be_found(
    page: Page, port: int, settings: Settings, resources: Resources, tmp_path: Path
) -> None:
    """The other page is let in by name, and it knows the half: the browser adds the cookie, since
    to it another port is the same site."""
    hosts = {"ROTA_ALLOWED_HOSTS": f"127.0.0.1:{port}"}
    async with web_process(settings, tmp_path, **hosts) as careless:
        half = await signed_in(page, careless, resources)
        await page.go(f"http://127.0.0.1:{port}/")
        before = await stored("provider")
        assert await page.run(Attack(careless, half).socket()) == "connection_ack,next,complete"
        assert await stored("provider") != before


async def test_X5_a_page_of_rota_neither_shows_nor_keeps_a_key(page: Page, whole: Stack) -> None:
    value = {"name": "Seen", "type": "OPENAI_COMPATIBLE", "baseUrl": "http://127.0.0.1:9/v1"}
    await whole.client.change(CREATE_PROVIDER, **value, apiKey=KEY)
    link = json.loads((await rota("open", "--json", *on(whole.running))).out)["url"]
    await page.go(link)
    await page.until("localStorage.getItem('rota.session')")
    await page.go(f"{whole.running.url}/providers")
    await page.until("document.body.innerText.includes('Seen')")
    kept = await page.run(
        "document.documentElement.outerHTML + JSON.stringify([{...localStorage},"
        " {...sessionStorage}, document.cookie, performance.getEntries().map(e => e.name)])"
    )
    assert leaks({"page": kept.encode()}, KEY) == set()
    assert leaks({"page": f"{kept}{KEY}".encode()}, KEY)
