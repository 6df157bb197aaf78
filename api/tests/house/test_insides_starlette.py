"""What Rota uses of Starlette beyond what it promises."""

from functools import partial
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.endpoints import HTTPEndpoint
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from tests.house.relied import relied

HOLDS = partial(relied, "starlette")


class Endpoint(HTTPEndpoint):
    async def post(self, _: Request) -> Response:
        return PlainTextResponse("posted")

    async def method_not_allowed(self, _: Request) -> Response:
        return PlainTextResponse("ours", 405)


class Files(StaticFiles):
    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["X-Ours"] = path
        return response


async def test_what_is_overridden(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("text")
    app = Starlette(routes=[Route("/", Endpoint), Mount("/files", Files(directory=tmp_path))])
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://rota") as client:
        with HOLDS("an endpoint asks method_not_allowed for other methods", "http/graphql.py"):
            for method in ("GET", "PUT", "OPTIONS", "TRACE"):
                answer = await client.request(method, "/")
                assert (answer.status_code, answer.text) == (405, "ours")
            assert (await client.post("/")).text == "posted"
        with HOLDS("static files are answered by get_response", "http/files.py"):
            assert (await client.get("/files/a.txt")).headers["X-Ours"] == "a.txt"


async def test_a_change_is_told_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(Endpoint, "method_not_allowed")
    with pytest.raises(pytest.fail.Exception, match=r"no longer so that an endpoint asks"):
        await test_what_is_overridden(tmp_path)
