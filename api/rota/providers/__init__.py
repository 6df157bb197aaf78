"""Credentials to model vendors, and their health."""
