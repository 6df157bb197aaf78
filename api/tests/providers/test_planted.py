"""A new kind of vendor on a known wire is one member of the enum, one file, and a migration."""

import json
import os
import shutil
import sys
from asyncio import create_subprocess_exec, timeout
from asyncio.subprocess import PIPE
from decimal import Decimal
from pathlib import Path
from typing import Any

import asyncpg

from rota.platform.crypto import new_key
from rota.platform.kernel.ids import new_id
from rota.providers.models import ProviderType
from rota.providers.vendors import vendor_of
from tests.stores import Stores

CHILD = Path(__file__).with_name("planted.py")
API = CHILD.parents[2]
MEMBER = '    PLANTED = "PLANTED", "A planted one."\n'
FILE = """
from rota.providers.vendors import ChatCompletions, Field, Refused, Vendor

VENDOR = Vendor(
    base_url=Refused("PLANTED has a fixed address."),
    api_key=Field.NEEDED,
    server="generic",
    expects="the planted API",
    wire=ChatCompletions(max_tokens_name="max_tokens"),
    fixed_url=lambda settings: settings.openai_url,
    price_id="openai",
)
"""


def files_of(package: str) -> set[str]:
    names = {file.stem for file in (API / "rota" / package).glob("*.py")}
    return names - {"__init__"}


def without_file(types: list[str], vendors: set[str]) -> set[str]:
    return {each.lower() for each in types} ^ vendors


def planted_in(folder: Path) -> None:
    shutil.copytree(API / "rota", folder / "rota", ignore=shutil.ignore_patterns("static"))
    models = folder / "rota/providers/models.py"
    text = models.read_text()
    before, first, after = text.partition("    OLLAMA = ")
    assert first
    models.write_text(f"{before}{MEMBER}{first}{after}")
    (folder / "rota/providers/vendors/planted.py").write_text(FILE)


async def told(stores: Stores, folder: Path) -> dict[str, Any]:
    name = f"try_{new_id().hex}"
    server = await asyncpg.connect(stores.database_url)
    await server.execute(f"CREATE DATABASE {name}")
    environment = {
        **os.environ,
        "PYTHONPATH": f"{folder}:{API}",
        "DATABASE_URL": stores.database_url.replace("/postgres?", f"/{name}?"),
        "REDIS_URL": stores.redis_url,
        "ENCRYPTION_KEY": new_key(),
    }
    child = await create_subprocess_exec(
        sys.executable, str(CHILD), stdout=PIPE, stderr=PIPE, env=environment, cwd=folder
    )
    async with timeout(90):
        out, err = await child.communicate()
    await server.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await server.close()
    assert child.returncode == 0, err.decode()
    answer: dict[str, Any] = json.loads(out)
    return answer


def test_each_type_has_its_file_and_names_a_wire_and_a_server_that_there_are() -> None:
    assert without_file(list(ProviderType), files_of("providers/vendors")) == set()
    for each in ProviderType:
        vendor = vendor_of(each)
        assert vendor.wire.name in files_of("inference/wires")
        assert vendor.server in files_of("providers/servers")


def test_a_type_without_a_file_is_found() -> None:
    assert without_file(["OLLAMA", "PLANTED"], {"ollama"}) == {"planted"}
    assert without_file(["OLLAMA"], {"ollama", "left"}) == {"left"}


async def test_a_planted_type_needs_nothing_else(stores: Stores, tmp_path: Path) -> None:
    planted_in(tmp_path)
    story = await told(stores, tmp_path)
    assert story["errors"] == []
    assert story["refused"] == {"createProvider": {"message": "apiKey: PLANTED needs an API key."}}
    created = story["created"]["createProvider"]["provider"]
    assert (created["type"], created["apiKeyHint"]) == ("PLANTED", "6789")
    assert (story["status"], story["models"]) == ("CONNECTED", ["gpt-4o-mini"])
    assert story["outcome"] == "Answer"
    assert story["asked"] == ["Bearer sk-planted-0123456789"] * 2
    assert Decimal(story["cost"]) == Decimal("0.15")
    assert story["described"]
