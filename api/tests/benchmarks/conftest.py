"""The web process of tests/http."""

from tests.http import conftest as http

web, secret = http.web, http.secret
