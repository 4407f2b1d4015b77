"""A canary's next state: what every driver calls, be it the gateway's loop, a tick in CI or somebody who watches."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from harness.compare.evidence import doubtful, enough, harm, missing, winner
from harness.core.environment import Strategy
from harness.core.rollout import Advice, Data, Desired, Evidence, Opinion, Phase, Rollout
from harness.release import canary
from harness.release.externals import measured_opinion

STALE = timedelta(seconds=60)
"""After this long, counters that nobody read anew are no reason to go on; clocks differ by less."""


def advance(desired: Desired, rollout: Rollout, evidence: Evidence, now: datetime) -> Rollout:
    """Return how an environment stands next, at most one step further.

    Whoever calls it again with the same evidence at the same moment gets the same.

    Args:
        desired: What git says.
        rollout: How it stands.
        evidence: What was counted since the candidate began.
        now: The present moment, in UTC.
    """
    if now < evidence.at <= now + STALE:
        now = evidence.at
    return canary.advance(desired, rollout, opinion(desired.strategy, rollout, evidence, now), now)


def opinion(strategy: Strategy, rollout: Rollout, evidence: Evidence, now: datetime) -> Opinion:
    """Return what the evidence says of a rollout's step."""
    if rollout.phase is Phase.ABORTED:
        return Opinion(Advice.ABORT, rollout.why)
    if canary.current(strategy, rollout) is None:
        return Opinion(Advice.UNDECIDED, "no candidate is on its way", Data.FEW)
    return next(_opinions(strategy, rollout, evidence, now))


def _opinions(strategy: Strategy, rollout: Rollout, evidence: Evidence, now: datetime) -> Iterator[Opinion]:
    """Yield what may be said of a step, what weighs most first: harm, then doubt, then what is missing."""
    at = rollout.step
    if evidence.at <= rollout.since or evidence.at > now + STALE:
        yield Opinion(Advice.UNDECIDED, "nothing was counted since the step began", Data.FEW)
    if why := harm(strategy, at, evidence):
        yield Opinion(Advice.ABORT, why)
    measured = measured_opinion(strategy.externals, evidence.measured, rollout.since, now)
    if measured.advice is Advice.ABORT:
        yield measured
    if now - evidence.at > STALE:
        yield Opinion(Advice.UNDECIDED, "what was counted is stale", Data.DOUBTFUL)
    if doubtful(strategy, at, evidence):
        yield Opinion(Advice.UNDECIDED, "the sessions are not split by the step's weight", Data.DOUBTFUL)
    if measured.advice is not Advice.ADVANCE:
        yield measured
    if strategy.steps[at].answers and _measured_alone(strategy):
        yield measured
    if not enough(strategy, at, evidence):
        yield Opinion(Advice.UNDECIDED, "too few sessions", Data.FEW)
    yield _compared(strategy, at, evidence)


def _measured_alone(strategy: Strategy) -> bool:
    """Return whether nobody counts sessions, as for a target that has none to count: then others measure, or nobody."""
    return not (strategy.rates or strategy.means) and any(not one.dry_run for one in strategy.externals)


def _compared(strategy: Strategy, at: int, evidence: Evidence) -> Opinion:
    """Return what enough sessions say that fit and show no harm."""
    if strategy.kind == "a-b":
        won = winner(strategy, at, evidence)
        return (
            Opinion(Advice.ADVANCE, f"the candidate wins by `{won}`") if won else Opinion(Advice.UNDECIDED, "no winner")
        )
    lacking = missing(strategy, at, evidence)
    return Opinion(Advice.UNDECIDED if lacking else Advice.ADVANCE, lacking)
