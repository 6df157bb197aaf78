"""Jobs about providers."""

from rota.platform.resources import Resources
from rota.platform.unit_of_work import Rules
from rota.providers import checks
from rota.providers.jobs import ValidateProvider


class ProviderJobs:
    def __init__(self, resources: Resources, rules: Rules) -> None:
        self._resources = resources
        self._rules = rules
        self.handlers = {ValidateProvider.name: self.validate}
        self.sweeps = {"provider.sweep": self.sweep}

    async def validate(self, provider_id: str) -> None:
        await checks.check_provider(self._resources, self._rules, provider_id)

    async def sweep(self) -> None:
        await checks.recheck_unsettled(self._resources, self._rules)
