"""What tokens cost at a vendor, by the price lists of genai-prices."""

from decimal import Decimal

from genai_prices import Usage as PricedUsage
from genai_prices import calc_price

from rota.inference.watching import Usage


def cost_usd(price_id: str | None, model_name: str, usage: Usage) -> Decimal | None:
    """US dollars; None where no price is known. `price_id` is the vendor's name in the lists;
    None: a vendor of whose models none is listed."""
    if price_id is None:
        return None
    tokens = PricedUsage(
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        cache_read_tokens=usage.cached_tokens or 0,
    )
    try:
        return calc_price(tokens, model_name, provider_id=price_id).total_price
    except LookupError:
        return None
