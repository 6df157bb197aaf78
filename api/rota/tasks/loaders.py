"""Batch reads of tasks and their revisions."""

from rota.platform.storage.records import Lookup
from rota.tasks.models import Task, TaskRevision

tasks = Lookup(Task)
task_revisions = Lookup(TaskRevision)
