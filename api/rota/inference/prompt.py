"""What is sent to the model for an input."""

import re
from dataclasses import dataclass
from typing import Any

from rota.platform.kernel import jsontext

PLACEHOLDER = re.compile(r"\{\{([^{}]+)\}\}")
WHOLE_INPUT = "input"


@dataclass(frozen=True)
class Prompt:
    """Both go out literally."""

    system: str
    user: str


def render_user_prompt(template: str | None, value: Any) -> str:
    """One pass; only names are replaced, and nothing is interpreted. Where nothing was
    replaced, the input follows at the end."""
    if template is None:
        return _text(value)
    properties = value if isinstance(value, dict) else {}
    replaced = False

    def fill(match: re.Match[str]) -> str:
        nonlocal replaced
        name = match.group(1)
        if name in properties:
            replaced = True
            return _text(properties[name])
        if name == WHOLE_INPUT:
            replaced = True
            return _text(value)
        return match.group(0)

    prompt = PLACEHOLDER.sub(fill, template)
    return prompt if replaced else f"{prompt}\n\n{_text(value)}"


def _text(value: Any) -> str:
    return value if isinstance(value, str) else jsontext.dumps_readable(value)
