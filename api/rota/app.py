"""The web process: opens what it needs, and joins the parts of http/ into one application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route, WebSocketRoute

from rota.graphql.planning.execution import Interpreter
from rota.http.draining import Draining
from rota.http.files import file_routes
from rota.http.graphql import GraphQL
from rota.http.health import healthz, readyz
from rota.http.host_guard import HostGuard
from rota.http.metrics import metrics as read_metrics
from rota.http.request_log import RequestLog
from rota.http.request_metrics import RequestMetrics
from rota.http.security_headers import SecurityHeaders
from rota.http.session import Session
from rota.http.socket import graphql_socket
from rota.http.sockets import OpenSockets
from rota.http.state import State
from rota.platform.gc import freeze
from rota.platform.resources import open_resources
from rota.platform.settings import Settings
from rota.schema import build_schema
from rota.wiring import RULES


def create_app(settings: Settings, schema_head: str, draining: Draining | None = None) -> Starlette:
    """`schema_head` is the newest migration that this release knows."""
    metrics, draining = RequestMetrics(), draining or Draining()
    return Starlette(
        routes=[
            Route("/graphql", GraphQL),
            WebSocketRoute("/graphql", graphql_socket),
            Route("/session", Session),
            Route("/healthz", healthz),
            Route("/readyz", readyz),
            Route("/metrics", read_metrics),
            *file_routes(),
        ],
        middleware=[
            Middleware(RequestLog, metrics, draining),
            Middleware(SecurityHeaders, settings),
            Middleware(HostGuard, settings),
        ],
        lifespan=partial(_lifespan, settings, schema_head, metrics, draining),
    )


@asynccontextmanager
async def _lifespan(
    settings: Settings,
    schema_head: str,
    metrics: RequestMetrics,
    draining: Draining,
    _: Starlette,
) -> AsyncIterator[State]:
    async with open_resources(settings, nouns=["*"]) as resources:
        sockets = OpenSockets()
        async with sockets.watched(resources.bus):
            state = State(
                resources=resources,
                rules=RULES,
                interpreter=Interpreter(build_schema(), has_plans=settings.has_plans),
                sockets=sockets,
                request_metrics=metrics,
                draining=draining,
                schema_head=schema_head,
            )
            freeze()
            yield state
