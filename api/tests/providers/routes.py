"""A server that answers by its routes alone."""

import json
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

Reply = tuple[int, Any]  # status, and JSON or bytes


class Routes:
    """An ASGI app. `routes`: by method and path, with the query where there is one. Anything else
    is not found. `asked` keeps each request's method, path and key."""

    def __init__(self, routes: Mapping[str, Reply]) -> None:
        self.routes = dict(routes)
        self.asked: list[tuple[str, str | None]] = []
        self.bodies: list[bytes] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        query = f"?{request.url.query}" if request.url.query else ""
        route = f"{request.method} {request.url.path}{query}"
        self.asked.append((route, request.headers.get("authorization")))
        self.bodies.append(await request.body())
        status, answer = self.routes.get(route, (404, {"detail": "Not Found"}))
        body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        await Response(body, status)(scope, receive, send)

    @property
    def routes_asked(self) -> list[str]:
        return [route for route, _ in self.asked]


def listing(*names: str, **more: Any) -> Reply:
    return 200, {"object": "list", "data": [{"id": name} for name in names], **more}
