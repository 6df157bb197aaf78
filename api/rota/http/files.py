"""The built web app, or a word on how to build it."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from starlette.middleware.gzip import GZipMiddleware
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


class Assets(StaticFiles):
    """Their names change with their content."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = FOR_EVER
        return response


def file_routes(folder: Path = FOLDER) -> Sequence[BaseRoute]:
    """To be put last: what nobody else answers to is a page of the web app."""
    if not (folder / "index.html").is_file():
        return [Route("/{path:path}", _not_built)]
    graphiql = folder / "graphiql"
    return [
        Mount("/assets", _small(Assets(directory=folder / "assets"))),
        Mount("/graphiql/assets", _small(Assets(directory=graphiql / "assets", check_dir=False))),
        Route("/graphiql", lambda _: RedirectResponse("/graphiql/")),
        Route("/graphiql/", _page(graphiql / "index.html", {POLICY_HEADER: GRAPHIQL_POLICY})),
        Route("/{path:path}", _page(folder / "index.html")),
    ]


def _small(files: Assets) -> GZipMiddleware:
    """Only what everybody may read: the length of a compressed secret tells of its content."""
    return GZipMiddleware(files, compresslevel=6)


def _page(file: Path, headers: Mapping[str, str] | None = None) -> Callable[[Request], Response]:
    def page(request: Request) -> Response:
        if "." in request.url.path.rpartition("/")[2] or not file.is_file():
            return PlainTextResponse("There is no such page.\n", 404)
        return FileResponse(file, headers={**REVALIDATE, **(headers or {})})

    return page


def _not_built(_: Request) -> Response:
    return PlainTextResponse(NOT_BUILT, headers=REVALIDATE)
