"""A service's docstrings name the errors that its callers have to expect."""

from types import ModuleType

import pytest

from rota.access import service as access
from rota.assignments import service as assignments
from rota.audit import service as audit
from rota.platform.kernel.errors import NotFound
from tests.house.raised import unnamed_errors

SERVICES = (access, audit, assignments)


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: str(service.__name__))
def test_every_error_is_named(service: ModuleType) -> None:
    assert unnamed_errors(service) == []


PLANTED = """
def ends(id):
    _check(id)

def _check(id):
    if not id:
        raise NotFound("thing", id, ["id"])

def begins(id):
    'Raises NotFound.'
    _check(id)
"""


def test_an_error_that_is_not_named_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    service = ModuleType("planted")
    vars(service).update(NotFound=NotFound)
    monkeypatch.setattr("inspect.getsource", lambda _: PLANTED)
    assert unnamed_errors(service) == ["planted.ends: NotFound"]
