"""What there is to say of a rollout, and what becomes of it in git and in the record: pure decisions."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from harness.core.delivery import ENDED, Deployment, DeploymentState
from harness.core.digest import short
from harness.core.rollout import Desired, Phase, Rollout
from harness.release.canary import UNDER_WAY


class Word(NamedTuple):
    """What there is to say of a rollout."""

    state: DeploymentState
    """Empty for nothing to be put on record."""
    why: str
    over: bool = False
    """Whether nothing more is to be waited for."""
    recall: bool = False
    """Whether git is to take back what was aborted."""


def word_of(desired: Desired, rollout: Rollout, holding: str = "") -> Word:
    """Return what there is to say of how an environment stands, by what git wants of it.

    Args:
        desired: What git says.
        rollout: How it stands.
        holding: Why whoever serves does not follow git; empty where it does.
    """
    wanted, doubt = desired.release, f": {holding}" if holding else ""
    if rollout.generation > desired.generation:
        return Word("", "whoever serves acts on a later state of git than this one")
    if rollout.generation < desired.generation:
        return Word("in_progress", f"whoever serves has not taken over what git says{doubt}")
    if rollout.phase is Phase.ABORTED:
        return _aborted(wanted, rollout)
    if rollout.phase is Phase.STABLE and rollout.stable == wanted and wanted:
        return Word("success", "it answers everything", over=True)
    if not wanted:
        return Word("", "it runs nothing yet", over=True)
    return Word("in_progress", f"{_progress(desired, rollout)}{doubt}")


def _aborted(wanted: str, rollout: Rollout) -> Word:
    if rollout.candidate not in {"", wanted}:
        return Word("", f"whoever serves aborted release {short(rollout.candidate)}, which git does not name")
    return Word("failure", rollout.why, over=True, recall=bool(wanted) and rollout.candidate == wanted)


def _progress(desired: Desired, rollout: Rollout) -> str:
    if rollout.phase not in UNDER_WAY or rollout.candidate != desired.release:
        return f"release {short(rollout.stable) or 'none'} answers still"
    held = f"; held: {rollout.why}" if rollout.phase is Phase.HELD else ""
    return f"step {rollout.step + 1} of {len(desired.strategy.steps)}, {rollout.weight} % of the sessions{held}"


def due(known: Sequence[Deployment], now: Deployment, quarantined: Mapping[str, str]) -> list[Deployment]:
    """Return what is to be put on record: each deployment as it stands now, if that is not what stands there.

    Args:
        known: What the record has of an environment.
        now: What runs there by git, with its state.
        quarantined: Why releases must not run there, by release.
    """
    found = [_ended(one, quarantined) for one in known if not _same(one, now) and _open(one, now)]
    there = next((one for one in known if _same(one, now)), now._replace(state="", why=""))
    if now.state and (there.state, there.why) != (now.state, now.why):
        found.append(now._replace(id=there.id))
    return found


def _same(one: Deployment, other: Deployment) -> bool:
    return (one.release, one.commit) == (other.release, other.commit)


def _open(one: Deployment, now: Deployment) -> bool:
    return one.state not in ENDED and one.generation < now.generation


def _ended(one: Deployment, quarantined: Mapping[str, str]) -> Deployment:
    """Return how a deployment ended after which another came."""
    if one.release in quarantined:
        return one._replace(state="failure", why=quarantined[one.release])
    return one._replace(state="inactive", why="another came before its end")
