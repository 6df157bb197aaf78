"""An agent doing a task."""
