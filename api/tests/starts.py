"""Processes that have loaded everything before they begin: they start within milliseconds."""

import multiprocessing

STARTS = multiprocessing.get_context("forkserver")
STARTS.set_forkserver_preload(["tests.migrations.child", "tests.cli.child"])
