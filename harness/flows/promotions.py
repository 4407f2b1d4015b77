"""Proposed promotions: what a change lets environments run, held against its base's rules, key and history."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from harness.adapters.git import Git
from harness.content.environments import read_environments
from harness.core.environment import Environment
from harness.core.errors import UsageError
from harness.flows.environments import stands
from harness.flows.promote import Moved
from harness.flows.proofs import proven, trusted_key
from harness.flows.release import commit_of
from harness.flows.trees import World
from harness.ports import Clock
from harness.release.promotion import check_promotion
from harness.release.standing import earlier


class Proposed(NamedTuple):
    """What is proposed, and to what."""

    against: str
    candidate: str = "HEAD"


def check_proposed(world: World, key: Path | None, change: Proposed, clock: Clock) -> Mapping[str, Moved]:
    """Return what environments run otherwise in a commit than in its merge base, once all of it may be merged.

    Args:
        world: The repository.
        key: The file of the public key; None for the one that the base keeps.
        change: The two refs.
        clock: Tells the present moment.

    Raises:
        UnprovenError: No verdict that holds let one of the releases pass.
        RefusedError: The base's files forbid one.
        UsageError: There is no such ref, or it shares no history with the candidate.
    """
    git, (against, candidate) = Git(world.root), change
    base = git.merge_base(commit_of(world, candidate), commit_of(world, against))
    if not base:
        raise UsageError(f"`{against}` shares no history with {candidate}", hint="name another with `--against REF`")
    tree = git.tree(base, against)
    before = read_environments(tree)
    proposed = read_environments(git.tree(commit_of(world, candidate), candidate))
    known = {**proposed, **before}  # a new environment brings its own rules
    ran = {name: before[name].release if name in before else "" for name in proposed}
    moved = {name: Moved(ran[name], one.release, "") for name, one in proposed.items() if one.release != ran[name]}
    if running := sorted(name for name in moved if moved[name].after):
        signer = trusted_key(tree, key)
        for name in running:
            proven(git, signer, moved[name].after)
            _check(world, proposed[name], known, base, clock)
    return moved


def _check(world: World, proposed: Environment, known: Mapping[str, Environment], base: str, clock: Clock) -> None:
    """Refuse what may neither be promoted nor is a rollback."""
    rules = known[proposed.name]
    if proposed.quarantined(rules.release) and proposed.release in earlier(stands(world, rules.name, base), rules):
        return
    source = known.get(rules.source)
    ran = stands(world, source.name, base) if source else ()
    check_promotion(rules, proposed.release, source, ran, clock.now())
