"""How long to wait before another attempt."""

from collections.abc import Callable

FIRST = 0.5
"""Seconds of the first wait, at most."""
LONGEST = 30.0
"""Seconds of any wait that the endpoint did not ask for."""
PATIENCE = 120.0
"""Seconds that an endpoint may ask to wait; beyond them its answer is no."""


def pause(attempt: int, asked: float | None, roll: Callable[[], float]) -> float:
    """Return the seconds to wait after a failed attempt: what was asked for, spread so that not all come back at once.

    Args:
        attempt: How many failed so far, >= 1.
        asked: What the endpoint asked for, in seconds, >= 0; None if nothing.
        roll: Returns a number in [0, 1).

    Source:
        Brooker (2015), "Exponential backoff and jitter", AWS Architecture Blog: the "full jitter" form.
    """
    grown = float(min(LONGEST, FIRST * 2 ** (attempt - 1)))
    if asked is None:
        return roll() * grown
    return asked + roll() * min(FIRST, grown)
