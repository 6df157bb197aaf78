"""Batch reads of tasks and their revisions."""

from rota.platform.hydration import Lookup
from rota.tasks.models import Task, TaskRevision

tasks = Lookup(Task)
task_revisions = Lookup(TaskRevision)
