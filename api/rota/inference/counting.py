"""How many tokens a text has, as far as it can be known without asking: bounds and a guess."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

# Below this no server cuts a prompt, and gateways count badly.
MIN_JUDGED_TOKENS = 256
MIN_CUT_TOKENS = 1_026
FAR_MORE = 1.8

_WORDS = re.compile(r"[^\W\d_]+")
_WIDE = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]")


@dataclass(frozen=True)
class Bounds:
    """`low` ≤ tokens ≤ `high`; `likely` is a guess between them."""

    low: int
    likely: int
    high: int


def count(texts: Iterable[str]) -> Bounds:
    """A run of letters is at least one token, a byte at most one."""
    low = high = wide = 0
    for text in texts:
        low += sum(1 for _ in _WORDS.finditer(text))
        high += len(text.encode(errors="replace"))
        wide += sum(1 for _ in _WIDE.finditer(text))
    # Some four bytes a token in prose, three in code and tables; a wide letter is about one.
    likely = wide + (high - 3 * wide) * 2 // 7
    return Bounds(low, min(max(likely, low), high), high)


def was_cut(sent: Bounds, reported: int, *, cuts_at_powers: bool) -> bool:
    """Whether a server that reports so many tokens of a prompt cannot have read all of it.
    `cuts_at_powers`: of its kind are some that keep half of a context, a power of two, and two
    tokens more."""
    if sent.low < MIN_JUDGED_TOKENS or reported <= 0:
        return False
    if reported < sent.low:
        return True
    kept = reported - 2
    is_half = reported >= MIN_CUT_TOKENS and kept & (kept - 1) == 0
    return cuts_at_powers and is_half and sent.likely >= FAR_MORE * reported
