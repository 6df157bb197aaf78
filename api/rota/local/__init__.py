"""Embedded PostgreSQL, Valkey and local model for `rota up`."""
