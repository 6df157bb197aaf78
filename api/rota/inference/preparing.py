"""A provider's model, ready to be asked: its key opened, and the way to it known."""

from dataclasses import dataclass, replace

from rota.inference.failures import Names
from rota.inference.wires import Wire
from rota.inference.wires.chat_completions import ChatCompletionsWire
from rota.platform.resources import Resources
from rota.providers.keys import usable_key
from rota.providers.models import Provider, ProviderType
from rota.providers.vendors import ChatCompletions, vendor_of


@dataclass(frozen=True)
class Target:
    """`cuts_at_powers`: its server may be one that cuts long prompts to half of a context."""

    names: Names
    wire: Wire
    cuts_at_powers: bool

    def named(self, provider_name: str) -> "Target":
        """The same, whatever its provider is called by now."""
        if self.names.provider == provider_name:
            return self
        return replace(self, names=replace(self.names, provider=provider_name))


def prepare(resources: Resources, provider: Provider, model_name: str) -> Target:
    """Raises KeyUnusable."""
    vendor = vendor_of(provider.type)
    url = vendor.api_url(provider.base_url, resources.settings)
    secret = usable_key(resources, provider)
    key = secret.reveal() if secret else None
    match vendor.wire:
        case ChatCompletions() as how:
            http = resources.http.of((provider.id, provider.connection_revision))
            wire = ChatCompletionsWire(http, how, url, key, model_name)
    names = Names(provider.name, model_name, url, key)
    return Target(names, wire, cuts_at_powers=provider.type is not ProviderType.OPENAI)
