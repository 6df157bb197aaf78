"""Rota: typed LLM jobs you can trust on your own models."""
