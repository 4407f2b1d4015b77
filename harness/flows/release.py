"""Releasing: what serves of a commit, and the verdict on it, kept in git under names that say what they are."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from harness.adapters.git import Git
from harness.adapters.remotes import push_tags, signed_in
from harness.adapters.signing import PublicKey
from harness.adapters.tags import message_of, tag_object, tags
from harness.content.attestations import ENVELOPE_LIMIT, VERDICT_LIMIT
from harness.core.attestation import ENVELOPE_FILE, VERDICT, Statement, UnprovenError
from harness.core.digest import short
from harness.core.errors import ContentError, Origin, UsageError
from harness.core.release import PREFIX, Release, release_tag, verdict_tag
from harness.flows.attest import read_file
from harness.flows.proofs import Proof, check_proof, proven
from harness.flows.serving import served
from harness.flows.trees import World
from harness.flows.verify import About, verify


class Released(NamedTuple):
    """What was released."""

    release: Release
    statement: Statement
    """By which the gate let it pass."""
    tags: Sequence[str]
    """Those of the release and of its verdict."""
    new: bool
    """Whether one of them was not here before."""


def commit_of(world: World, ref: str) -> str:
    """Return the commit that a ref names.

    Raises:
        UsageError: There is none.
    """
    git = Git(world.root)
    if git.top() is None:
        raise UsageError(f"{world.root} is not in a git repository", hint="releases are kept in git: run `git init`")
    if not (commit := git.commit(ref)):
        raise UsageError(f"there is no commit `{ref}`")
    return commit


def release(world: World, run: Path, key: PublicKey, commit: str) -> Released:
    """Keep what serves of a commit as a release, if a gate let just that pass; done twice it comes to the same.

    Args:
        world: The repository.
        run: The folder of a run.
        key: Whose signature counts.
        commit: In full.

    Raises:
        UnprovenError: The run is not signed by the key, did not pass, or judged something else.
        ContentError: A file is not what it should be, or a tag stands in the way.
    """
    if not (run / ENVELOPE_FILE).exists():
        hint = "run `harness gate`, then `harness attest --key FILE`"
        raise UnprovenError("there is no signed verdict", where=Origin(str(run)), hint=hint)
    statement = verify(world, run, key, About(head=commit))
    made = served(world, commit)
    proof = Proof(
        release=made.text.encode(),
        verdict=read_file(run / VERDICT, limit=VERDICT_LIMIT),
        envelope=read_file(run / ENVELOPE_FILE, limit=ENVELOPE_LIMIT),
    )
    check_proof(proof, key, made.digest, f"{run}/")
    git, verdict = Git(world.root), verdict_tag(made.digest, statement.verdict)
    if kept := verdict not in tags(git, verdict):
        proof.keep(git, verdict, f"Verdict {short(statement.verdict)} on release {short(made.digest)}")
    else:
        proven(git, key, made.digest)
    found = named_release(world, made, statement, commit)
    return found._replace(new=kept or found.new)


def named_release(world: World, made: Release, statement: Statement, commit: str) -> Released:
    """Name the commit of a release whose verdict git has, and return what is kept of it.

    Raises:
        ContentError: A tag stands in the way.
    """
    named = _name(Git(world.root), made.digest, commit)
    verdict = verdict_tag(made.digest, statement.verdict)
    return Released(made, statement, (release_tag(made.digest), verdict), new=named)


def publish_tags(world: World, remote: str, done: Released) -> None:
    """Push the tags of a release to a remote that lacks them.

    Raises:
        UnavailableError: The remote refuses, or names something else by one of them.
    """
    push_tags(signed_in(Git(world.root), world.environ), remote, done.tags)


def _name(git: Git, digest: str, commit: str) -> bool:
    """Name the commit of a release, and return whether it had no name yet."""
    tag = release_tag(digest)
    if tag not in tags(git, tag):
        tag_object(git, tag, f"Release {short(digest)}\n\n{PREFIX}{digest}", commit)
        return True
    if digest not in message_of(git, tag):
        hint = f"find out who made it, and delete it: `git tag -d {tag}`"
        raise ContentError(f"the tag {tag} is there, and names something else", hint=hint)
    return False
