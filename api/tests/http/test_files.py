"""The web app's files, and what stands in for them."""

from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from rota.http.files import file_routes


def build(folder: Path) -> httpx.AsyncClient:
    app = Starlette(routes=list(file_routes(folder)))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://rota")


@pytest.fixture
def built(tmp_path: Path) -> Path:
    for name, content in {
        "index.html": "the app",
        "assets/app-1a2b.js": "code",
        "graphiql/index.html": "graphiql",
        "graphiql/assets/g-1a2b.js": "its code",
    }.items():
        file = tmp_path / "static" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
    (tmp_path / "secret").write_text("key")
    return tmp_path / "static"


async def test_pages_are_asked_for_anew_and_assets_kept_for_ever(built: Path) -> None:
    async with build(built) as client:
        for path, text in (("/", "the app"), ("/agents/1", "the app"), ("/graphiql/", "graphiql")):
            page = await client.get(path)
            assert (page.status_code, page.text) == (200, text)
            assert page.headers["cache-control"] == "no-cache"
        for path in ("/assets/app-1a2b.js", "/graphiql/assets/g-1a2b.js"):
            asset = await client.get(path)
            assert asset.status_code == 200
            assert "immutable" in asset.headers["cache-control"]


async def test_assets_are_compressed_and_pages_are_not(built: Path) -> None:
    (built / "assets" / "app-1a2b.js").write_text("code " * 1000)
    async with build(built) as client:
        asset = await client.get("/assets/app-1a2b.js")
        page = await client.get("/")
    assert asset.headers["content-encoding"] == "gzip"
    assert int(asset.headers["content-length"]) < 500
    assert asset.text == "code " * 1000
    assert "content-encoding" not in page.headers


@pytest.mark.parametrize(
    "path",
    ["/assets/none.js", "/favicon.ico", "/assets/..%2f..%2fsecret", "/assets/%2e%2e/%2e%2e/secret"],
)
async def test_what_is_not_there_is_not_found(path: str, built: Path) -> None:
    async with build(built) as client:
        answer = await client.get(path)
    assert answer.status_code == 404
    assert "cache-control" not in answer.headers


async def test_without_the_built_app_a_line_says_how_to_build_it(tmp_path: Path) -> None:
    async with build(tmp_path) as client:
        for path in ("/", "/agents", "/assets/x.js"):
            answer = await client.get(path)
            assert "make setup" in answer.text
            assert len(answer.text.splitlines()) == 1
