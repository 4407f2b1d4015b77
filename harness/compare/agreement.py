"""Agreement of two raters beyond chance."""

from typing import NamedTuple


class Agreement(NamedTuple):
    """How far two raters agree beyond chance; 1 is perfect, 0 is chance."""

    kappa: float
    """Cohen's, which falls apart where nearly everything passes."""
    ac1: float
    """Gwet's, which does not."""


def agreement(both: int, first: int, second: int, neither: int) -> Agreement | None:
    """Return the agreement of two raters who pass or fail, or None where they rated nothing.

    Args:
        both: Cases that both pass.
        first: Cases that only the first passes.
        second: Cases that only the second passes.
        neither: Cases that both fail.

    Source:
        Cohen (1960), Educ. Psychol. Meas. 20; Gwet (2008), Br. J. Math. Stat. Psychol. 61.
    """
    n = both + first + second + neither
    if not n:
        return None
    seen = (both + neither) / n
    one, other = (both + first) / n, (both + second) / n
    mean = (one + other) / 2
    return Agreement(
        kappa=_beyond(seen, one * other + (1 - one) * (1 - other)), ac1=_beyond(seen, 2 * mean * (1 - mean))
    )


def _beyond(seen: float, chance: float) -> float:
    return (seen - chance) / (1 - chance) if chance < 1 else 1.0
