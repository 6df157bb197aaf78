"""How many tokens a prompt has at least and at most, and when a server cannot have read it all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rota.inference.counting import Bounds, count, was_cut


@given(st.lists(st.text(max_size=200), max_size=5))
def test_bounds_are_in_order(texts: list[str]) -> None:
    found = count(texts)
    assert found.low <= found.likely <= found.high
    assert found.high == sum(len(text.encode()) for text in texts)


@pytest.mark.parametrize(
    ("text", "low", "likely"),
    [
        ("The quick brown fox jumps over the lazy dog.", 9, (9, 16)),
        ("12,34,56\n" * 100, 0, (100, 900)),
        ("日本語の文章です。" * 10, 20, (80, 120)),
        ("", 0, (0, 0)),
    ],
)
def test_a_guess_is_near(text: str, low: int, likely: tuple[int, int]) -> None:
    found = count([text])
    assert found.low <= max(low, 20)
    assert likely[0] <= found.likely <= likely[1]


@pytest.mark.parametrize(
    ("sent", "reported", "cuts", "is_cut"),
    [
        (Bounds(15_000, 20_000, 80_000), 2_050, True, True),
        (Bounds(15_000, 20_000, 80_000), 2_050, False, True),  # below what it has at least
        (Bounds(1_500, 5_000, 20_000), 2_050, True, True),
        (Bounds(1_500, 5_000, 20_000), 2_050, False, False),  # not of a kind that cuts so
        (Bounds(1_500, 5_000, 20_000), 2_051, True, False),  # no power of two and two more
        (Bounds(1_500, 3_000, 20_000), 2_050, True, False),  # may be all of it
        (Bounds(400, 5_000, 20_000), 514, True, False),  # below 1,026 nothing is said
        (Bounds(255, 400, 2_000), 10, True, False),  # so short that nobody cuts it
        (Bounds(15_000, 20_000, 80_000), 0, True, False),
    ],
)
def test_a_cut_prompt_is_known_by_its_count(
    sent: Bounds, reported: int, cuts: bool, is_cut: bool
) -> None:
    assert was_cut(sent, reported, cuts_at_powers=cuts) is is_cut


@given(st.lists(st.sampled_from(["word", "1.5", "日本", "{}", "\n"]), min_size=300, max_size=900))
def test_what_was_read_whole_is_never_called_cut(parts: list[str]) -> None:
    """Whatever count between the bounds an honest server reports."""
    sent = count(parts)
    for reported in {sent.low, sent.likely, sent.high}:
        assert not was_cut(sent, reported, cuts_at_powers=False)
