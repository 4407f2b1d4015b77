"""The sentence of a check whose answers vary: effect, interval, runs, odds and decision, all from the numbers."""

from enum import StrEnum
from math import ceil, exp

from harness.core.policy import Gate
from harness.core.runs import Difference, Look
from harness.core.words import count
from harness.gate.contrasts import goal_of

_SURE = 20.0
"""The natural logarithm of odds above which nobody counts."""


class Why(StrEnum):
    """What a conclusion rests on."""

    FEW = "few"
    """Too few cases to weigh anything."""
    HARMLESS = "harmless"
    QUIET = "quiet"
    """Nothing points to harm, which is enough for a slice."""
    OPEN = "open"
    """Neither harm nor its absence is shown."""
    UNCONFIRMED = "unconfirmed"
    """Suspected, and the fresh runs did not decide."""
    GONE = "gone"
    """Suspected, and it did not come back."""
    NARROW = "narrow"
    """It came back, on a few cases."""
    BACK = "back"


def drop_sentence(why: Why, seen: Difference, look: Look, again: Look, margin: float) -> str:
    """Return what a comparison of both trees came to.

    Args:
        why: What it rests on.
        seen: How the metric moved in the screen.
        look: At the screen's runs.
        again: At the fresh ones.
        margin: The drop worth catching.
    """
    drop = f"a drop of {margin * 100:.1f} points"
    there = f" ({_points(again.seen.value)} points, {count(again.runs, 'run')})" if again.seen else ""
    rerun = f"a fresh side-by-side rerun{there}"
    return f"{moved(seen, look.runs)}; {_because(why, look, drop, 'no change', rerun)}"


def bound_sentence(why: Why, seen: Difference, look: Look, again: Look, gate: Gate) -> str:
    """Return what a comparison with a gate's bound came to; see `drop_sentence`."""
    low, high = (min(max(seen.base + one, 0.0), 1.0) for one in seen.interval())
    told = f"{seen.candidate:.1%} (95% CI {low * 100:.1f} to {high * 100:.1f}, {_runs(look.runs, seen.cases)})"
    goal = goal_of(gate)
    harm, none = f"a mean of {goal - gate.margin:.1%}", f"a mean of {goal:.1%}"
    rerun = f"a fresh rerun ({again.seen.candidate:.1%}, {count(again.runs, 'run')})" if again.seen else "a fresh rerun"
    return f"{told}, and the bound is {gate.at_least:.1%}; {_because(why, look, harm, none, rerun)}"


def moved(seen: Difference, runs: int) -> str:
    """Return how a metric moved: both means, the difference in points, its interval, and the runs it rests on."""
    low, high = seen.within()
    change = f"{_points(seen.value)} points, 95% CI {_points(low)} to {_points(high)}, {_runs(runs, seen.cases)}"
    return f"{seen.base:.1%} -> {seen.candidate:.1%} ({change})"


def _runs(runs: int, cases: int) -> str:
    return f"{count(runs, 'run')} of {count(cases, 'case')}"


def _points(value: float) -> str:
    return f"{value * 100:+.1f}"


def _because(why: Why, look: Look, harm: str, none: str, rerun: str) -> str:
    if why is Why.FEW:
        return "too few cases to weigh (those that ask the same are one): add some, or set the temperature to 0"
    if why is Why.QUIET:
        return f"nothing points to {harm}, and {_seen(look)}"
    if why is Why.HARMLESS:
        return f"{none} explains this {_odds(-look.ratio)} times better than {harm}; {_seen(look)}"
    if why is Why.OPEN:
        return f"neither {harm} nor {none} is shown, and the waves are at their end{_more(look)}"
    return (
        f"{harm} explains this {_odds(look.ratio)} times better than {none}, "
        + {
            Why.UNCONFIRMED: f"and {rerun} neither confirmed it nor ruled it out",
            Why.GONE: f"but it did not come back in {rerun}",
            Why.NARROW: f"and it came back in {rerun}, but in few cases: more would show how far it reaches",
            Why.BACK: f"and it came back in {rerun}",
        }[why]
    )


def _more(look: Look) -> str:
    """Return how many cases or repeats would decide, where there are fewer."""
    if look.seen is None or look.needed <= look.seen.cases:
        return ""
    runs = f", or {ceil(look.times * 10) / 10:.1f} times as many runs of each," if look.times else ""
    return f": {count(look.needed, 'case')} like these{runs} would decide"


def _seen(look: Look) -> str:
    return f"a drop of {look.least * 100:.1f} points would be found nine times in ten"


def _odds(ratio: float) -> str:
    return f"{exp(ratio):,.0f}" if ratio < _SURE else "more than 100 million"
