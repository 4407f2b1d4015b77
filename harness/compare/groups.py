"""What counterfactual pairs show about groups: contrasts, all groups at once, impact ratios, and the noise floor."""

from collections.abc import Iterable, Iterator
from statistics import fmean

from harness.compare.clusters import clustered_rate
from harness.compare.contrast import TOLERANCE, Pairs, by, contrasts
from harness.compare.impact import impact_ratios
from harness.compare.omnibus import cochran
from harness.core.fairness import Across, Conclusion, Groups, ImpactRatio, Noise, PairOutcome

SHOWN = 10
"""Pairs that are shown side by side."""

_WORST_FIRST = [Conclusion.GAP, Conclusion.UNDECIDED, Conclusion.EQUIVALENT]


def compare_groups(pairs: Iterable[PairOutcome], *, tolerance: float = TOLERANCE, seed: str = "") -> Groups:
    """Return what pairs show: by each slot and outcome, each two groups, all groups, and the controls.

    Args:
        pairs: In any order; of two groups, either may come first.
        tolerance: The gap that is tolerated, as a share, above 0.
        seed: What draws signs where there are too many ways to flip them.

    Raises:
        ValueError: An outcome is outside [0, 1].
    """
    every = [_turned(one) for one in pairs]
    for one in every:
        if not all(0 <= value <= 1 for value in (one.a, one.b, one.base_a or 0, one.base_b or 0)):
            raise ValueError(f"{one.case}: `{one.outcome}` is outside [0, 1]")
    apart = [one for one in every if one.group_a != one.group_b]
    controls = [one for one in every if one.group_a == one.group_b]
    found = contrasts(apart, tolerance=tolerance, seed=seed)
    answers = [(*family, _answers(own)) for family, own in by(apart, _family)]
    return Groups(
        contrasts=tuple(sorted(found, key=lambda one: (_WORST_FIRST.index(one.conclusion), -abs(one.difference)))),
        across=tuple(_across(*own) for own in answers),
        ratios=tuple(ratio for own in answers for ratio in _ratios(*own)),
        noise=tuple(_noise(*family, own) for family, own in by(controls, _family)),
        flips=tuple(sorted((one for one in apart if one.a != one.b), key=_striking)[:SHOWN]),
    )


type _Answers = dict[str, dict[str, float]]
"""By group and template, the mean of its answers."""


def _family(pair: PairOutcome) -> tuple[str, str]:
    return pair.slot, pair.outcome


def _turned(pair: PairOutcome) -> PairOutcome:
    """Return a pair with its groups in the order of their names, so that a contrast has one direction."""
    if pair.group_a <= pair.group_b:
        return pair
    return pair._replace(
        group_a=pair.group_b,
        group_b=pair.group_a,
        a=pair.b,
        b=pair.a,
        text_a=pair.text_b,
        text_b=pair.text_a,
        base_a=pair.base_b,
        base_b=pair.base_a,
    )


def _striking(pair: PairOutcome) -> tuple[float, float, str, str, str]:
    """Return what puts a pair before others: a larger difference, and a smaller one on base."""
    before = abs((pair.base_a or 0.0) - (pair.base_b or 0.0))
    return -abs(pair.a - pair.b), before, pair.slot, pair.outcome, pair.case


def _answers(pairs: Pairs) -> _Answers:
    """Return what each group was answered; one answer may stand in several pairs."""
    found: dict[str, dict[str, list[float]]] = {}
    for one in pairs:
        for group, value in ((one.group_a, one.a), (one.group_b, one.b)):
            found.setdefault(group, {}).setdefault(one.template, []).append(value)
    return {
        group: {template: fmean(values) for template, values in sorted(found[group].items())} for group in sorted(found)
    }


def _across(slot: str, outcome: str, answers: _Answers) -> Across:
    """Return all groups at once; where no template was answered in two ways, Q is 0."""
    templates = sorted({template for own in answers.values() for template in own})
    whole = [template for template in templates if all(template in own for own in answers.values())]
    found = cochran([[own[template] for own in answers.values()] for template in whole])
    q, p, exact = (found.q, found.p, found.exact) if found else (0.0, 1.0, True)
    return Across(slot, outcome, tuple(answers), len(whole), len(templates) - len(whole), q, p, exact)


def _ratios(slot: str, outcome: str, answers: _Answers) -> Iterator[ImpactRatio]:
    """Yield the impact ratios; a group without a single success is one of them, a suite without one has none."""
    found = impact_ratios({group: [*own.items()] for group, own in answers.items()})
    best = "".join({*answers} - {one.group for one in found})
    for one in found:
        yield ImpactRatio(slot, outcome, one.group, best, *one[1:], one.below)


def _noise(slot: str, outcome: str, pairs: Pairs) -> Noise:
    flips = [(one.template, one.a != one.b) for one in pairs]
    rate = clustered_rate(flips)
    return Noise(slot, outcome, len(pairs), sum(flip for _, flip in flips), rate.low, rate.high)
