"""A real Chromium, driven over its own protocol."""

import asyncio
import itertools
import json
import os
import shutil
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-port=0",
)
MISSING = (
    "These tests need Chromium or Chrome, and none was found. Install one (Debian: apt install "
    "chromium), or name one in ROTA_CHROMIUM."
)


def find_chromium() -> str:
    if named := os.environ.get("ROTA_CHROMIUM"):
        return named
    downloads = Path.home().glob(".cache/ms-playwright/chromium-*/chrome-linux*/chrome")
    found = [*filter(None, map(shutil.which, NAMES)), *map(str, downloads)]
    if not found:
        pytest.fail(MISSING)
    return found[0]


class Page:
    def __init__(self, connection: ClientConnection, session: str | None = None) -> None:
        self._connection = connection
        self._session = session
        self._numbers = itertools.count(1)

    async def call(self, method: str, **params: Any) -> Any:
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        await self._connection.send(json.dumps(message))
        async with asyncio.timeout(30):
            while True:
                answer = json.loads(await self._connection.recv())
                if answer.get("id") == number:
                    assert "result" in answer, answer
                    return answer["result"]

    async def go(self, url: str) -> None:
        await self.call("Page.navigate", url=url)
        await self.until("location.href !== 'about:blank' && document.body !== null")

    async def run(self, script: str) -> Any:
        """The value of an expression, once its promise has come true."""
        result = await self.call(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    async def until(self, script: str) -> Any:
        """Asks time and again; the page itself does the waiting."""
        pause = "new Promise(done => setTimeout(done, 50))"
        async with asyncio.timeout(20):
            while not (value := await self.run(script)):
                await self.run(pause)
            return value


@asynccontextmanager
async def open_page(folder: Path) -> AsyncIterator[Page]:
    """On a profile of its own."""
    process = await asyncio.create_subprocess_exec(
        find_chromium(), *FLAGS, f"--user-data-dir={folder}", stdout=DEVNULL, stderr=DEVNULL
    )
    try:
        port_file = folder / "DevToolsActivePort"
        async with asyncio.timeout(30):
            while not port_file.exists() or len(port_file.read_text().split()) < 2:
                assert process.returncode is None, "Chromium ended at its start"
                await asyncio.sleep(0.05)
        port, path = port_file.read_text().split()
        url = f"ws://127.0.0.1:{port}{path}"
        async with connect(url, proxy=None, max_size=None) as connection:
            browser = Page(connection)
            target = await browser.call("Target.createTarget", url="about:blank")
            attached = await browser.call(
                "Target.attachToTarget", targetId=target["targetId"], flatten=True
            )
            yield Page(connection, attached["sessionId"])
            await browser.call("Browser.close")
            await asyncio.wait_for(process.wait(), 20)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
