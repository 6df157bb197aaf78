"""The requests of this process: counted for monitoring, and sent elsewhere before it ends."""

from prometheus_client import CollectorRegistry, Histogram, disable_created_metrics

OURS = ("/graphql", "/session", "/healthz", "/readyz", "/metrics")
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
disable_created_metrics()  # type: ignore[no-untyped-call] # has no types


class Traffic:
    """How long this process took to begin its answers. Once it `is_leaving`, clients are to go to
    another one."""

    def __init__(self) -> None:
        self.is_leaving = False
        self.registry = CollectorRegistry()
        self._seconds = Histogram(
            "rota_http_request_seconds",
            "Time to the first byte of an answer.",
            ["path", "status"],
            buckets=BUCKETS,
            registry=self.registry,
        )

    def note(self, path: str, status: int, seconds: float) -> None:
        """Paths that a client made up have one name between them."""
        self._seconds.labels(path if path in OURS else "other", str(status)).observe(seconds)
