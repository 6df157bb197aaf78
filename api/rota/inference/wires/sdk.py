"""All that is used of the insides of openai's client: what it adds to a request is taken away."""

from typing import Any

import httpx2
from openai import AsyncOpenAI, Omit

from rota.platform.crypto import Secret

_NO_KEY = "none"


def open_sdk(http: httpx2.AsyncClient, url: str, key: Secret | None) -> AsyncOpenAI:
    """A client that makes one attempt, over the connections that the process shares."""
    return _Client(
        base_url=url,
        api_key=key.reveal() if key else _NO_KEY,
        http_client=http,
        max_retries=0,
    )


class _Client(AsyncOpenAI):
    """Without what the SDK would add: headers from OPENAI_* variables, facts about this machine,
    and a key where there is none."""

    @property
    def default_headers(self) -> dict[str, str | Omit]:
        headers: dict[str, str | Omit] = {
            "Accept": "application/json",
            "Content-Type": "application/json",
        }
        if self.api_key == _NO_KEY:
            headers["Authorization"] = Omit()
        return headers

    def _validate_headers(self, headers: Any, custom_headers: Any) -> None:
        """Many servers take no key."""
