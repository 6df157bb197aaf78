"""The web process that the tests of HTTP use."""

from tests.http.conftest import client, secret, web

__all__ = ["client", "secret", "web"]
