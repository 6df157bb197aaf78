"""D1 to D8 under a short dose of faults: nothing is lost, doubled, out of order or stale."""

from pathlib import Path

import pytest

from tests.faults.soak import Dose, soak

FAULTS = 64
FAULTS_OF_LISTENERS = 20


@pytest.mark.timeout(300)
async def test_D1_to_D8_a_short_dose_of_faults_loses_and_doubles_nothing(tmp_path: Path) -> None:
    found, books, customers = await soak(tmp_path, Dose(FAULTS, seed=7, longest_hang=3))
    assert books.faults.total() >= 60, books.missed
    assert found.runs >= 120
    assert customers.reconnects > 0
    assert found.is_clean, f"{found.findings}\n{books.table(found, customers)}"
    assert max(books.seconds["PostgreSQL back to an acknowledged run"]) < 5
    assert max(books.seconds["Valkey hangs: an acknowledged run"]) < 1
    assert found.ended_as_lost == 0


@pytest.mark.timeout(300)
async def test_R5_under_faults_each_transition_is_heard_once(tmp_path: Path) -> None:
    """By a listener that fails at each end, too; the vendor is not asked again for that."""
    dose = Dose(FAULTS_OF_LISTENERS, seed=11, longest_hang=3, listens=True)
    found, books, customers = await soak(tmp_path, dose)
    assert books.faults.total() >= FAULTS_OF_LISTENERS - 2, books.missed
    assert found.is_clean, f"{found.findings}\n{books.table(found, customers)}"
