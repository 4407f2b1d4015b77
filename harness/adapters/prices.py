"""Public prices, from the tables that `genai-prices` carries; nothing is fetched."""

from functools import cache

from harness.core.money import MICRO, micro_usd
from harness.core.pin import Price

_SAMPLE = 1_000
"""Tokens to price; few, since many are dearer where prices come in tiers."""


@cache
def public_price(model: str, url: str) -> Price | None:
    """Return what a model costs at an endpoint by its provider's public list, or None when the list is silent.

    Args:
        model: As the pin names it.
        url: The endpoint's base URL: the same name may cost something else elsewhere.
    """
    from genai_prices import Usage, calc_price

    try:
        found = calc_price(Usage(input_tokens=_SAMPLE, output_tokens=_SAMPLE), model, provider_api_url=url)
    except LookupError:
        return None
    times = MICRO // _SAMPLE
    return Price(micro_usd(found.input_price * times), micro_usd(found.output_price * times))
