"""Proposed promotions: what a change lets environments run, held against its base's rules, key and history."""

from collections.abc import Mapping
from pathlib import Path

from harness.adapters.git import Git
from harness.content.environments import read_environments
from harness.core.environment import Environment
from harness.core.errors import UsageError
from harness.flows.environments import environments, stands
from harness.flows.promote import Moved
from harness.flows.proofs import proven, trusted_key
from harness.flows.release import commit_of
from harness.flows.trees import World
from harness.ports import Clock
from harness.release.promotion import check_promotion
from harness.release.standing import earlier


def check_proposed(world: World, key: Path | None, against: str, clock: Clock) -> Mapping[str, Moved]:
    """Return what environments run otherwise in HEAD than in the merge base of a ref, once all of it may be merged.

    Args:
        world: The repository.
        key: The file of the public key; None for the one that the base keeps.
        against: The ref.
        clock: Tells the present moment.

    Raises:
        UnprovenError: No verdict that holds let one of the releases pass.
        RefusedError: The base's files forbid one.
        UsageError: There is no such ref, or it shares no history with HEAD.
    """
    git, proposed = Git(world.root), environments(world)
    base = git.merge_base(commit_of(world, "HEAD"), commit_of(world, against))
    if not base:
        raise UsageError(f"`{against}` shares no history with HEAD", hint="name another with `--against REF`")
    tree = git.tree(base, against)
    before = read_environments(tree)
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
