"""Words of every layer: who acts, errors, events, jobs, ids, names, JSON text."""
