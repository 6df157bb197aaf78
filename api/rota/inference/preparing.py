"""A provider's model, ready to be asked: its key opened, its client and its agents built."""

from pydantic_ai import Agent, NativeOutput
from pydantic_ai.models import Model

from rota.contracts import ContractModel
from rota.inference.modes import OutputMode
from rota.inference.wires import chat_completions
from rota.platform.resources import Resources
from rota.providers.keys import usable_key
from rota.providers.models import Provider
from rota.providers.vendors import ChatCompletions, vendor_of

ContractAgent = Agent[None, ContractModel]


class Target:
    """Keeps the `agents` by which it was asked: they are dear to build, and the same again and
    again where an agent does a task. Whoever asks ever new things makes a new target."""

    def __init__(self, provider_name: str, model_name: str, name: str, model: Model) -> None:
        self.provider_name = provider_name
        self.model_name = model_name
        self._name = name
        self._model = model
        self.agents: dict[tuple[type[ContractModel], str, int, OutputMode], ContractAgent] = {}

    def agent(
        self, contract: type[ContractModel], system: str, retries: int, mode: OutputMode
    ) -> ContractAgent:
        key = (contract, system, retries, mode)
        agent = self.agents.get(key)
        if agent is None:
            agent = self.agents[key] = Agent(
                self._model,
                output_type=_output_spec(contract, mode),
                system_prompt=system,
                name=self._name,
                retries={"output": retries},
            )
        return agent


def prepare(resources: Resources, provider: Provider, model_name: str, name: str) -> Target:
    """`name` is who asks, for traces. Raises KeyUnusable."""
    vendor = vendor_of(provider.type)
    url = vendor.api_url(provider.base_url, resources.settings)
    key = usable_key(resources, provider)
    match vendor.wire:
        case ChatCompletions() as how:
            model = chat_completions.build_model(resources, how, url, key, model_name)
    return Target(provider.name, model_name, name, model)


def _output_spec(contract: type[ContractModel], mode: OutputMode) -> NativeOutput[ContractModel]:
    """The name is ours: vendors take few characters, and a schema's title may have any."""
    match mode:
        case OutputMode.ENFORCED:
            return NativeOutput(contract, name="output", template=False)
