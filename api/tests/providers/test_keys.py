"""P5: keys are sealed at rest, open only where they belong, and are shown nowhere."""

import asyncio
import logging
from dataclasses import replace
from typing import Any, cast

import orjson
import pytest

from rota.audit.models import AuditEntry
from rota.platform.crypto import CannotOpen, Cipher, Secret, new_key
from rota.platform.kernel.actor import SYSTEM, Actor, Role
from rota.platform.kernel.errors import Forbidden, InvalidInput
from rota.platform.resources import Resources
from rota.platform.settings import SettingsError, load_settings
from rota.platform.storage.database import fetch
from rota.platform.unit_of_work import unit_of_work
from rota.providers import checks, keys, service
from rota.providers.events import ENCRYPTION_KEY
from rota.providers.keys import KEY_LOST, unopened_keys
from rota.providers.models import Provider, ProviderType, ValidationStatus
from rota.providers.service import ProviderChanges
from rota.wiring import RULES
from tests.conftest import GraphQL
from tests.observe import hearing, queued, stored
from tests.providers.factories import provider
from tests.vendors.openai import OpenAI
from tests.vendors.server import serve

OLLAMA, OPENAI, COMPATIBLE = ProviderType
URL = "http://127.0.0.1:9/v1"
KEY = "sk-canary-5up3r53cr3t"
OTHER = "sk-another-4n0th3r"


def opened(resources: Resources, row: Provider) -> str | None:
    secret = keys.open_key(resources.cipher, resources.settings, row)
    return secret.reveal() if secret else None


async def keyed(resources: Resources, base_url: str = URL, key: str = KEY) -> Provider:
    return await provider(resources, type=COMPATIBLE, base_url=base_url, api_key=key)


async def updated(resources: Resources, row: Provider, **changes: Any) -> Provider:
    given = cast("ProviderChanges", changes)
    async with unit_of_work(resources, RULES, SYSTEM) as work:
        return await service.update_provider(work, str(row.id), given, None)


async def rotated(resources: Resources) -> tuple[int, list[str]]:
    async with unit_of_work(resources, RULES, SYSTEM) as work:
        return await keys.rotate_keys(work)


async def adopted(resources: Resources) -> list[str]:
    async with unit_of_work(resources, RULES, SYSTEM) as work:
        return await keys.adopt_key(work)


async def test_P5_a_key_is_sealed_and_opens_again(resources: Resources) -> None:
    row = await keyed(resources)
    [stored_row] = await fetch("SELECT * FROM provider")
    assert KEY not in repr(stored_row)
    assert stored_row["sealed_key"]
    assert stored_row["key_hint"] == KEY[-4:]
    assert opened(resources, await Provider.get(id=row.id)) == KEY


async def test_P5_a_key_copied_to_another_row_does_not_open_and_is_not_sent(
    resources: Resources,
) -> None:
    vendor = OpenAI(KEY)
    async with serve(vendor.app) as url:
        base = f"{url}/v1"
        mine, other = await keyed(resources, base), await keyed(resources, base, OTHER)
        await fetch("UPDATE provider SET sealed_key = $1", mine.sealed_key)
        assert opened(resources, await Provider.get(id=mine.id)) == KEY
        with pytest.raises(CannotOpen):
            opened(resources, await Provider.get(id=other.id))
        await checks.check_provider(resources, RULES, str(other.id))
        assert vendor.requests == []
        await checks.check_provider(resources, RULES, str(mine.id))
        assert len(vendor.requests) == 1
    other = await Provider.get(id=other.id)
    assert (other.validation_status, other.validation_error) == (ValidationStatus.ERROR, KEY_LOST)
    lost = await unopened_keys(resources.cipher, resources.settings)
    assert lost == [other.name]


@pytest.mark.parametrize(
    ("address", "opens"),
    [
        ("http://127.0.0.1:9/other", True),
        ("HTTP://127.0.0.1:9", True),
        ("http://127.0.0.1:8/v1", False),
        ("https://127.0.0.1:9/v1", False),
        ("http://localhost:9/v1", False),
    ],
)
async def test_P5_a_key_opens_for_its_origin_only(
    resources: Resources, address: str, opens: bool
) -> None:
    row = await keyed(resources)
    await fetch("UPDATE provider SET base_url = $1", address)
    row = await Provider.get(id=row.id)
    if opens:
        assert opened(resources, row) == KEY
    else:
        with pytest.raises(CannotOpen):
            opened(resources, row)


async def test_P5_the_address_of_openai_is_an_origin_like_any_other(resources: Resources) -> None:
    row = await provider(resources, type=OPENAI, base_url=None, api_key=KEY)
    assert opened(resources, row) == KEY
    settings = replace(resources.settings, openai_url="http://127.0.0.1:9/v1")
    with pytest.raises(CannotOpen):
        opened(replace(resources, settings=settings), row)


async def test_P5_a_new_origin_needs_the_key_typed_again(resources: Resources) -> None:
    row = await keyed(resources)
    elsewhere = "http://127.0.0.1:8/v1"
    before, jobs = await stored("provider"), await queued(resources)
    with pytest.raises(InvalidInput) as refused:
        await updated(resources, row, base_url=elsewhere)
    assert [issue.path for issue in refused.value.issues] == [("apiKey",)]
    assert await stored("provider") == before
    assert await queued(resources) == jobs

    row = await updated(resources, row, base_url="http://127.0.0.1:9/v2")
    assert opened(resources, row) == KEY
    row = await updated(resources, row, base_url=elsewhere, api_key=Secret(KEY))
    assert opened(resources, await Provider.get(id=row.id)) == KEY
    row = await updated(resources, row, base_url=URL, api_key=None)
    assert (row.sealed_key, row.key_hint) == (None, None)


async def test_P5_a_lost_key_can_be_typed_again(resources: Resources) -> None:
    row = await keyed(resources)
    renewed = replace(resources, cipher=Cipher((new_key(),)))
    with pytest.raises(CannotOpen):
        opened(renewed, row)
    row = await updated(renewed, row, api_key=Secret(KEY))
    assert opened(renewed, row) == KEY
    assert row.revision == 2


async def test_P5_rotation_seals_every_key_anew_and_lists_what_none_opens(
    resources: Resources,
) -> None:
    keys = {row.id: row for row in [await keyed(resources) for _ in range(3)]}
    stranger = replace(resources, cipher=Cipher((new_key(),)))
    lost = await keyed(stranger)
    await provider(resources)
    [old], new = resources.settings.encryption_keys, new_key()
    both = replace(resources, cipher=Cipher((new, old)))
    only_new = replace(resources, cipher=Cipher((new,)))
    for row in keys.values():
        with pytest.raises(CannotOpen):
            opened(only_new, row)

    before = {row.id: row for row in await Provider.all()}
    assert await rotated(both) == (3, [lost.name])

    for row in await Provider.all():
        was = before[row.id]
        if row.id in keys:
            assert row.sealed_key != was.sealed_key
            assert opened(only_new, row) == opened(both, row) == KEY
        else:
            assert row.sealed_key == was.sealed_key
        assert (row.revision, row.updated_at) == (was.revision, was.updated_at)
    assert await unopened_keys(only_new.cipher, only_new.settings) == [lost.name]
    assert opened(stranger, await Provider.get(id=lost.id)) == KEY


async def test_P5_a_key_is_in_no_answer_event_job_audit_entry_row_or_log(
    resources: Resources, graphql: GraphQL, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    seen: list[Any] = []
    async with serve(OpenAI("sk-right").app) as url, hearing(resources, "provider") as ear:
        fields = "provider { id name apiKeyHint validationError }"
        for key in (KEY, f"{KEY} ", f"{KEY}\n"):
            seen.append(
                await graphql(
                    f"""mutation ($input: CreateProviderInput!) {{ createProvider(input: $input) {{
                        ... on Error {{ message }} ... on CreateProviderPayload {{ {fields} }} }} }}
                    """,
                    input={
                        "name": "Gateway",
                        "type": "OPENAI_COMPATIBLE",
                        "baseUrl": f"{url}/v1",
                        "apiKey": key,
                    },
                )
            )
        [row] = await Provider.all()
        seen.append(await queued(resources))
        await checks.check_provider(resources, RULES, str(row.id))
        await updated(resources, row, api_key=Secret(f"{KEY}-2"))
        await checks.check_provider(resources, RULES, str(row.id))
        seen += [[message.name, message.fields] for message in await ear.messages()]
    seen += [await graphql("{ providers { nodes { apiKeyHint validationError } } }")]
    seen += [await stored("provider"), caplog.text]
    [row] = await Provider.all()
    assert row.validation_status is ValidationStatus.ERROR
    text = orjson.dumps(seen).decode()
    assert KEY[-4:] in text
    assert KEY not in text
    assert KEY not in repr(Secret(KEY))


def test_P5_without_an_encryption_key_nothing_starts_on_a_named_database() -> None:
    with pytest.raises(SettingsError, match="rota keys new"):
        load_settings({"DATABASE_URL": "postgres://localhost/rota"})
    with pytest.raises(ValueError, match="rota keys new"):
        Cipher(("not a key",))


async def check_value() -> Any:
    return await fetch("SELECT * FROM encryption_check")


async def begins(resources: Resources) -> bool:
    """As the start of a process does: whether it may go on."""
    await keys.keep_check_value(resources.cipher, resources.settings)
    return await keys.is_right_key(resources.cipher)


def under(resources: Resources, *encryption_keys: str) -> Resources:
    return replace(resources, cipher=Cipher(encryption_keys))


async def test_X10_the_first_start_says_which_key_is_right(resources: Resources) -> None:
    [right], wrong = resources.settings.encryption_keys, new_key()
    assert await begins(resources)
    kept = await check_value()
    assert not await begins(under(resources, wrong))
    assert await begins(under(resources, wrong, right))
    assert await begins(under(resources, right, wrong))
    assert await check_value() == kept


async def test_X10_of_two_first_starts_one_is_refused(resources: Resources) -> None:
    strangers = [under(resources, new_key()) for _ in range(2)]
    await asyncio.gather(*(keys.keep_check_value(one.cipher, one.settings) for one in strangers))
    assert sum([await keys.is_right_key(one.cipher) for one in strangers]) == 1


async def test_X10_a_start_that_does_not_open_every_key_says_nothing(resources: Resources) -> None:
    stranger = under(resources, new_key())
    await keyed(resources)
    assert await begins(stranger)
    assert await check_value() == []
    assert await begins(resources)
    assert not await begins(stranger)


async def test_X10_a_rotation_brings_the_check_value_along(resources: Resources) -> None:
    [old], new = resources.settings.encryption_keys, new_key()
    row = await keyed(resources)
    assert await begins(resources)
    await rotated(under(resources, new, old))
    assert not await begins(resources)
    assert await begins(under(resources, new))
    assert opened(under(resources, new), await Provider.get(id=row.id)) == KEY


async def test_X10_a_rotation_that_opens_not_every_key_begins_no_check_value(
    resources: Resources,
) -> None:
    await keyed(under(resources, new_key()))
    await rotated(resources)
    assert await check_value() == []


async def test_X10_a_new_key_is_adopted_and_the_keys_that_are_lost_are_named(
    resources: Resources,
) -> None:
    kept, lost = await keyed(resources), await keyed(under(resources, new_key()))
    await fetch("UPDATE provider SET name = 'Kept' WHERE id = $1", kept.id)
    assert await begins(resources)
    other = under(resources, new_key())
    assert sorted(await adopted(other)) == sorted(["Kept", lost.name])
    assert await begins(other)
    assert not await begins(resources)
    row = await updated(other, kept, api_key=Secret(OTHER))
    assert opened(other, row) == OTHER


async def test_X10_a_change_of_the_encryption_key_is_in_the_audit_log(resources: Resources) -> None:
    [old], new = resources.settings.encryption_keys, new_key()
    kept, lost = await keyed(resources), await keyed(under(resources, new_key()))
    await rotated(under(resources, new, old))
    await adopted(under(resources, new_key()))
    told = await AuditEntry.filter(action__startswith="encryption_key.").order_by("id")
    assert [(entry.actor, entry.action, entry.changes) for entry in told] == [
        ("rota", "encryption_key.rotated",
         {"sealedAnew": [None, [kept.name]], "lost": [None, [lost.name]]}),
        ("rota", "encryption_key.adopted", {"lost": [None, sorted([kept.name, lost.name])]}),
    ]  # fmt: skip
    assert {entry.subject_id for entry in told} == {ENCRYPTION_KEY}


async def test_X10_only_an_owner_changes_the_encryption_key(resources: Resources) -> None:
    for change in (keys.rotate_keys, keys.adopt_key):
        with pytest.raises(Forbidden):
            async with unit_of_work(resources, RULES, Actor("Eve", Role.EDITOR)) as work:
                await change(work)
    assert await check_value() == []


async def test_X10_whether_anything_was_ever_sealed(resources: Resources) -> None:
    assert not await keys.is_keyed()
    await keyed(under(resources, new_key()))
    assert await keys.is_keyed()
    await fetch("DELETE FROM provider")
    assert not await keys.is_keyed()
    await begins(resources)
    assert await keys.is_keyed()
