"""Asks a model for a typed answer. Nothing is imported here: the web process knows this room's
settings, modes, errors and prompt, and none of the libraries that talk to vendors."""
