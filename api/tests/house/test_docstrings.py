"""Docstrings: everything public in a service says which domain errors it raises; every module says
its job."""

import ast
from pathlib import Path

import pytest

from tests.house.errors_told import domain_errors, service_files, untold_errors
from tests.house.rules import ROOT

PACKAGE = ROOT / "api/rota"
PLANTED = '''
def create(work):
    """Stores it. Raises InvalidInput."""
    _check(work)
    _locked(work)


def _check(work):
    raise InvalidInput([])


def _locked(work):
    raise NotFound("thing", "1", ["id"])


def forgiving(work):
    """None where there is none."""
    try:
        _locked(work)
    except NotFound:
        return None
'''


@pytest.mark.parametrize("file", service_files(PACKAGE), ids=lambda file: file.parent.name)
def test_a_service_function_names_the_errors_it_raises(file: Path) -> None:
    errors = domain_errors(f"rota.{file.parent.name}.service")

    assert not untold_errors(file.read_text(), errors)


def test_an_error_that_is_not_named_is_found() -> None:
    assert untold_errors(PLANTED, {"InvalidInput", "NotFound"}) == ["create: NotFound"]


def test_every_module_says_its_job() -> None:
    silent = [
        str(file.relative_to(PACKAGE))
        for file in PACKAGE.rglob("*.py")
        if "static" not in file.parts and not ast.get_docstring(ast.parse(file.read_text()))
    ]

    assert not silent
