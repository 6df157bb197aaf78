"""Batch reads of providers."""

from rota.platform.hydration import Lookup
from rota.providers.models import Provider

providers = Lookup(Provider)
