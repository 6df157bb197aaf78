"""What monitoring reads: requests and sockets of this process, and the runs in the database."""

from collections.abc import Iterator, Mapping

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
from rota.runs.models import RunStatus
from rota.runs.stats import figures


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
    runs = await figures()
    depth = runs.counts.get(RunStatus.QUEUED, 0)
    workers = await read_workers(redis)
    counts = GaugeMetricFamily("rota_runs", "Runs in the database.", labels=["status"])
    for status, number in runs.counts.items():
        counts.add_metric([status], number)
    reconnects = CounterMetricFamily("rota_bus_reconnects", "Connections to Redis after the first.")
    reconnects.add_metric([], bus.reconnects)
    return [
        counts,
        _gauge("rota_queue_depth", "Runs that wait for a worker.", depth),
        _gauge("rota_queue_age_seconds", "How long the oldest waits.", runs.oldest_wait),
        _quantiles("rota_run_wait_seconds", "Queued to started, last 5 minutes.", runs.waits),
        _quantiles("rota_run_seconds", "Started to finished, last 5 minutes.", runs.durations),
        _gauge("rota_workers", "Workers that are there.", len(workers)),
        _gauge("rota_sockets", "Sockets that are signed in.", len(state["sockets"])),
        _gauge("rota_subscribers", "Subscriptions to the bus.", bus.subscribers),
        reconnects,
    ]


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value)


def _quantiles(name: str, text: str, values: Mapping[float, float]) -> Metric:
    """Without a run there is nothing to say."""
    family = GaugeMetricFamily(name, text, labels=["quantile"])
    for quantile, value in values.items():
        family.add_metric([str(quantile)], value)
    return family
