"""How a model is used: what can be set, within which ranges, and what counts where nothing is."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, TypedDict

from rota.inference.modes import OutputMode, OutputModeChoice, ReasoningEffort
from rota.platform.kernel import jsontext, jsonvalue
from rota.platform.kernel.errors import Issue
from rota.platform.kernel.names import is_storable

DEFAULT_TIMEOUT_SECONDS = 300
DEFAULT_OUTPUT_RETRIES = 2
MAX_STOPS = 16
MAX_STOP_LENGTH = 200
MAX_EXTRA_BYTES = 10_000
MAX_EXTRA_DEPTH = 20

# By attribute: the public name, the least and the most.
RANGES: Mapping[str, tuple[str, int, int]] = {
    "temperature": ("temperature", 0, 2),
    "max_tokens": ("maxTokens", 1, 2_147_483_647),
    "timeout_seconds": ("timeoutSeconds", 1, 86_400),
    "output_retries": ("outputRetries", 0, 10),
    "top_p": ("topP", 0, 1),
    "seed": ("seed", -2_147_483_648, 2_147_483_647),
    "presence_penalty": ("presencePenalty", -2, 2),
    "frequency_penalty": ("frequencyPenalty", -2, 2),
}

# What Rota does not let anybody say beside it.
_OURS = ("n", "stream", "tools", "messages")
# Names in snake case that say "secret", whatever is there.
_SECRET_NAME = re.compile(
    r"(^|_)(secrets?|password|passwd|passphrase|pwd|authorization|bearer|credentials?|cookies?)($|_)"
    r"|(api|access|private|secret|auth|subscription|signing|encryption|license)_?(keys?|token)($|_)"
    r"|(^|_)(refresh|session|bot|hf|huggingface|github|gitlab)_token$"
    r"|(^|_)(openai|anthropic|azure|google|account|service|client)_key$"
    r"|^auth$"
)
# Names that say it of some texts: not of "</s>", nor of what requests are sorted by.
_KEY_NAME = re.compile(r"^(key|token)$|(?<!cache)(?<!routing)(?<!sort)_(key|token)$")
_SHORT_KEY = re.compile(r"[\w.~+/=:-]+")
_LONG_KEY = re.compile(r"(?=.*\d)(?=.*[A-Za-z])[\w.~+/=:-]{16,}")
# What the keys of vendors look like, wherever they stand.
_SECRET_TEXT = re.compile(
    r"(?<![\w-])(sk-[\w-]{8,}|[sr]k_(live|test)_\w{8,}|xox[a-z]-[\w-]{8,}|gh[a-z]_\w{16,}"
    r"|github_pat_\w{16,}|(hf|gsk|r8)_\w{16,}|(glpat|nvapi|xai|pplx)-[\w-]{16,}"
    r"|A[KS]IA[0-9A-Z]{8,}|AIza[\w-]{8,}|ya29\.[\w-]{8,}|eyJ[\w-]{4,}\.[\w-]{4,})"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY|(?i:\bbearer\s+[\w.~+/=-]{6,}\s*$)"
    r"|://[^/\s:@]+:[^/\s@]+@"
)


@dataclass(frozen=True)
class ModelSettings:
    """None: not set. Rows keep only what is set, as plain JSON."""

    temperature: float | None = None
    max_tokens: int | None = None
    timeout_seconds: int | None = None
    output_retries: int | None = None
    top_p: float | None = None
    seed: int | None = None
    stop: list[str] | None = None
    reasoning_effort: ReasoningEffort | None = None
    presence_penalty: float | None = None
    frequency_penalty: float | None = None
    output_mode: OutputModeChoice | None = None
    confidence: bool | None = None
    extra: dict[str, Any] | None = None

    @property
    def seconds(self) -> int:
        """How long an answer may take, every correction included."""
        return self.timeout_seconds or DEFAULT_TIMEOUT_SECONDS

    @property
    def retries(self) -> int:
        """How often an answer that breaks its contract is sent back."""
        return DEFAULT_OUTPUT_RETRIES if self.output_retries is None else self.output_retries

    @property
    def effort(self) -> ReasoningEffort | None:
        return ReasoningEffort(self.reasoning_effort) if self.reasoning_effort else None

    @property
    def chosen_mode(self) -> OutputMode | None:
        """None: AUTO."""
        if self.output_mode is None or self.output_mode == OutputModeChoice.AUTO:
            return None
        return OutputMode(self.output_mode)

    def stored(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if value is not None}

    def issues(self) -> list[Issue]:
        """What is out of its range, by public name."""
        stored = self.stored()
        issues = [
            Issue((label,), f"This must be from {least:,} to {most:,}.")
            for name, (label, least, most) in RANGES.items()
            if name in stored and not least <= stored[name] <= most
        ]
        return issues + _stop_issues(self.stop) + _extra_issues(self.extra)


class SettingsChanges(TypedDict, total=False):
    """Only what is to change; None clears."""

    temperature: float | None
    max_tokens: int | None
    timeout_seconds: int | None
    output_retries: int | None
    top_p: float | None
    seed: int | None
    stop: list[str] | None
    reasoning_effort: ReasoningEffort | None
    presence_penalty: float | None
    frequency_penalty: float | None
    output_mode: OutputModeChoice | None
    confidence: bool | None
    extra: Any


def public_names() -> dict[str, str]:
    """By attribute: what a setting is called outside."""
    return {field.name: _public(field.name) for field in fields(ModelSettings)}


def _public(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))


def _stop_issues(stop: list[str] | None) -> list[Issue]:
    if stop is None:
        return []
    if not 1 <= len(stop) <= MAX_STOPS:
        return [Issue(("stop",), f"Name 1 to {MAX_STOPS} texts, or none at all.")]
    return [
        Issue(("stop", str(at)), f"A text to stop at has 1 to {MAX_STOP_LENGTH} characters.")
        for at, text in enumerate(stop)
        if not 1 <= len(text) <= MAX_STOP_LENGTH or not is_storable(text)
    ]


def _extra_issues(extra: Any) -> list[Issue]:
    if extra is None:
        return []
    if not isinstance(extra, dict):
        return [Issue(("extra",), "This is a JSON object, which is merged into each request.")]
    if (deep := _too_deep(extra)) is not None:
        return [Issue(("extra", *deep[:3]), f"It is nested more than {MAX_EXTRA_DEPTH} deep.")]
    if problem := jsonvalue.fault(extra):
        return [Issue(("extra", *map(str, problem.path)), problem.message)]
    if len(jsontext.dumps_readable(extra).encode()) > MAX_EXTRA_BYTES:
        return [Issue(("extra",), f"It has at most {MAX_EXTRA_BYTES:,} bytes as JSON.")]
    issues = [
        Issue(("extra", name), "Rota sets this itself in each request. Leave it out.")
        for name in _OURS
        if name in extra
    ]
    why = "This looks like a key or secret, and settings are shown to everybody. "
    for path, value in _parts(extra):
        if _SECRET_TEXT.search(path[-1]):
            # A path is shown, too.
            issues.append(Issue(("extra", *path[:-1]), f"{why}A key belongs to the provider."))
        elif _is_secret(path[-1], value):
            issues.append(Issue(("extra", *path), f"{why}A key belongs to the provider."))
    return issues


def _too_deep(extra: dict[str, Any]) -> tuple[str, ...] | None:
    return next((path for path, _ in _parts(extra) if len(path) > MAX_EXTRA_DEPTH), None)


def _is_secret(name: str, value: Any) -> bool:
    in_words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    spelled = re.sub(r"[^a-z0-9]+", "_", in_words).strip("_")
    if _SECRET_NAME.search(spelled):
        return True
    if not isinstance(value, str):
        return False
    if _KEY_NAME.search(spelled):
        shape = _SHORT_KEY if spelled in ("key", "token") else _LONG_KEY
        if shape.fullmatch(value):
            return True
    return bool(_SECRET_TEXT.search(value))


def _parts(extra: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Each value in it with its path."""
    stack: list[tuple[tuple[str, ...], Any]] = [((name,), part) for name, part in extra.items()]
    while stack:
        path, value = stack.pop()
        yield path, value
        if len(path) > MAX_EXTRA_DEPTH:
            continue
        if isinstance(value, dict):
            stack += [((*path, name), part) for name, part in value.items()]
        elif isinstance(value, list):
            stack += [((*path, str(at)), part) for at, part in enumerate(value)]
