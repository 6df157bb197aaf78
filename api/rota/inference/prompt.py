"""What is sent to the model for an input."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rota.inference.modes import OutputMode
from rota.platform.kernel import jsontext
from rota.platform.kernel.errors import Issue

PLACEHOLDER = re.compile(r"\{\{([^{}]+)\}\}")
WHOLE_INPUT = "input"


CORRECT = "Answer again with the whole JSON object, corrected, and nothing else."
SHOWN = (
    "Answer with one JSON object and nothing else: no words around it, no code fence. It must be "
    "valid by this JSON Schema:"
)

Message = dict[str, Any]


@dataclass(frozen=True)
class Prompt:
    """Both go out literally."""

    system: str
    user: str


@dataclass(frozen=True)
class Rejected:
    """An answer, and what is wrong with it."""

    text: str
    issues: Sequence[Issue]


def system_message(system: str, schema: Any, mode: OutputMode) -> str:
    """The system prompt as it goes out: literally, and behind it the schema as its author wrote it
    where the mode shows it."""
    return f"{system}\n\n{SHOWN}\n\n{_text(schema)}" if mode.is_shown else system


def correction(issues: Sequence[Issue]) -> str:
    """What the model is told about its last answer."""
    told = [f"- {_place(issue)}{issue.message}" for issue in issues]
    return "\n".join(["That answer is not valid:", *told, "", CORRECT])


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


def _place(issue: Issue) -> str:
    return f"At {jsontext.dumps_readable(list(issue.path))}: " if issue.path else ""


def _text(value: Any) -> str:
    return value if isinstance(value, str) else jsontext.dumps_readable(value)
