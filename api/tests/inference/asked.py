"""Asks the doubles of vendors, and notes what a watch hears."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from rota.contracts import ContractModel, generate_model_from_json_schema
from rota.inference.asking import Answer, ask
from rota.inference.errors import Failure
from rota.inference.modes import OutputMode
from rota.inference.preparing import Target, prepare
from rota.inference.prompt import Prompt
from rota.inference.settings import ModelSettings
from rota.inference.watching import Exchange, Usage, Watch
from rota.platform.kernel.errors import Issue
from rota.platform.kernel.ids import new_id
from rota.platform.resources import Resources
from rota.providers.models import Provider, ProviderType, ValidationStatus
from tests.vendors.server import serve
from tests.vendors.vendor import Vendor

CONTRACT = generate_model_from_json_schema(
    {
        "type": "object",
        "properties": {
            "category": {"enum": ["bug", "feature"]},
            "confidence": {"type": "number", "maximum": 1},
        },
        "required": ["category", "confidence"],
    }
)
GOOD = '{"category": "bug", "confidence": 0.9}'
BAD = '{"category": "nonsense", "confidence": 7}'
PROMPT = Prompt(system="You sort messages.", user="It crashes.")


@dataclass
class Heard(Watch):
    """In the order in which it was told; `raises` by the name of a method."""

    raises: dict[str, Exception] = field(default_factory=dict)
    told: list[tuple[str, Any]] = field(default_factory=list)
    issues: list[Sequence[Issue]] = field(default_factory=list)
    used: list[Usage] = field(default_factory=list)
    exchanges: list[Exchange] = field(default_factory=list)

    async def requested(self, exchange: Exchange) -> None:
        self.exchanges.append(exchange)
        self._note("requested", None)

    async def said(self, text: str) -> None:
        self._note("said", text)

    async def rejected(self, text: str, issues: Sequence[Issue]) -> None:
        self.issues.append(issues)
        self._note("rejected", text)

    def ended(self, usage: Usage) -> None:
        self.used.append(usage)
        self._note("ended", None)

    @property
    def story(self) -> list[str]:
        """What was told, pieces of one text as one."""
        names = [name for name, _ in self.told]
        return [name for at, name in enumerate(names) if at == 0 or name != names[at - 1]]

    @property
    def text(self) -> str:
        return "".join(text for name, text in self.told if name == "said")

    def _note(self, name: str, text: Any) -> None:
        self.told.append((name, text))
        if name in self.raises:
            raise self.raises[name]


def provider_at(
    base_url: str | None, type: ProviderType = ProviderType.OPENAI_COMPATIBLE
) -> Provider:
    """Never stored: asking needs no row."""
    now = datetime.now(UTC)
    return Provider(
        id=new_id(),
        name="Gateway",
        name_key="gateway",
        type=type,
        base_url=base_url,
        validation_status=ValidationStatus.CONNECTED,
        status_since=now,
        created_at=now,
        updated_at=now,
    )


@asynccontextmanager
async def target_at(resources: Resources, vendor: Vendor) -> AsyncIterator[Target]:
    async with serve(vendor.app) as url:
        yield prepare(resources, provider_at(f"{url}/v1"), vendor.models[0])


async def asked(
    target: Target,
    watch: Watch,
    *,
    seconds: float = 20,
    mode: OutputMode = OutputMode.ENFORCED,
    contract: type[ContractModel] = CONTRACT,
    **settings: Any,
) -> Answer | Failure:
    return await ask(
        target,
        contract,
        PROMPT,
        settings=replace(ModelSettings(), **settings),
        mode=mode,
        deadline=asyncio.get_running_loop().time() + seconds,
        watch=watch,
    )
