"""A look at a contrast: every number by which it is judged and told."""

from harness.compare.breadth import LEVEL, breadth
from harness.compare.difference import difference
from harness.compare.power import enough_cases, least_drop, times_enough
from harness.compare.sequential import SCREEN, Bounds, log_ratio, step
from harness.core.runs import Contrast, Look, Step


def look(contrast: Contrast, *, fresh: bool = False) -> Look:
    """Return what the runs say of a contrast so far.

    Args:
        contrast: With the runs of one phase.
        fresh: Whether they are those of the second phase, which decides, rather than of the screen.
    """
    ran = [case for case in contrast.cases if case.base.n and case.candidate.n]
    seen = difference(ran, generalise=contrast.generalise, exact=contrast.exact)
    if seen is None:
        return Look(Step.MORE)
    bounds = Bounds.of(contrast.alpha / SCREEN if fresh else SCREEN)
    return Look(
        step=step(seen, contrast.margin, bounds),
        seen=seen,
        ratio=log_ratio(seen, contrast.margin),
        broad=breadth(ran) <= LEVEL,
        runs=sum(case.candidate.n + (0 if contrast.bound else case.base.n) for case in ran if not case.alike),
        least=least_drop(seen.error),
        needed=enough_cases(seen.error, len(ran), contrast.margin),
        times=0.0 if contrast.generalise else times_enough(seen.error, contrast.margin),
    )
