"""Alpha: the one promise of a pull request, split over everything that may block it."""

from collections.abc import Hashable, Mapping

from harness.compare.sequential import ALPHA

SHARES = {"regression": 3.0, "injection": 3.0, "bias": 2.0, "budget": 1.0}
"""How the suites weigh; one of another name weighs 1."""


def split_alpha[K: Hashable](
    gates: Mapping[str, Mapping[K, int]], alpha: float = ALPHA
) -> dict[tuple[str, K], tuple[float, float]]:
    """Return what each gate, and each of its slices, may contribute to blocking a change that harms nothing.

    By Bonferroni's inequality the shares' sum bounds the whole, however the tests depend on each other and however
    often they look. A gate with slices gives them half of its share.

    Args:
        gates: For each suite, the number of slices of each of its gates that are judged now, by what names the gate.
        alpha: Of the pull request.

    Returns:
        By suite and gate, the gate's own alpha and that of each of its slices, which is 0 where it has none.
    """
    weights = {suite: SHARES.get(suite, 1.0) for suite, own in gates.items() if own}
    whole = sum(weights.values())
    found: dict[tuple[str, K], tuple[float, float]] = {}
    for suite, weight in weights.items():
        share = alpha * weight / whole / len(gates[suite])
        for gate, slices in gates[suite].items():
            found[suite, gate] = (share / 2, share / 2 / slices) if slices else (share, 0.0)
    return found
