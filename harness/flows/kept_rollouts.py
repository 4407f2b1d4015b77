"""The rollout of a target without a memory: kept under a ref of git that one tick at a time can move."""

import json
from contextlib import suppress
from dataclasses import replace
from typing import NamedTuple

from harness.adapters.clock import SystemClock
from harness.adapters.commits import commit_files
from harness.adapters.git import Git
from harness.adapters.remotes import moved_here, pushed, signed_in, tip
from harness.adapters.signing import PublicKey
from harness.content.rollouts import evidence_json, read_evidence, read_rollout, rollout_json
from harness.core.attestation import UnprovenError
from harness.core.errors import ContentError, Origin
from harness.core.json_reader import NotJsonError, read_json
from harness.core.jsons import Json
from harness.core.rollout import Evidence, Rollout
from harness.flows.canary import advance
from harness.flows.desired import Wanted, footing
from harness.flows.externals import due, measure
from harness.flows.proofs import proven
from harness.flows.targets import tell
from harness.flows.trees import World

ROLLOUT, EVIDENCE = "rollout.json", "evidence.json"
_LIMIT = 1 << 22
_DEEPEST = 32


class Kept(NamedTuple):
    """What a ref says."""

    commit: str
    """Empty where there is no such ref."""
    rollout: Rollout
    evidence: Evidence


async def step(world: World, key: PublicKey, said: Wanted, remote: str) -> Rollout | None:
    """Take a rollout at most one step on, and tell its target; None where another tick was faster.

    Its target is told each time, which does nothing twice: a tick that was killed before it said so is made up for.

    Args:
        world: The repository.
        key: Whose signature counts.
        said: What git wants.
        remote: Where the ref is kept; empty for here.

    Raises:
        UnprovenError: No verdict that holds let pass what git wants, or what ran before.
        UnavailableError: The remote or the target does not answer.
        ContentError: What the ref says cannot be read.
    """
    git = signed_in(Git(world.root), world.environ)
    environment, ref = said.environment, f"refs/rollouts/{said.environment.name}"
    if (wanted := said.desired.release) not in said.desired.quarantined:
        proven(git, key, wanted)
    commit = tip(git, remote, ref) if remote else git.commit(ref)
    if commit:
        kept = _kept(git, commit, ref)
    else:
        kept = Kept("", Rollout(environment.name, stable=_proven_footing(world, key, said)), Evidence())
    now, strategy = SystemClock().now(), said.desired.strategy._replace(rates=(), means=())  # nobody counts sessions
    asked = due(strategy.externals, kept.evidence.measured, kept.rollout.since, now)
    measured = (*kept.evidence.measured, *await measure(asked, world.environ, now))
    seen = replace(kept.evidence, at=now, measured=measured)
    after = advance(said.desired._replace(strategy=strategy), kept.rollout, seen, now)
    moved = (after.step, after.candidate) != (kept.rollout.step, kept.rollout.candidate)
    evidence = Evidence(at=now, measured=() if moved else measured)
    if after != kept.rollout or evidence.measured != kept.evidence.measured:
        files = {ROLLOUT: _bytes(rollout_json(after)), EVIDENCE: _bytes(evidence_json(evidence))}
        commit = commit_files(git, files, f"{after.phase}, step {after.step + 1}", kept.commit)
        if remote:
            won = pushed(git, remote, ref, commit, over=kept.commit)
        else:
            won = moved_here(git, ref, commit, over=kept.commit)
        if not won:
            return None
    await tell(environment, after, world.environ)
    return after


def _proven_footing(world: World, key: PublicKey, said: Wanted) -> str:
    """Return what ran before and may again; empty only where nothing did, for that gives the candidate everything."""
    git, faults = Git(world.root), list[UnprovenError | ContentError]()
    for release in footing(world, said):
        try:
            proven(git, key, release)
        except (UnprovenError, ContentError) as fault:
            faults.append(fault)
        else:
            return release
    if faults:
        raise faults[0]
    return ""


def _kept(git: Git, commit: str, ref: str) -> Kept:
    tree = git.tree(commit, ref)
    try:
        rollout = read_rollout(_json(tree.read(ROLLOUT, limit=_LIMIT), ref), ref)
        evidence = read_evidence(_json(tree.read(EVIDENCE, limit=_LIMIT), ref), ref)
    except FileNotFoundError as fault:
        raise ContentError(f"there is no file {fault}", where=Origin(ref)) from None
    return Kept(commit, rollout, evidence)


def _json(data: bytes, place: str) -> Json:
    with suppress(NotJsonError, UnicodeDecodeError):
        return read_json(data.decode(), deepest=_DEEPEST)
    raise ContentError("not JSON", where=Origin(place))


def _bytes(value: Json) -> bytes:
    return f"{json.dumps(value, indent=1, sort_keys=True)}\n".encode()
