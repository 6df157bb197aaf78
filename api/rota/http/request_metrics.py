"""The requests of this process, counted for monitoring."""

from prometheus_client import CollectorRegistry, Histogram, disable_created_metrics

PATHS = ("/graphql", "/session", "/healthz", "/readyz", "/metrics")
BUCKETS_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
disable_created_metrics()  # type: ignore[no-untyped-call] # has no types


class RequestMetrics:
    """How long this process took to begin its answers."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._seconds = Histogram(
            "rota_http_request_seconds",
            "Time to the first byte of an answer.",
            ["path", "status"],
            buckets=BUCKETS_SECONDS,
            registry=self.registry,
        )

    def observe(self, path: str, status: int, seconds: float) -> None:
        """Paths that a client made up have one name between them."""
        self._seconds.labels(path if path in PATHS else "other", str(status)).observe(seconds)
