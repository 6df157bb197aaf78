"""What a check found out about a server: it is kept, told and cleared, and hangs on how the server
is reached."""

from typing import Any

import pytest

from rota.platform.crypto import Secret
from rota.platform.kernel.actor import SYSTEM
from rota.platform.resources import Resources
from rota.platform.unit_of_work import unit_of_work
from rota.providers.keys import rotate_keys
from rota.providers.models import Provider, ProviderType, ValidationStatus
from rota.wiring import RULES
from tests.observe import subscriber
from tests.providers.factories import check, provider, updated, validated
from tests.providers.routes import Routes
from tests.vendors.openai import OpenAI
from tests.vendors.server import serve

KEY = "sk-canary-5up3r53cr3t"
COMPATIBLE = ProviderType.OPENAI_COMPATIBLE
FIXES = """
subscription ($id: ID) {
  providerChanged(id: $id) {
    kind provider { validationStatus validationFix { label baseUrl } }
  }
}
"""


async def test_P3_the_right_address_is_kept_told_and_cleared(resources: Resources) -> None:
    async with serve(OpenAI(models=["m"]).app) as url:
        row = await provider(resources, type=COMPATIBLE, base_url=url)
        async with subscriber(resources, FIXES, id=str(row.id)) as client:
            row = await check(resources, row)
            fix = {"label": f"Use {url}/v1", "baseUrl": f"{url}/v1"}
            assert (row.validation_status, row.validation_fix) == (ValidationStatus.ERROR, fix)
            again = await validated(resources, row)
            assert again.validation_fix is None
            assert (await check(resources, row)).validation_fix == fix
            row = await updated(resources, row, base_url=f"{url}/v1")
            assert row.validation_fix is None
            row = await check(resources, row)
            heard = [await client.next() for _ in range(8)]
    assert (row.validation_status, row.models) == (ValidationStatus.CONNECTED, ["m"])
    steps = [
        (change["provider"]["validationStatus"], change["provider"]["validationFix"])
        for change in heard
        if change["kind"] == "VALIDATION_UPDATED"
    ]
    assert steps == [
        ("VALIDATING", None), ("ERROR", fix), ("PENDING", None), ("VALIDATING", None),
        ("ERROR", fix), ("PENDING", None), ("VALIDATING", None),
    ]  # fmt: skip


async def test_P3_a_server_that_lists_nothing_is_connected(resources: Resources) -> None:
    lacking = (422, {"detail": "Field required"})
    async with serve(Routes({"POST /v1/chat/completions": lacking})) as url:
        row = await check(
            resources, await provider(resources, type=COMPATIBLE, base_url=f"{url}/v1")
        )
    assert (row.validation_status, row.validation_error) == (ValidationStatus.CONNECTED, None)
    assert row.models == []


@pytest.mark.parametrize(
    ("changes", "grows"),
    [
        ({"base_url": "http://127.0.0.1:8/v1", "api_key": None}, True),
        ({"base_url": "http://127.0.0.1:9/v2"}, True),
        ({"base_url": " http://127.0.0.1:9/v1/ "}, False),
        ({"api_key": None}, True),
        ({"api_key": Secret(f"{KEY}2")}, True),
        ({"api_key": Secret(KEY)}, False),
        ({"name": "Renamed", "is_active": False}, False),
    ],
)
async def test_P4_what_was_found_out_of_a_server_hangs_on_its_address_and_key_alone(
    resources: Resources, changes: dict[str, Any], grows: bool
) -> None:
    row = await provider(resources, type=COMPATIBLE, base_url="http://127.0.0.1:9/v1", api_key=KEY)
    assert row.connection_revision == 1
    await updated(resources, row, **changes)
    assert (await Provider.get(id=row.id)).connection_revision == 1 + grows
    await check(resources, row)
    async with unit_of_work(resources, RULES, SYSTEM) as work:
        await rotate_keys(work)
    assert (await Provider.get(id=row.id)).connection_revision == 1 + grows
