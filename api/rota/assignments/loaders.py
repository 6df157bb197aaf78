"""Batch reads of assignments."""

from rota.assignments.models import Assignment
from rota.platform.storage.records import Lookup

ACTIVE, NEWEST_FIRST = "AND is_active", "id DESC"

assignments = Lookup(Assignment)
active_assignments_of_agent = Lookup(Assignment, "agent_id", ACTIVE, NEWEST_FIRST)
active_assignments_of_task = Lookup(Assignment, "task_id", ACTIVE, NEWEST_FIRST)
