"""What git wants of an environment, and on what a gateway may stand while it gets there."""

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from harness.adapters.git import Git
from harness.adapters.history import generation
from harness.adapters.remotes import fetch_tags
from harness.content.environments import path_of, read_environment
from harness.content.yaml_reader import FILE_LIMIT
from harness.core.environment import Environment, RefusedError
from harness.core.errors import Origin, UsageError
from harness.core.rollout import Desired
from harness.flows.environments import stands
from harness.flows.release import commit_of
from harness.flows.trees import World
from harness.release.canary import desired_of
from harness.release.standing import earlier


class Place(NamedTuple):
    """Where it is said what is served."""

    environment: str
    ref: str
    remote: str = ""
    """Whom to ask for what is new before each look; empty for nobody."""


class Wanted(NamedTuple):
    """What the environment's file says at a commit."""

    commit: str
    environment: Environment
    desired: Desired


def wanted(world: World, place: Place, seen: str = "") -> Wanted | None:
    """Return what an environment wants by the commit at a ref; None where that is one that was seen.

    Raises:
        UsageError: There is no such ref or environment, or the clone is shallow.
        RefusedError: It runs nothing.
        ContentError: Its file is wrong.
        UnavailableError: The remote does not answer.
    """
    git, path = Git(world.root), path_of(place.environment)
    if place.remote:
        fetch_tags(git, place.remote)
    commit = (seen and git.commit(place.ref)) or commit_of(world, place.ref)  # one process a look, not two
    if commit == seen:
        return None
    try:
        data = git.tree(commit, place.ref).read(path, limit=FILE_LIMIT)
    except FileNotFoundError:
        what = f"there is no environment `{place.environment}` on {place.ref}: {path} is not there"
        raise UsageError(what) from None
    environment = read_environment(data, path)
    if not environment.release:
        hint = f"run `harness promote {place.environment}`"
        raise RefusedError(f"{place.environment} runs no release yet", where=Origin(path), hint=hint)
    return Wanted(commit, environment, desired_of(environment, generation(git, path, commit)))


def footing(world: World, said: Wanted) -> Sequence[str]:
    """Return what may answer while nothing is known of what answered, or that must not: what ran before, best first.

    What git names now comes first if it ran before something else did: it was gone back to.
    """
    ran = stands(world, said.environment.name, said.commit)
    runs = [release for release, _ in groupby(stand.release for stand in ran)]
    back = [said.desired.release] if said.desired.release in runs[:-1] else []
    return [*(one for one in back if one not in said.desired.quarantined), *earlier(ran, said.environment)]
