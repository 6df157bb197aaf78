"""Batch reads of agents and their revisions."""

from rota.agents.models import Agent, AgentRevision
from rota.platform.storage.records import Lookup

agents = Lookup(Agent)
agent_revisions = Lookup(AgentRevision)
