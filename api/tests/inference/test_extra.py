"""What somebody says beside what Rota says in each request."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from rota.inference.modes import OutputMode
from rota.inference.settings import ModelSettings
from rota.inference.wires import Request
from rota.inference.wires.chat_completions import ChatCompletionsWire
from rota.platform.kernel import jsontext
from rota.providers.vendors import ChatCompletions

NAMES = st.sampled_from(
    ["model", "messages", "stream", "stream_options", "include_usage", "response_format", "tools",
     "temperature", "json_schema", "name", "schema", "type", "tool_choice", "x", "options"]
)  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


def holds(body: Any, ours: Any) -> bool:
    """Whether all that is said in `ours` is said in `body` as it is there."""
    if isinstance(ours, dict):
        return isinstance(body, dict) and all(
            name in body and holds(body[name], value) for name, value in ours.items()
        )
    return bool(body == ours and type(body) is type(ours))


def gained(body: Any, extra: Any, ours: Any) -> bool:
    """Whether what `extra` says beside `ours` is there, however deep."""
    return all(
        body[name] == value
        if name not in ours
        else not (isinstance(value, dict) and isinstance(ours[name], dict))
        or gained(body[name], value, ours[name])
        for name, value in extra.items()
    )


@given(st.dictionaries(NAMES, VALUES, max_size=6), st.sampled_from(OutputMode))
@settings(max_examples=300, deadline=None)
def test_extra_is_merged_deep_and_never_over_what_rota_says(
    extra: dict[str, Any], mode: OutputMode
) -> None:
    http: Any = None
    wire = ChatCompletionsWire(http, ChatCompletions(max_tokens_name=None), "http://x", None, "m")

    def body(said: dict[str, Any] | None) -> dict[str, Any]:
        model_settings = ModelSettings(temperature=0.5, extra=said)
        return wire.body(Request([{"role": "user"}], mode, {}, model_settings))

    before = jsontext.dumps(extra)
    plain, merged = body(None), body(extra)
    assert holds(merged, plain)
    assert gained(merged, extra, plain)
    assert set(merged) == set(plain) | set(extra)
    assert jsontext.dumps(extra) == before
