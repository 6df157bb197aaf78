"""A type of provider that was planted, at work, in a process of its own: says as JSON what came
of it. Its double speaks OpenAI's API."""

import asyncio
import json
import sys
from dataclasses import replace

from rota.inference.asking import ask
from rota.inference.modes import OutputMode
from rota.inference.preparing import prepare
from rota.inference.settings import ModelSettings
from rota.inference.watching import Usage
from rota.migrations.runner import migrate
from rota.platform.kernel.actor import SYSTEM
from rota.platform.resources import Resources, open_resources
from rota.platform.settings import load_settings
from rota.platform.storage.database import fetch
from rota.prices.costs import cost_usd
from rota.providers import checks
from rota.providers.models import Provider, ProviderType
from rota.providers.vendors import vendor_of
from rota.wiring import RULES
from tests.conftest import SCHEMA, context_for, execute
from tests.inference.asked import CONTRACT, PROMPT, Heard
from tests.vendors.openai import OpenAI
from tests.vendors.server import serve

KEY = "sk-planted-0123456789"
# What its migration would say.
MIGRATION = """
ALTER TABLE provider DROP CONSTRAINT provider_type_rules;
ALTER TABLE provider ADD CONSTRAINT provider_type_rules CHECK (type = 'PLANTED')
"""
CREATE = """
mutation ($key: String) {
  createProvider(input: {name: "Planted", type: PLANTED, apiKey: $key}) {
    ... on Error { message }
    ... on CreateProviderPayload { provider { id type apiKeyHint } }
  }
}
"""


async def main() -> None:
    settings = load_settings()
    await migrate(settings.database_url or "")
    vendor = OpenAI(KEY, models=["gpt-4o-mini"])
    async with serve(vendor.app) as url:
        settings = replace(settings, openai_url=f"{url}/v1")
        async with open_resources(settings, nouns=[]) as resources:
            for statement in MIGRATION.split(";"):
                await fetch(statement)
            told = await _story(resources)
    told["asked"] = [request.headers.get("authorization") for request in vendor.requests]
    told["described"] = '"""A planted one."""\n  PLANTED' in SCHEMA.as_str()
    sys.stdout.write(json.dumps(told))


async def _story(resources: Resources) -> dict[str, object]:
    context = context_for(resources, SYSTEM)
    refused = await execute(CREATE, {}, context)
    created = await execute(CREATE, {"key": KEY}, context)
    row = await Provider.get(name="Planted")
    await checks.check_provider(resources, RULES, str(row.id))
    row = await Provider.get(name="Planted")
    outcome = await ask(
        prepare(resources, row, row.models[0]),
        CONTRACT,
        PROMPT,
        settings=ModelSettings(max_tokens=7),
        mode=OutputMode.ENFORCED,
        deadline=asyncio.get_running_loop().time() + 20,
        watch=Heard(),
    )
    price_id = vendor_of(ProviderType["PLANTED"]).price_id
    return {
        "errors": [str(error) for error in (refused.errors or []) + (created.errors or [])],
        "refused": refused.data,
        "created": created.data,
        "status": row.validation_status,
        "models": row.models,
        "outcome": type(outcome).__name__,
        "cost": str(cost_usd(price_id, row.models[0], Usage(1, 1_000_000, 0))),
    }


asyncio.run(main())
