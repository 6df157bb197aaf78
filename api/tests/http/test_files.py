"""The web app's files, and what stands in for them."""

import gzip
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette

from rota.http.files import COMPRESSED, accepted_codings, file_routes


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


NAME = "app-1a2b.js"
ASSET = f"/assets/{NAME}"
CODE = "code " * 1000
PACKED = {"br": b"as brotli", "gzip": gzip.compress(CODE.encode())}


@pytest.fixture
def packed(built: Path) -> Path:
    """With what the build lays beside a file."""
    file = built / "assets" / NAME
    file.write_text(CODE)
    for coding, suffix in COMPRESSED.items():
        file.with_name(NAME + suffix).write_bytes(PACKED[coding])
    return built


async def raw(folder: Path, path: str = ASSET, **headers: str) -> tuple[httpx.Response, bytes]:
    """An answer, and its body as it came."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    async with build(folder) as client:
        request = client.build_request("GET", path, headers={"accept-encoding": "", **named})
        answer = await client.send(request, stream=True)
        return answer, b"".join([piece async for piece in answer.aiter_raw()])


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("GZIP;Q=0.5 , BR ; q=0.1", "gzip"),
        ("br;q=0, *", "gzip"),
        ("*", "br"),
        ("identity", None),
        ("br;q=0,gzip;q=0.0,*;q=1", None),
        ("gzip;q=nothing", None),
        ("zstd;q=1,,;", None),
        ("", None),
    ],
)
async def test_assets_come_as_the_build_compressed_them(
    packed: Path, accepted: str, coding: str | None
) -> None:
    answer, body = await raw(packed, accept_encoding=accepted)
    plain, _ = await raw(packed)
    assert answer.status_code == 200
    assert answer.headers.get("content-encoding") == coding
    assert body == (PACKED[coding] if coding else CODE.encode())
    assert int(answer.headers["content-length"]) == len(body)
    for name in ("content-type", "cache-control", "vary"):
        assert answer.headers[name] == plain.headers[name]
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["vary"] == "Accept-Encoding"
    assert (answer.headers["etag"] == plain.headers["etag"]) is (coding is None)


CODINGS = st.sampled_from(["br", "gzip", "identity", "*", "zstd", "x", ""])
WEIGHTS = st.sampled_from(
    ["", ";q=0", ";q=0.000", ";q=0.3", "; q=0.7", ";q=1", ";Q=1.0", ";q=", ";"]
)


@given(st.lists(st.tuples(CODINGS, WEIGHTS).map("".join)).map(",".join) | st.text())
def test_whatever_is_accepted_is_known_and_not_refused(header: str) -> None:
    found = accepted_codings(header)
    assert set(found) <= set(COMPRESSED)
    assert len(found) == len(set(found))
    said = [part.strip() for part in header.lower().split(",")]
    for coding in COMPRESSED:
        if f"{coding};q=0" in said[-1:]:
            assert coding not in found
        if coding in said[-1:]:
            assert coding in found


async def test_an_asset_that_is_kept_is_not_sent_again(packed: Path) -> None:
    first, _ = await raw(packed, accept_encoding="br")
    again, body = await raw(packed, accept_encoding="br", if_none_match=first.headers["etag"])
    assert (again.status_code, body) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert again.headers["vary"] == "Accept-Encoding"
    assert "content-encoding" not in again.headers
    other, _ = await raw(packed, accept_encoding="gzip", if_none_match=first.headers["etag"])
    assert other.status_code == 200


async def test_a_part_of_an_asset_is_one_of_the_plain_file(packed: Path) -> None:
    answer, body = await raw(packed, accept_encoding="br, gzip", range="bytes=5-8")
    assert (answer.status_code, body) == (206, b"code")
    assert "content-encoding" not in answer.headers
    assert answer.headers["vary"] == "Accept-Encoding"


async def test_the_head_of_an_asset_is_that_of_its_answer(packed: Path) -> None:
    async with build(packed) as client:
        for accepted in ("br", "gzip", ""):
            client.headers["Accept-Encoding"] = accepted
            head, answer = (
                await client.head(ASSET),
                (await raw(packed, accept_encoding=accepted))[0],
            )
            assert head.headers == answer.headers
            assert head.content == b""


async def test_what_was_not_compressed_comes_as_it_is(built: Path) -> None:
    """It is too small, or compressed by its nature. So are pages, which tell of who asks."""
    for path, text in ((ASSET, "code"), ("/", "the app")):
        answer, body = await raw(built, path, accept_encoding="br, gzip")
        assert (answer.status_code, body.decode()) == (200, text)
        assert "content-encoding" not in answer.headers


@pytest.mark.parametrize(
    "path",
    [
        *("/assets/none.js", "/favicon.ico", f"{ASSET}.br", f"{ASSET}.gz"),
        *("/assets/..%2f..%2fsecret", "/assets/%2e%2e/%2e%2e/secret"),
    ],
)
async def test_what_is_not_there_is_not_found(path: str, packed: Path) -> None:
    async with build(packed) as client:
        answer = await client.get(path)
    assert answer.status_code == 404
    assert "cache-control" not in answer.headers


async def test_without_the_built_app_a_line_says_how_to_build_it(tmp_path: Path) -> None:
    async with build(tmp_path) as client:
        for path in ("/", "/agents", "/assets/x.js"):
            answer = await client.get(path)
            assert "make setup" in answer.text
            assert len(answer.text.splitlines()) == 1
