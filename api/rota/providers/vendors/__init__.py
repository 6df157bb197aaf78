"""What each type of provider needs: a file each, found by the type's name in lower case."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib import import_module
from typing import ClassVar, Literal

from rota.platform.settings import Settings
from rota.providers.addresses import normalise_base_url, url_issue
from rota.providers.models import ProviderType

Dialect = Literal["openai", "ollama", "compatible"]


@dataclass(frozen=True, kw_only=True)
class ChatCompletions:
    """OpenAI's chat completions. `dialect`: whose habits they are spoken with. `max_tokens_name`:
    under which name the limit on an answer's length goes out; None: the model's name tells."""

    wire: ClassVar[str] = "chat_completions"
    dialect: Dialect
    max_tokens_name: Literal["max_tokens", "max_completion_tokens"] | None


class Field(Enum):
    NEEDED = "needed"
    OPTIONAL = "optional"


@dataclass(frozen=True)
class Refused:
    """A field that the type does not take, and where to go with it."""

    why: str


@dataclass(frozen=True, kw_only=True)
class Vendor:
    """`server`: which kind of server its check expects, a file in `servers`, and `expects`: what
    people call that. `fixed_url`: the address where nobody enters one. `api_path`: what the
    address lacks to lead to the API. `price_id`: who genai-prices says it is; None: its models
    have no price. `hint`: what to do about an address with another kind of server. `key_hint`:
    what to do where a server asks for a key that the type does not take."""

    base_url: Field | Refused
    api_key: Field | Refused
    server: str
    expects: str
    wire: ChatCompletions
    fixed_url: Callable[[Settings], str] | None = None
    api_path: str = ""
    price_id: str | None = None
    hint: Callable[[str], str] = lambda _: "Check host, port and path."
    key_hint: Callable[[str], str] = lambda _: "Choose another type of provider."

    def address(self, base_url: str | None, settings: Settings) -> str:
        """Where its server is; what its key is bound to."""
        return normalise_base_url(self.fixed_url(settings) if self.fixed_url else base_url or "")

    def api_url(self, base_url: str | None, settings: Settings) -> str:
        """Where its API begins."""
        return self.address(base_url, settings) + self.api_path


@cache
def vendor_of(type: ProviderType) -> Vendor:
    vendor: Vendor = import_module(f"{__name__}.{type.value.lower()}").VENDOR
    return vendor


def field_issues(type: ProviderType, base_url: str | None, has_key: bool) -> list[tuple[str, str]]:
    """Pairs of field and message; the URL is expected in its normalised form."""
    vendor, issues = vendor_of(type), []
    match vendor.base_url:
        case Refused(why) if base_url:
            issues.append(("baseUrl", why))
        case Field.NEEDED if not base_url:
            issues.append(("baseUrl", f"{type} needs the address of its server."))
        case Field() if base_url and (issue := url_issue(base_url)):
            issues.append(("baseUrl", issue))
    match vendor.api_key:
        case Refused(why) if has_key:
            issues.append(("apiKey", why))
        case Field.NEEDED if not has_key:
            issues.append(("apiKey", f"{type} needs an API key."))
    return issues
