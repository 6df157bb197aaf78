"""What monitoring reads: requests and sockets of this process, and the runs in the database."""

from collections.abc import Iterator
from typing import Any

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response

from rota.http.answers import refuse
from rota.http.credentials import authenticate
from rota.http.state import State
from rota.platform.kernel.deadline import before_deadline
from rota.platform.messaging.presence import read_workers
from rota.platform.storage.database import fetch

RUNS = "SELECT status, count(*) AS number FROM run GROUP BY status"
OLDEST = """
    SELECT extract(epoch FROM now() - min(queued_at))::float8 AS age FROM run
    WHERE status = 'QUEUED'
"""
QUANTILES = (0.5, 0.95, 0.99)
LATENCIES = """
    SELECT
        percentile_cont($1::float8[]) WITHIN GROUP (
            ORDER BY extract(epoch FROM started_at - queued_at)::float8
        ) AS wait,
        percentile_cont($1::float8[]) WITHIN GROUP (
            ORDER BY extract(epoch FROM finished_at - started_at)::float8
        ) AS duration
    FROM run
    WHERE finished_at > now() - interval '5 minutes' AND started_at IS NOT NULL
"""


async def metrics(request: Request[State]) -> Response:
    """For any valid credentials: it shows no more than a viewer sees."""
    try:
        await before_deadline(authenticate(request))
        gathered = _Gathered(await before_deadline(_gather(request.state)))
    except Exception as error:  # shown by its code; a bug is logged and masked
        return refuse(request, error)
    text = generate_latest(request.state["request_metrics"].registry)
    text += generate_latest(gathered)
    return Response(text, 200, {"Cache-Control": "no-store"}, CONTENT_TYPE_PLAIN_0_0_4)


class _Gathered(Collector):
    def __init__(self, families: list[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterator[Metric]:
        yield from self._families


async def _gather(state: State) -> list[Metric]:
    bus, redis = state["resources"].bus, state["resources"].redis
    numbers = {row["status"]: row["number"] for row in await fetch(RUNS)}
    [oldest] = await fetch(OLDEST)
    [latency] = await fetch(LATENCIES, list(QUANTILES))
    workers = await read_workers(redis)
    runs = GaugeMetricFamily("rota_runs", "Runs in the database.", labels=["status"])
    for status, number in numbers.items():
        runs.add_metric([status], number)
    reconnects = CounterMetricFamily("rota_bus_reconnects", "Connections to Redis after the first.")
    reconnects.add_metric([], bus.reconnects)
    return [
        runs,
        _gauge("rota_queue_depth", "Runs that wait for a worker.", numbers.get("QUEUED", 0)),
        _gauge("rota_queue_age_seconds", "How long the oldest waits.", oldest["age"] or 0),
        _quantiles("rota_run_wait_seconds", "Queued to started, last 5 minutes.", latency["wait"]),
        _quantiles("rota_run_seconds", "Started to finished, last 5 minutes.", latency["duration"]),
        _gauge("rota_workers", "Workers that are there.", len(workers)),
        _gauge("rota_sockets", "Sockets that are signed in.", len(state["sockets"])),
        _gauge("rota_subscribers", "Subscriptions to the bus.", bus.subscribers),
        reconnects,
    ]


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value)


def _quantiles(name: str, text: str, values: Any) -> Metric:
    """Without a run there is nothing to say."""
    family = GaugeMetricFamily(name, text, labels=["quantile"])
    for quantile, value in zip(QUANTILES, values or (), strict=bool(values)):
        family.add_metric([str(quantile)], value)
    return family
