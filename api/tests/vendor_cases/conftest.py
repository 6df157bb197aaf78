"""A worker's loop and a vendor, as for the tests of runs, and the web process of those of HTTP."""

from tests.http.conftest import client, secret, web
from tests.runs.conftest import quick, run_loop, vendor

__all__ = ["client", "quick", "run_loop", "secret", "vendor", "web"]
