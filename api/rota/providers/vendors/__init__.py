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


@dataclass(frozen=True, kw_only=True)
class ChatCompletions:
    """OpenAI's chat completions. `max_tokens_name`:
    under which name the limit on an answer's length goes out; None: the model's name tells."""

    name: ClassVar[str] = "chat_completions"
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
    """All that differs from one type of provider to the next."""

    base_url: Field | Refused
    api_key: Field | Refused
    # Which kind of server its check expects, by a file's name in `servers`; what people call it.
    server: str
    expects: str
    # How to talk to its models, by a file's name in `inference/wires`.
    wire: ChatCompletions
    # The address where nobody enters one.
    fixed_url: Callable[[Settings], str] | None = None
    # What the address lacks to lead to the API.
    api_path: str = ""
    # Who it is in the price lists; None: its models have no price.
    price_id: str | None = None
    # By an address: what to do where another kind of server is, or one that asks for a key which
    # the type does not take.
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
