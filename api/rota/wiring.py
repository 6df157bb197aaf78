"""Joins the slices where one has a say in another's transaction; the same in every process."""

from rota.agents.service import refuse_provider_deletion
from rota.audit.service import record
from rota.platform.unit_of_work import Rules
from rota.providers.events import ProviderDeleting

RULES = Rules(audit=record, listeners={ProviderDeleting: [refuse_provider_deletion]})
