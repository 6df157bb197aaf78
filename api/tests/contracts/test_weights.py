"""What schemas cost whoever checks them, and what is kept of them (X8)."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rota.contracts import check_schema
from rota.contracts.compiling import MAX_CONTRACTS_BYTES
from rota.contracts.limits import pattern_weight
from tests.contracts.weigher import KINDS

linux = pytest.mark.skipif(
    not Path("/proc/self/clear_refs").exists(), reason="only Linux tells a process's peak"
)


def weighed(*arguments: str) -> dict[str, Any]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-m", "tests.contracts.weigher", *arguments]
    done = subprocess.run(command, capture_output=True, check=True, env=environment, timeout=60)
    said: dict[str, Any] = json.loads(done.stdout)
    return said


@linux
def test_X8_dear_schemas_cost_little_and_little_is_kept_of_them() -> None:
    said = weighed(",".join(KINDS))
    assert said["seconds"] < 1
    assert said["peak"] < 50
    # What the allocator keeps besides is at most what one of them took.
    assert said["kept"] < MAX_CONTRACTS_BYTES / 2**20 + 50


@linux
def test_X8_patterns_without_weight_would_be_found() -> None:
    said = weighed("2 dear patterns", "--without-weight")
    assert said["kept"] > MAX_CONTRACTS_BYTES / 2**20 + 50


def test_patterns_that_are_too_dear_together_are_refused_before_they_are_compiled() -> None:
    [issue] = check_schema(KINDS["19 dear patterns"](1))
    assert "too many or repeat too much" in issue.message
    assert check_schema(KINDS["2 dear patterns"](1)) == []


@pytest.mark.parametrize(
    ("pattern", "like"),
    [
        ("a{3}b{4}", "a" * 3 + "b" * 4),
        ("(ab){3}", "(ababab)"),
        ("(a(b|c){2}){3}", "(a(b|cb|c)a(b|cb|c)a(b|cb|c))"),
        (r"\p{L}{2,}", r"\p{L}\p{L}"),
        (r"[\p{L}x]{0,2}", r"[\p{L}x][\p{L}x]"),
        (r"\{9\}", r"\{\9\}"),
        ("a{999999}{999999}" * 40, "a{999999}{999999}" * 40),
    ],
)
def test_what_is_repeated_weighs_as_often(pattern: str, like: str) -> None:
    more = len(pattern) * 4 * 300  # parentheses count, too
    assert abs(pattern_weight(pattern) - pattern_weight(like)) <= more


@settings(max_examples=300, deadline=None)
@given(pattern=st.text(st.sampled_from(r"ab(){}[]\pLw^$.*+?|,019é"), max_size=40))
def test_any_text_has_a_weight(pattern: str) -> None:
    assert pattern_weight(pattern) >= 0
    assert pattern_weight(pattern, tried=True) >= pattern_weight(pattern) * 0.9
