"""R7: what is replaced in a prompt, and what never is."""

import pytest

from rota.inference.prompt import render_user_prompt


@pytest.mark.parametrize(
    ("template", "value", "prompt"),
    [
        ("Sort: {{text}}", {"text": "a bug"}, "Sort: a bug"),
        ("{{n}} {{ok}} {{list}}", {"n": 3, "ok": True, "list": [1, "é"]}, '3 true [1,"é"]'),
        ("All: {{input}}", {"a": 1}, 'All: {"a":1}'),
        ("All: {{input}}", "free text", "All: free text"),
        ("Mine: {{input}}", {"input": "the property"}, "Mine: the property"),
        ("No place", {"a": 1}, 'No place\n\n{"a":1}'),
        (None, "free text", "free text"),
        (None, {"a": 1}, '{"a":1}'),
        ("{{missing}}", {"a": 1}, '{{missing}}\n\n{"a":1}'),
    ],
)
def test_R7_properties_and_the_input_are_filled_in(
    template: str | None, value: object, prompt: str
) -> None:
    assert render_user_prompt(template, value) == prompt


def test_R7_one_pass_leaves_what_an_input_brings_along() -> None:
    assert render_user_prompt("{{a}} {{b}}", {"a": "{{b}}", "b": "x"}) == "{{b}} x"


@pytest.mark.parametrize(
    "literal",
    ["{{7*7}}", "{{a.__class__}}", "{{ a }}", "{a}", "%s {0} {a!r:>10}", "${a}"],
)
def test_X7_nothing_else_is_interpreted(literal: str) -> None:
    assert render_user_prompt(f"{literal} {{{{a}}}}", {"a": "x"}) == f"{literal} x"
