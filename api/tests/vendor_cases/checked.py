"""Creates a provider over GraphQL, has it checked, and holds it against what a case expects."""

import re
from collections.abc import Callable
from typing import Any

from rota.platform.resources import Resources
from rota.providers import checks
from rota.wiring import RULES
from tests.conftest import GraphQL

CREATE = """
mutation ($input: CreateProviderInput!) {
  createProvider(input: $input) {
    ... on Error { message }
    ... on InvalidInputError { issues { path message } }
    ... on CreateProviderPayload { provider { id } }
  }
}
"""
CHECKED = """
query ($id: ID!) {
  provider(id: $id) {
    validationStatus validationError validationFix { label baseUrl } models { name }
  }
}
"""

Shown = dict[str, Any]


async def checked(graphql: GraphQL, resources: Resources, type: str, base_url: str) -> Shown:
    """The provider as its check left it; or {"refused": why}."""
    given = {"name": f"{type} {base_url}"[:100], "type": type, "baseUrl": base_url}
    created = (await graphql(CREATE, input=given))["createProvider"]
    if "provider" not in created:
        return {"refused": str(created)}
    made = created["provider"]["id"]
    await checks.check_provider(resources, RULES, made)
    shown: Shown = (await graphql(CHECKED, id=made))["provider"]
    return shown


def misses(shown: Shown, expect: dict[str, Any]) -> list[str]:
    """Which expectations are not met."""
    names = [model["name"] for model in shown.get("models", [])]
    said = f"{shown.get('validationError') or ''}"
    met: dict[str, Callable[[Any], bool]] = {
        "status": lambda wanted: shown.get("validationStatus") == wanted,
        "models": lambda wanted: names == wanted,
        "count": lambda wanted: len(names) == wanted,
        "message": lambda wanted: bool(re.search(wanted, said, re.IGNORECASE)),
        "message_not": lambda wanted: not re.search(wanted, said, re.IGNORECASE),
        "refused": lambda wanted: wanted in shown.get("refused", ""),
    }
    return [name for name, wanted in expect.items() if not met[name](wanted)]
