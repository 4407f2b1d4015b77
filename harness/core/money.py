"""Money as whole micro-USD, so that a sum of many small prices is exact."""

from decimal import ROUND_CEILING, Decimal
from math import floor, log10

MICRO = 1_000_000
"""Micro-USD in one USD."""
CENT = MICRO // 100


def micro_usd(usd: Decimal | float | str) -> int:
    """Return an amount in USD as whole micro-USD, rounded up.

    Raises:
        ValueError: The amount is negative or not a number.
    """
    amount = Decimal(str(usd))
    if not amount.is_finite() or amount < 0:
        message = f"not an amount of money: {usd}"
        raise ValueError(message)
    return int((amount * MICRO).to_integral_value(rounding=ROUND_CEILING))


def token_cost(tokens: int, micro_per_million: int) -> int:
    """Return what `tokens` cost in micro-USD at a price per million tokens, rounded up."""
    return -(-tokens * micro_per_million // MICRO)


def show_usd(amount: int) -> str:
    """Return micro-USD as people read it: `$0.31`, and more digits only below a cent."""
    usd = amount / MICRO
    return f"${usd:.2f}" if amount == 0 or amount >= CENT else f"${usd:.6f}".rstrip("0")


def show_rate(amount: float) -> str:
    """Return micro-USD of which small differences matter: to the cent, and below a dollar to three digits at least."""
    usd = amount / MICRO
    digits = 2 if not usd else max(2, 2 - floor(log10(usd)))
    return f"${usd:.{digits}f}"
