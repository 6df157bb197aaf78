"""D1 to D8 under a short dose of faults: nothing is lost, doubled, out of order or stale. A
listener hears each transition, and fails at each end once."""

import pytest

from tests.faults.audit import Audit
from tests.faults.books import Books
from tests.faults.customers import Customers
from tests.faults.soak import Dose, soak

FAULTS = 36
Found = tuple[Audit, Books, Customers]


@pytest.fixture(scope="module")
async def found(tmp_path_factory: pytest.TempPathFactory) -> Found:
    dose = Dose(FAULTS, seed=7, longest_hang=3, listens=True)
    return await soak(tmp_path_factory.mktemp("soak"), dose)


@pytest.mark.timeout(300)
async def test_D1_to_D8_a_short_dose_of_faults_loses_and_doubles_nothing(found: Found) -> None:
    audit, books, customers = found
    assert books.faults.total() >= FAULTS - 4, books.missed
    assert audit.runs >= FAULTS * 1.8
    assert customers.reconnects > 0
    assert audit.is_clean, f"{audit.findings}\n{books.table(audit, customers)}"
    assert max(books.seconds["PostgreSQL back to an acknowledged run"]) < 5
    assert max(books.seconds["Valkey hangs: an acknowledged run"]) < 1
    assert audit.ended_as_lost == 0


@pytest.mark.timeout(300)
async def test_R5_under_faults_each_transition_is_heard_once(found: Found) -> None:
    """By a listener that fails at each end, too; the vendor is not asked again for that."""
    audit, books, customers = found
    assert not audit.heard_wrong, f"{audit.findings}\n{books.table(audit, customers)}"
