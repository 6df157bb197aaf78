"""The built web app, or a word on how to build it."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from rota.http.security_headers import GRAPHIQL_POLICY, POLICY_HEADER

FOLDER = Path(__file__).parent / "static"
NOT_BUILT = "The web app is not built. Run `make setup`, then start Rota again.\n"
REVALIDATE = {"Cache-Control": "no-cache"}
FOR_EVER = "public, max-age=31536000, immutable"
# As the build names them, the better one first (web/build/compressed.ts).
COMPRESSED = {"br": ".br", "gzip": ".gz"}


class Assets(StaticFiles):
    """Their names change with their content. The build has compressed them; a part of one is a part
    of the plain file."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        if path.endswith(tuple(COMPRESSED.values())):
            raise HTTPException(404)
        response = await self._as_accepted(path, scope)
        response.headers["Cache-Control"] = FOR_EVER
        response.headers["Vary"] = "Accept-Encoding"
        return response

    async def _as_accepted(self, path: str, scope: Scope) -> Response:
        headers = Headers(scope=scope)
        if "range" not in headers:
            for coding in accepted_codings(headers.get("accept-encoding", "")):
                try:
                    response = await super().get_response(path + COMPRESSED[coding], scope)
                except HTTPException:  # too small, or compressed by its nature
                    continue
                if response.status_code == 200:
                    response.headers["Content-Encoding"] = coding
                return response
        return await super().get_response(path, scope)


def accepted_codings(header: str) -> list[str]:
    """Those that we have, the most wanted first."""
    wanted = dict.fromkeys(COMPRESSED, 0.0)
    named = dict(map(_weighed, header.lower().split(",")))
    for coding in wanted:
        wanted[coding] = named.get(coding, named.get("*", 0.0))
    return sorted((coding for coding in wanted if wanted[coding]), key=lambda it: -wanted[it])


def _weighed(part: str) -> tuple[str, float]:
    coding, _, weight = part.partition(";")
    name, _, value = weight.partition("=")
    try:
        return coding.strip(), float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return coding.strip(), 0.0


def file_routes(folder: Path = FOLDER) -> Sequence[BaseRoute]:
    """To be put last: what nobody else answers to is a page of the web app."""
    if not (folder / "index.html").is_file():
        return [Route("/{path:path}", _not_built)]
    graphiql = folder / "graphiql"
    # Only what everybody may read is compressed: the length of a compressed secret tells of it.
    return [
        Mount("/assets", Assets(directory=folder / "assets")),
        Mount("/graphiql/assets", Assets(directory=graphiql / "assets", check_dir=False)),
        Route("/graphiql", lambda _: RedirectResponse("/graphiql/")),
        Route("/graphiql/", _page(graphiql / "index.html", {POLICY_HEADER: GRAPHIQL_POLICY})),
        Route("/{path:path}", _page(folder / "index.html")),
    ]


def _page(file: Path, headers: Mapping[str, str] | None = None) -> Callable[[Request], Response]:
    def page(request: Request) -> Response:
        if "." in request.url.path.rpartition("/")[2] or not file.is_file():
            return PlainTextResponse("There is no such page.\n", 404)
        return FileResponse(file, headers={**REVALIDATE, **(headers or {})})

    return page


def _not_built(_: Request) -> Response:
    return PlainTextResponse(NOT_BUILT, headers=REVALIDATE)
