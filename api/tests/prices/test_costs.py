"""What an answer costs, and where nobody knows."""

from decimal import Decimal

import pytest
from genai_prices import calc_price
from pydantic_ai.usage import RunUsage

from rota.inference.watching import Usage
from rota.prices.costs import cost_usd

USED = Usage(requests=2, input_tokens=12_000, output_tokens=900)


def test_tokens_cost_what_the_vendors_list_says() -> None:
    cost = cost_usd("openai", "gpt-4o-mini", USED)
    assert cost == Decimal("12000") * Decimal("0.15e-6") + Decimal("900") * Decimal("0.6e-6")


@pytest.mark.parametrize("read", [0, 4_000])
@pytest.mark.parametrize("model", ["gpt-4o-mini", "gpt-5", "gpt-4.1", "o3"])
def test_it_is_what_the_library_makes_of_the_whole_usage(model: str, read: int) -> None:
    used = Usage(2, 12_000, 900, cached_tokens=read)
    whole = RunUsage(requests=2, input_tokens=12_000, output_tokens=900, cache_read_tokens=read)
    cost = cost_usd("openai", model, used)
    assert cost == calc_price(whole, model, provider_id="openai").total_price
    assert cost is not None
    assert (cost < (cost_usd("openai", model, USED) or 0)) == (read > 0)


@pytest.mark.parametrize(
    ("price_id", "model"), [(None, "gpt-4o-mini"), ("openai", "of-nobody"), ("nobody", "gpt-4o")]
)
def test_what_nobody_lists_has_no_price(price_id: str | None, model: str) -> None:
    assert cost_usd(price_id, model, USED) is None


def test_nothing_used_costs_nothing() -> None:
    assert cost_usd("openai", "gpt-4o-mini", Usage()) == 0
