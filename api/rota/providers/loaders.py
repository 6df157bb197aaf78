"""Batch reads of providers."""

from rota.platform.storage.records import Lookup
from rota.providers.models import Provider

providers = Lookup(Provider)
