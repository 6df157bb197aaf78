"""Joins the slices where one has a say in another's transaction; the same in every process."""

from rota.audit.service import record
from rota.platform.unit_of_work import Rules

RULES = Rules(audit=record, listeners={})
