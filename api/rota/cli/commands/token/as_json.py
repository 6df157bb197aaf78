"""A token as `--json` shows it, without its secret."""

from typing import Any

from rota.access.models import ApiToken


def token_as_json(token: ApiToken) -> dict[str, Any]:
    return {
        "id": str(token.id),
        "name": token.name,
        "role": token.role.name,
        "createdAt": token.created_at.isoformat(),
        "expiresAt": token.expires_at.isoformat() if token.expires_at else None,
        "lastUsedAt": token.last_used_at.isoformat() if token.last_used_at else None,
    }
