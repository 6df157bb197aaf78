"""Redis: events on the bus, jobs, presence, limits."""
