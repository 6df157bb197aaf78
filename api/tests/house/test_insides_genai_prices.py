"""What Rota uses of genai-prices beyond what it promises (rota/prices/costs.py)."""

import pytest
from genai_prices import Usage, calc_price


@pytest.mark.parametrize(
    ("model", "provider"), [("of-nobody", "openai"), ("gpt-4o-mini", "nobody")]
)
def test_what_is_not_listed_is_a_lookup_error(model: str, provider: str) -> None:
    try:
        calc_price(Usage(input_tokens=1), model, provider_id=provider)
    except LookupError:
        return
    except Exception as error:
        pytest.fail(
            f"genai-prices raises {type(error).__name__} for what it does not list: runs of such "
            "models would fail. See cost_usd in rota/prices/costs.py."
        )
    pytest.fail("genai-prices has a price for what it does not list.")
