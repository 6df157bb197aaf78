"""What may be set on a model, and what is refused: ranges, stops, and what is merged into requests
without leaving a secret in it."""

import json
from collections.abc import Callable
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rota.inference.modes import OutputMode, OutputModeChoice, ReasoningEffort
from rota.inference.settings import (
    MAX_EXTRA_BYTES,
    MAX_EXTRA_DEPTH,
    MAX_STOP_LENGTH,
    MAX_STOPS,
    RANGES,
    ModelSettings,
    public_names,
)

quick = settings(max_examples=300, deadline=None, database=None)
OURS = ("n", "stream", "tools", "messages")

# Switches that vendors and servers have, as their documents show them.
ORDINARY: dict[str, Any] = {
    "top_k": 40,
    "min_p": 0.05,
    "typical_p": 1,
    "repetition_penalty": 1.1,
    "chat_template_kwargs": {"enable_thinking": False, "thinking_budget": 512},
    "provider": {"order": ["Together", "DeepInfra"], "allow_fallbacks": False, "sort": "price"},
    "prompt_cache_key": "tenant-4711-summaries-2026",
    "promptCacheKey": "9f1c2d3e-4b5a-6789-abcd-ef0123456789",
    "safety_identifier": "user-4711-9f1c2d3e4b5a6789",
    "max_completion_tokens": 512,
    "max_output_tokens": 512,
    "max_tokens": 512,
    "thinking": {"type": "enabled", "budget_tokens": 1024},
    "logit_bias": {"50256": -100, "1734": 5},
    "logprobs": True,
    "top_logprobs": 5,
    "guided_json": {"type": "object", "properties": {"token": {"type": "string"}}},
    "guided_choice": ["yes", "no"],
    "metadata": {"team": "support", "topic": "a customer's secret wish"},
    "options": {"num_ctx": 16_384, "num_keep": 5, "mirostat": 2},
    "keep_alive": "5m",
    "stop_token_ids": [128_001, 128_009],
    "skip_special_tokens": False,
    "spaces_between_special_tokens": False,
    "eos_token": "</s>",
    "think_end_token": "</think>",
    "pad_token": "<|endoftext|>",
    "include_stop_str_in_output": True,
    "return_tokens_as_token_ids": True,
    "prompt_logprobs": None,
    "cache_prompt": True,
    "cache_salt": "tenant-a",
    "routing_key": "eu-west-1-pool-4711-blue",
    "sort_key": "created_at_2026_01_31_desc",
    "language": "sk-SK",
    "service_tier": "flex",
    "tool_choice": "none",
    "parallel_tool_calls": False,
    "transforms": ["middle-out"],
    "reasoning": {"effort": "low", "exclude": True, "max_tokens": 2000},
    "safety_settings": [{"category": "HARM", "threshold": "BLOCK_NONE"}],
    "web_search_options": {"user_location": {"type": "approximate"}},
    "monkey": "bananas",
    "keys": ["a", "b"],
    "token_count": 5,
    "key_facts": "three of them",
    "best_of": 1,
    "use_beam_search": False,
    "ignore_eos": False,
}

SECRET_NAMES = (
    "api key", "access token", "access key", "auth token", "private key", "secret key", "secret",
    "client secret", "password", "passwd", "authorization", "proxy authorization", "credentials",
    "cookie", "set cookie", "subscription key", "x api key", "x goog api key", "openai api key",
    "aws secret access key", "hf token", "refresh token", "session token", "signing key",
    "ocp apim subscription key", "anthropic api key", "bearer", "passphrase",
)  # fmt: skip
LETTERS = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=20)
HEADS = (
    "sk-", "sk-proj-", "sk-ant-api03-", "sk_live_", "ghp_", "github_pat_", "hf_", "gsk_", "xoxb-",
    "AKIAABCDEFGH", "AIza", "Bearer ", "bearer ", "Authorization: Bearer ", "nvapi-", "glpat-",
    "eyJhbGciOiJIUzI1NiJ9.",
)  # fmt: skip
SECRET_TEXTS = st.builds("{}{}".format, st.sampled_from(HEADS), LETTERS) | st.builds(
    "https://user:{}@example.org/".format, LETTERS
)


def snake(words: list[str]) -> str:
    return "_".join(words)


def kebab(words: list[str]) -> str:
    return "-".join(words)


def camel(words: list[str]) -> str:
    return words[0] + "".join(map(str.capitalize, words[1:]))


def header(words: list[str]) -> str:
    return "-".join(map(str.capitalize, words))


def shouted(words: list[str]) -> str:
    return "_".join(words).upper()


SPELLINGS: list[Callable[[list[str]], str]] = [snake, kebab, camel, header, shouted]
NAMES = st.sampled_from(("provider", "options", "metadata", "extra_body", "headers", "a", "Größe"))
WAYS = st.lists(NAMES | st.none(), max_size=MAX_EXTRA_DEPTH - 2)


def under(way: list[str | None], inner: dict[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The object at the end of a way through objects and lists (None), and that way's path."""
    value: Any = inner
    for step in reversed(way):
        value = [value] if step is None else {step: value}
    path = tuple("0" if step is None else step for step in way)
    return (value, path) if isinstance(value, dict) else ({"list": value}, ("list", *path))


def paths(extra: Any) -> list[tuple[str, ...]]:
    return [issue.path for issue in ModelSettings(extra=extra).issues()]


# Ranges ----------------------------------------------------------------------------------------


def test_every_number_has_a_range() -> None:
    kinds = {field.name: str(field.type) for field in fields(ModelSettings)}
    numbers = {name for name, kind in kinds.items() if kind in ("int | None", "float | None")}
    assert set(RANGES) == numbers
    assert {name: label for name, (label, _, _) in RANGES.items()}.items() <= public_names().items()


@pytest.mark.parametrize("name", RANGES)
def test_A1_a_number_at_the_edge_is_taken_and_one_beyond_is_named(name: str) -> None:
    label, least, most = RANGES[name]
    for value in (least, most):
        assert ModelSettings(**{name: value}).issues() == []  # type: ignore[arg-type] # a number
    beyond: list[Any] = [least - 1, most + 1, float("nan"), float("inf")]
    for value in beyond:
        [issue] = ModelSettings(**{name: value}).issues()
        assert issue.path == (label,)
        assert f"{least:,} to {most:,}" in issue.message


def test_nothing_set_is_nothing_stored_and_what_counts_then_is_said() -> None:
    nothing = ModelSettings()
    assert (nothing.stored(), nothing.issues()) == ({}, [])
    assert (nothing.seconds, nothing.retries) == (300, 2)
    assert (nothing.effort, nothing.chosen_mode) == (None, None)
    assert ModelSettings(output_retries=0, timeout_seconds=1).retries == 0


@pytest.mark.parametrize("choice", OutputModeChoice)
def test_a_mode_reads_back_as_it_was_chosen(choice: OutputModeChoice) -> None:
    stored = json.loads(json.dumps(ModelSettings(output_mode=choice).stored()))
    expected = None if choice == OutputModeChoice.AUTO else OutputMode(choice.value)
    assert ModelSettings(**stored).chosen_mode is expected


@pytest.mark.parametrize("effort", ReasoningEffort)
def test_an_effort_reads_back_as_it_was_chosen(effort: ReasoningEffort) -> None:
    stored = json.loads(json.dumps(ModelSettings(reasoning_effort=effort).stored()))
    assert ModelSettings(**stored).effort is effort


# Stops -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("stop", [["\n"], ["x" * MAX_STOP_LENGTH], ["x"] * MAX_STOPS, ["</s>"]])
def test_texts_to_stop_at_are_taken(stop: list[str]) -> None:
    assert ModelSettings(stop=stop).issues() == []


@pytest.mark.parametrize("stop", [[], ["x"] * (MAX_STOPS + 1)])
def test_too_many_or_no_texts_to_stop_at_are_refused(stop: list[str]) -> None:
    assert [issue.path for issue in ModelSettings(stop=stop).issues()] == [("stop",)]


@pytest.mark.parametrize("text", ["", "x" * (MAX_STOP_LENGTH + 1), "a\x00b", "\ud800"])
def test_a_text_that_nothing_stops_at_is_named_by_its_place(text: str) -> None:
    found = ModelSettings(stop=["fine", text, "fine", text]).issues()
    assert [issue.path for issue in found] == [("stop", "1"), ("stop", "3")]


# Extra -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ORDINARY)
def test_an_ordinary_switch_is_taken(name: str) -> None:
    assert paths({name: ORDINARY[name]}) == []


@given(st.sets(st.sampled_from(sorted(ORDINARY)), max_size=8), WAYS)
@quick
def test_ordinary_switches_are_taken_together_and_at_any_depth(
    names: set[str], way: list[str | None]
) -> None:
    way = way[: MAX_EXTRA_DEPTH - 5]
    extra, _ = under(way, {name: ORDINARY[name] for name in names})
    assert paths(extra) == []


@given(
    st.dictionaries(
        st.text("abcdefghijlmnopqrsuvwxyz_", min_size=2),
        st.none() | st.booleans() | st.integers() | st.floats(-1e300, 1e300) | st.text("ab </>.é"),
        max_size=20,
    )
)
@quick
def test_switches_that_nobody_knows_yet_are_taken(extra: dict[str, Any]) -> None:
    assert paths(extra) == []


@pytest.mark.parametrize("extra", [[], [1], "text", 5, 0, True, False, ""])
def test_what_is_no_object_is_refused(extra: Any) -> None:
    assert paths(extra) == [("extra",)]


@pytest.mark.parametrize("name", OURS)
def test_what_rota_sets_itself_is_refused_at_the_top_alone(name: str) -> None:
    assert paths({name: 1, "top_k": 5}) == [("extra", name)]
    assert paths({name: None}) == [("extra", name)]
    assert paths({"chat_template_kwargs": {name: 1}}) == []


@given(
    st.sampled_from(SECRET_NAMES),
    st.sampled_from(SPELLINGS),
    WAYS,
    st.text("abc", min_size=1) | st.lists(st.text("abc"), min_size=1) | st.just({"of": "mine"}),
)
@quick
def test_what_is_called_a_secret_is_refused_at_its_place(
    words: str, spelled: Callable[[list[str]], str], way: list[str | None], value: Any
) -> None:
    name = spelled(words.split())
    extra, path = under(way, {name: value, "top_k": 5})
    assert paths(extra) == [("extra", *path, name)]


@pytest.mark.parametrize("name", ["apikey", "APIKEY", "accesstoken", "secretkey", "authToken"])
def test_so_is_one_whose_words_run_together(name: str) -> None:
    assert paths({name: "abc"}) == [("extra", name)]


@given(SECRET_TEXTS, WAYS, st.sampled_from(("user", "note", "prompt_cache_key", "eos_token")))
@quick
def test_what_looks_like_a_secret_is_refused_under_any_name(
    text: str, way: list[str | None], name: str
) -> None:
    extra, path = under(way, {name: text})
    assert paths(extra) == [("extra", *path, name)]
    extra, path = under(way[:-1], {name: [1, text]})
    assert paths(extra) == [("extra", *path, name, "1")]


@given(SECRET_TEXTS, WAYS)
@quick
def test_a_secret_that_is_a_name_is_refused_without_being_shown(
    text: str, way: list[str | None]
) -> None:
    extra, path = under(way, {text: True})
    [issue] = ModelSettings(extra=extra).issues()
    assert issue.path == ("extra", *path)
    assert text not in issue.message


@pytest.mark.parametrize(
    "extra",
    [
        {"key": "abc123"},
        {"token": "abc123"},
        {"metadata": {"token": "abc.def-ghi"}},
        {"tenant_key": "a1b2c3d4e5f6a7b8c9"},
        {"workspace-token": "a1b2c3d4e5f6a7b8c9"},
        {"auth": ["user", "word"]},
    ],
)
def test_a_bare_key_or_token_is_refused(extra: dict[str, Any]) -> None:
    assert len(paths(extra)) == 1


@given(st.integers(1, 40))
@quick
def test_depth_is_counted_in_objects_and_lists(depth: int) -> None:
    value: Any = 1
    for level in range(depth - 1):
        value = [value] if level % 2 else {"a": value}
    expected = [] if depth <= MAX_EXTRA_DEPTH else [("extra", "a")]
    assert [path[:2] for path in paths({"a": value})] == expected


def test_a_nesting_that_no_reader_follows_is_refused_as_well() -> None:
    value: Any = 1
    for _ in range(100_000):
        value = [value]
    found = ModelSettings(extra={"a": value}).issues()
    assert [issue.path[:2] for issue in found] == [("extra", "a")]


@pytest.mark.parametrize("letter", ["x", "é", "☃", "😀", '"'])
def test_size_is_counted_in_bytes_as_they_go_out(letter: str) -> None:
    each = len(json.dumps(letter, ensure_ascii=False).encode()) - 2
    fitting = (MAX_EXTRA_BYTES - len('{"a":""}')) // each
    assert paths({"a": letter * fitting}) == []
    assert paths({"a": letter * (fitting + 1)}) == [("extra",)]


@pytest.mark.parametrize(
    "extra", [{"a": "\x00"}, {"a\x00": 1}, {"a": ["\ud800"]}, {"a": float("inf")}, {"\udfff": {}}]
)
def test_what_cannot_be_kept_is_refused(extra: dict[str, Any]) -> None:
    assert {path[0] for path in paths(extra)} == {"extra"}
