"""The canary as a pure function: no clock, no traffic, no sleep.

Git says what shall run and by which plan; the evidence says whether the next step of it may come. Going back needs
nobody's leave, and so does staying; going on needs both.
"""

from dataclasses import replace
from datetime import datetime

from harness.core.digest import short
from harness.core.environment import Environment, Step, Strategy
from harness.core.rollout import Advice, Data, Desired, Opinion, Phase, Rollout

UNDER_WAY = frozenset({Phase.ROLLING, Phase.HELD})
"""In which a candidate has a share."""


def advance(desired: Desired, rollout: Rollout, opinion: Opinion, now: datetime) -> Rollout:
    """Return how an environment stands next.

    The same arguments give the same answer, so that whoever was killed in between calls this again. One call takes at
    most one step.

    Args:
        desired: What git says.
        rollout: How the environment stands.
        opinion: What the evidence says of its step.
        now: The present moment, in UTC.
    """
    if desired.generation < rollout.generation:
        return rollout
    asked = replace(rollout, generation=desired.generation)
    found = _obeyed(desired, rollout, now) or _judged(desired, asked, opinion, now)
    return found if found == rollout else replace(found, moves=rollout.moves + 1)


def _obeyed(desired: Desired, rollout: Rollout, now: datetime) -> Rollout | None:
    """Return what git's word alone makes of a rollout; None where it is under way and goes on."""
    wanted, gone = desired.release, desired.quarantined
    stable = "" if rollout.stable in gone else rollout.stable
    asked = replace(rollout, generation=desired.generation, stable=stable)
    if wanted in gone:
        return _settled(asked, stable, Phase.ABORTED, f"release {short(wanted)} is quarantined")
    known = desired.generation == rollout.generation or (wanted and wanted == rollout.candidate)
    if rollout.phase is Phase.ABORTED and known:
        return asked
    if not wanted or not stable or wanted in {stable, rollout.previous}:
        return _settled(asked, wanted)
    if not desired.strategy.steps:
        return replace(_settled(asked, wanted), previous=stable)
    if wanted != rollout.candidate or _strayed(desired.strategy, asked):
        return _begun(replace(asked, candidate=wanted), desired.strategy, now)
    return None


def _settled(rollout: Rollout, release: str, phase: Phase = Phase.STABLE, why: str = "") -> Rollout:
    """Return a rollout in which one release answers everything; going back to the one before is no way to and fro."""
    previous = rollout.previous if release == rollout.stable else ""
    return replace(rollout, stable=release, previous=previous, candidate="", phase=phase, step=0, weight=0, why=why)


def _begun(rollout: Rollout, strategy: Strategy, now: datetime) -> Rollout:
    return _entered(replace(rollout, began=now), strategy, 0, now)


def _entered(rollout: Rollout, strategy: Strategy, step: int, now: datetime) -> Rollout:
    weight = strategy.steps[step].answers
    return replace(rollout, phase=Phase.ROLLING, step=step, weight=weight, since=now, why="")


def _strayed(strategy: Strategy, rollout: Rollout) -> bool:
    """Return whether the plan was changed under a rollout, which stands at none of its steps any more."""
    return rollout.step >= len(strategy.steps) or strategy.steps[rollout.step].answers != rollout.weight


def _judged(desired: Desired, rollout: Rollout, opinion: Opinion, now: datetime) -> Rollout:
    """Return what the evidence makes of a rollout that is under way."""
    if opinion.advice is Advice.ABORT:
        return _aborted(rollout, opinion.why)
    step, lasted = desired.strategy.steps[rollout.step], now - rollout.since
    decided, approved = opinion.advice is Advice.ADVANCE, desired.strategy.name_of(rollout.step) in desired.approved
    over = step.most is not None and lasted >= step.most and not decided
    if over and step.on_max == "abort":
        return _aborted(rollout, f"undecided at the end of its step: {opinion.why}")
    if opinion.data is Data.DOUBTFUL:
        return _held(rollout, opinion.why)
    let_go = over and opinion.data is Data.ENOUGH and (approved or step.on_max == "advance")
    if lasted < step.least or not (decided or let_go):
        return _held(rollout, "undecided at the end of its step" if over else "")
    if step.approve and not approved:
        return _held(rollout, "; ".join(filter(None, (opinion.why, f"it waits for the approval `{step.approve}`"))))
    return _left(rollout, desired.strategy, now)


def _left(rollout: Rollout, strategy: Strategy, now: datetime) -> Rollout:
    """Return a rollout at the next step, or at its end."""
    following = rollout.step + 1
    if following < len(strategy.steps):
        return _entered(rollout, strategy, following, now)
    done = _settled(rollout, rollout.candidate)
    return replace(done, previous=rollout.stable, since=now)


def _held(rollout: Rollout, why: str) -> Rollout:
    return replace(rollout, phase=Phase.HELD if why else Phase.ROLLING, why=why)


def _aborted(rollout: Rollout, why: str) -> Rollout:
    """Return a rollout that is back on the stable release; the candidate stays named, and so does not begin anew."""
    return replace(rollout, phase=Phase.ABORTED, weight=0, why=why)


def current(strategy: Strategy, rollout: Rollout) -> Step | None:
    """Return the step at which a rollout under way stands; None for a rollout at rest."""
    if rollout.phase not in UNDER_WAY or rollout.step >= len(strategy.steps):
        return None
    return strategy.steps[rollout.step]


def desired_of(environment: Environment, generation: int) -> Desired:
    """Return what git wants, by an environment's file and by how many commits changed it."""
    return Desired(
        generation,
        environment.release,
        environment.strategy,
        frozenset(one.release for one in environment.quarantine),
        frozenset(one.step for one in environment.approved if one.release == environment.release),
    )
