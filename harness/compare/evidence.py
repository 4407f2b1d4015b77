"""What the sessions of both arms say of a rollout's step: harm that is established, and what is missing to go on."""

from collections.abc import Iterator, Sequence
from math import exp, log
from typing import NamedTuple

from harness.compare.means import Sides, grown
from harness.compare.shares import Split, rare, safe, worse
from harness.compare.splits import DOUBT, uneven
from harness.core.environment import MEANS, StepKind, Strategy
from harness.core.rollout import Arm, Evidence, Pairs, Sums, Window

MISTAKEN = 0.05
"""How likely a candidate that is twice as bad may pass for one that is not."""
_ALL = 100
_SHADOW = "shadow"
_ODDS = 13.0
"""The logarithm above which odds are said as "more than 400,000"."""


class Arms(NamedTuple):
    """What both arms came to in one step."""

    candidate: Window
    stable: Window

    def split(self, rate: str) -> Split:
        """Return on whom the sessions fell that were bad by a rate."""
        candidate, stable = self
        return Split.of((candidate.bad.get(rate, 0), candidate.sessions), (stable.bad.get(rate, 0), stable.sessions))

    def sides(self, mean: str) -> Sides:
        """Return what both arms took."""
        candidate, stable = self
        took, others = candidate.sums.get(mean, Sums()), stable.sums.get(mean, Sums())
        return Sides(took, others, candidate.sessions, stable.sessions)


def compared(strategy: Strategy, at: int, evidence: Evidence) -> Sequence[Arms]:
    """Return the arms of each step so far in which both of them answered.

    Blue-green knows no such step: what the stable release came to before the switch, which is another time, stands in.
    """
    windows = evidence.windows
    steps = [(number, step.answers) for number, step in enumerate(strategy.steps[: at + 1])]
    if strategy.kind == "blue-green":
        before = [windows.get((number, Arm.STABLE), Window()) for number, weight in steps if not weight]
        after = [windows.get((number, Arm.CANDIDATE), Window()) for number, weight in steps if weight]
        return [Arms(_sum(after), _sum(before))]
    return [
        Arms(windows.get((number, Arm.CANDIDATE), Window()), windows.get((number, Arm.STABLE), Window()))
        for number, weight in steps
        if 0 < weight < _ALL
    ]


def _sum(windows: Sequence[Window]) -> Window:
    names = {name for one in windows for name in one.bad}
    means = {name for one in windows for name in one.sums}
    return Window(
        sum(one.sessions for one in windows),
        sum(one.requests for one in windows),
        {name: sum(one.bad.get(name, 0) for one in windows) for name in names},
        {name: _total([one.sums.get(name, Sums()) for one in windows]) for name in means},
    )


def _total(sums: Sequence[Sums]) -> Sums:
    return Sums(sum(one.requests for one in sums), sum(one.total for one in sums), sum(one.squares for one in sums))


def harm(strategy: Strategy, at: int, evidence: Evidence) -> str:
    """Return what is established against the candidate, in words; empty for nothing."""
    arms, pairs = compared(strategy, at, evidence), evidence.pairs
    found = _established(strategy, arms, pairs)
    return f"{found[0]}: {_told(found[0], arms, pairs)}, {_odds(found[1])}" if found else ""


def winner(strategy: Strategy, at: int, evidence: Evidence) -> str:
    """Return the rate or the mean by which the candidate is established to be better; empty for none."""
    exchanged = [Arms(one.stable, one.candidate) for one in compared(strategy, at, evidence)]
    found = _established(strategy, exchanged, Pairs())
    return found[0] if found else ""


def _established(strategy: Strategy, arms: Sequence[Arms], pairs: Pairs) -> tuple[str, float] | None:
    """Return the first test whose e-value is high enough, and its logarithm."""
    bars = _bars(strategy)
    return next((one for one in _values(strategy, arms, pairs) if one[1] >= bars[one[0]]), None)


def _values(strategy: Strategy, arms: Sequence[Arms], pairs: Pairs) -> Iterator[tuple[str, float]]:
    """Yield of each test its name, and the logarithm of its e-value."""
    for rate in strategy.rates:
        yield rate, worse(one.split(rate) for one in arms)
    for mean in strategy.means:
        yield mean, grown((one.sides(mean) for one in arms), strategy.growth)
    yield _SHADOW, worse([_paired(pairs)])


def _bars(strategy: Strategy) -> dict[str, float]:
    """Return how high the logarithm of each test's e-value must be: together they err with a probability of alpha.

    Half of it is the first rate's, which is the one that matters most; the others share what is left. Of two releases
    that compete, each is tested against the other.
    """
    first, *others = (*strategy.rates, *strategy.means, _SHADOW)
    sides = 2 if strategy.kind == "a-b" else 1
    return {first: log(2 * sides / strategy.alpha)} | dict.fromkeys(
        others, log(2 * sides * max(len(others), 1) / strategy.alpha)
    )


def _told(name: str, arms: Sequence[Arms], pairs: Pairs) -> str:
    if name == _SHADOW:
        return f"{pairs.worse:,} answers worse and {pairs.better:,} better of {pairs.both:,}"
    sides = [_sum([one[side] for one in arms]) for side in (0, 1)]
    if name in MEANS:
        took, others = (one.sums[name].total / one.sums[name].requests for one in sides)
        return f"{took:,.1f} a request of the candidate, {others:,.1f} of the stable release"
    ours, theirs = ((one.bad.get(name, 0), one.sessions) for one in sides)
    return f"{ours[0]:,} of {ours[1]:,} sessions of the candidate, {theirs[0]:,} of {theirs[1]:,} of the stable release"


def _odds(value: float) -> str:
    return f"{exp(value):,.0f} : 1" if value < _ODDS else "more than 400,000 : 1"


def _paired(pairs: Pairs) -> Split:
    """Return the answers that one arm alone got wrong: of arms that are alike, as many of either."""
    return Split(pairs.worse, pairs.better, 0.5)


def missing(strategy: Strategy, at: int, evidence: Evidence) -> str:
    """Return what is not shown yet, in words: that a rate is rare, or not twice as high; empty for nothing."""
    bar, arms, step = log(1 / MISTAKEN), compared(strategy, at, evidence), strategy.steps[at]
    if step.kind is StepKind.SHADOW:
        pairs = evidence.pairs
        shown = max(safe([_paired(pairs)]), rare(pairs.worse, pairs.both, strategy.rare))
        return "" if shown >= bar else "nobody knows yet whether its answers are worse"
    if not step.answers or (step.answers == _ALL and strategy.kind != "blue-green"):
        return ""
    candidate = _sum([one.candidate for one in arms])
    for rate in strategy.rates:
        bad = candidate.bad.get(rate, 0)
        shown = max(safe(one.split(rate) for one in arms), rare(bad, candidate.sessions, strategy.rare))
        if shown < bar:
            return f"nobody knows yet whether `{rate}` is twice as frequent"
    return ""


def doubtful(strategy: Strategy, at: int, evidence: Evidence) -> bool:
    """Return whether other sessions came to the arms of a step than its weight says."""
    step = strategy.steps[at]
    if not 0 < step.answers < _ALL:
        return False
    candidate, stable = (evidence.windows.get((at, arm), Window()).sessions for arm in (Arm.CANDIDATE, Arm.STABLE))
    return uneven(candidate, stable, step.weight / _ALL) >= log(1 / DOUBT)


def enough(strategy: Strategy, at: int, evidence: Evidence) -> bool:
    """Return whether as many sessions, probes or pairs came as a step takes at least."""
    step, least = strategy.steps[at], max(strategy.steps[at].sessions, 1)
    candidate, stable = (evidence.windows.get((at, arm), Window()) for arm in (Arm.CANDIDATE, Arm.STABLE))
    if strategy.kind == "blue-green" and not step.answers and stable.sessions < least:
        return False
    match step.kind:
        case StepKind.WARM:
            return candidate.sessions - candidate.bad.get("errors", 0) >= least
        case StepKind.SHADOW:
            return evidence.pairs.both >= least
        case _:
            return candidate.sessions >= least
