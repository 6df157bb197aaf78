"""The built web app, or a word on how to build it."""

import stat
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import NotModifiedResponse, StaticFiles
from starlette.types import Scope

from rota.http.security_headers import GRAPHIQL_POLICY, POLICY_HEADER

FOLDER = Path(__file__).parent / "static"
NOT_BUILT = "The web app is not built. Run `make setup`, then start Rota again.\n"
REVALIDATE = {"Cache-Control": "no-cache"}
FOR_EVER = "public, max-age=31536000, immutable"
# As the build names them, the better one first (web/build/compressed.ts).
COMPRESSED = {"br": ".br", "gzip": ".gz"}


@dataclass(frozen=True)
class Packed:
    """A file that the build compressed, whole: it never changes, and is small."""

    body: bytes
    headers: Mapping[str, str]


class Assets(StaticFiles):
    """Their names change with their content. The build has compressed them; a part of one is a part
    of the plain file."""

    def __init__(self, directory: Path, *, check_dir: bool = True) -> None:
        super().__init__(directory=directory, check_dir=check_dir)
        self._packed: dict[str, Packed] = {}

    async def get_response(self, path: str, scope: Scope) -> Response:
        if path.endswith(tuple(COMPRESSED.values())):
            raise HTTPException(404)
        asked = Headers(scope=scope)
        response = self._as_accepted(path, asked) if scope["method"] in ("GET", "HEAD") else None
        response = response or await super().get_response(path, scope)
        response.headers["Cache-Control"] = FOR_EVER
        response.headers["Vary"] = "Accept-Encoding"
        return response

    def _as_accepted(self, path: str, asked: Headers) -> Response | None:
        """None: as it is. It is too small, or compressed by its nature, or a part is asked for."""
        if "range" in asked:
            return None
        for coding in accepted_codings(asked.get("accept-encoding", "")):
            if packed := self._packed_file(path + COMPRESSED[coding]):
                answer = Response(packed.body, headers=packed.headers)
                if self.is_not_modified(answer.headers, asked):
                    return NotModifiedResponse(answer.headers)
                answer.headers["Content-Encoding"] = coding
                return answer
        return None

    def _packed_file(self, path: str) -> Packed | None:
        if path in self._packed:
            return self._packed[path]
        try:
            file, found = self.lookup_path(path)
        except (OSError, ValueError):
            return None
        if found is None or not stat.S_ISREG(found.st_mode):
            return None
        headers = FileResponse(file, stat_result=found).headers
        packed = self._packed[path] = Packed(Path(file).read_bytes(), dict(headers))
        return packed


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
        Mount("/assets", Assets(folder / "assets")),
        Mount("/graphiql/assets", Assets(graphiql / "assets", check_dir=False)),
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
