"""A worker's loop and a vendor, as for the tests of runs."""

from tests.runs.conftest import run_loop, vendor

__all__ = ["run_loop", "vendor"]
