"""Faults on purpose: what they do to runs, and how soon everything works again."""
