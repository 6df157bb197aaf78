"""Hears what vendors send: bytes to events, chunks to a message, a message to an answer."""
