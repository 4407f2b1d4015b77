"""Bringing a change of an environment's file to where it counts: pushed onto a branch, or proposed to people."""

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from enum import StrEnum
from typing import NamedTuple

from harness.adapters.commits import commit_onto
from harness.adapters.git import Git
from harness.adapters.github import Client, GitHubDelivery
from harness.adapters.remotes import fetch_tags, pushed, signed_in, tip
from harness.content.environments import path_of, read_environment
from harness.content.yaml_reader import FILE_LIMIT
from harness.core.delivery import Proposal
from harness.core.errors import ContentError, UsageError
from harness.flows.forges import account_of
from harness.flows.promote import Edit
from harness.flows.trees import World
from harness.ports import Delivery

_HEADS = "refs/heads/"


class Way(NamedTuple):
    """Where a change goes."""

    remote: str
    branch: str
    """That counts."""
    propose: bool = False
    """Whether people merge it, from a branch of the bot's own."""


class Fate(StrEnum):
    """What became of a change."""

    PUSHED = "pushed"
    PROPOSED = "proposed"
    STANDS = "stands"
    """It is proposed already, and nothing new is to be said."""
    CLOSED = "closed"
    """It was proposed before, and people turned it down."""
    LATE = "late"
    """Somebody was faster: what it was decided by holds no more."""


class Delivered(NamedTuple):
    """A change that was brought somewhere, or was not."""

    fate: Fate
    commit: str = ""
    number: int = 0
    """Of the pull request."""


@contextmanager
def delivery_of(environ: Mapping[str, str]) -> Iterator[Delivery]:
    """Yield where deliveries are told of.

    Raises:
        UsageError: The environment does not say where.
    """
    with closing(GitHubDelivery(Client(account_of(environ, hint="give the job's token, or push by hand")))) as found:
        yield found


def newest(world: World, way: Way) -> str:
    """Return the commit at the tip of the branch that counts, fetched with the tags of releases and verdicts.

    Raises:
        UsageError: The remote has no such branch.
    """
    git = signed_in(Git(world.root), world.environ)
    fetch_tags(git, way.remote)
    if not (found := tip(git, way.remote, f"{_HEADS}{way.branch}")):
        raise UsageError(f"{way.remote} has no branch `{way.branch}`")
    return found


def deliver(world: World, way: Way, base: str, edit: Edit, body: str = "") -> Delivered:
    """Push a change onto the branch that counts, or propose it; done twice it comes to the same.

    Args:
        world: The repository; its checkout stays as it is.
        way: Where to.
        base: The commit by which the change was decided.
        edit: The change.
        body: What the pull request says.

    Raises:
        UnavailableError: The remote refuses, or the forge does.
    """
    git = signed_in(Git(world.root), world.environ)
    if way.propose:
        with delivery_of(world.environ) as forge:
            return _proposed(git, way, base, edit, _proposal(way, edit, body), forge)
    commit = commit_onto(git, base, path_of(edit.name), edit.data, edit.message)
    done = pushed(git, way.remote, f"{_HEADS}{way.branch}", commit, over=base)
    return Delivered(Fate.PUSHED, commit) if done else Delivered(Fate.LATE)


def _proposal(way: Way, edit: Edit, body: str) -> Proposal:
    title, _, text = edit.message.partition("\n\n")
    return Proposal(f"harness/{edit.kind}-{edit.name}", way.branch, title, body or text)


def _proposed(git: Git, way: Way, base: str, edit: Edit, proposal: Proposal, forge: Delivery) -> Delivered:
    """Let the bot's branch hold the change, and a pull request propose it."""
    ref = f"{_HEADS}{proposal.branch}"
    head = tip(git, way.remote, ref)
    if not head or not _holds(git, head, base, edit):
        made = commit_onto(git, base, path_of(edit.name), edit.data, edit.message)
        if not pushed(git, way.remote, ref, made, over=head):
            return Delivered(Fate.LATE)
        head = made
    requests = forge.requests(proposal.branch, proposal.onto)
    standing = next((one for one in requests if one.is_open), None)
    if standing is None and any(one.head == head for one in requests):
        return Delivered(Fate.CLOSED, head, requests[0].number)
    if standing and (standing.title, standing.body) == (proposal.title, proposal.body):
        return Delivered(Fate.STANDS, head, standing.number)
    number = forge.propose(proposal, over=standing.number if standing else 0)
    return Delivered(Fate.PROPOSED, head, number)


def _holds(git: Git, head: str, base: str, edit: Edit) -> bool:
    """Return whether a branch holds the change already: no approval of it is to be lost for another date in it."""
    path = path_of(edit.name)
    fork = git.merge_base(head, base)
    if not fork or git.run("diff", "--name-only", "-z", fork, head) != f"{path}\0".encode():
        return False
    if git.tree(fork, fork).fingerprint(path) != git.tree(base, base).fingerprint(path):
        return False
    try:
        there = read_environment(git.tree(head, head).read(path, limit=FILE_LIMIT), path)
    except (ContentError, FileNotFoundError):
        return False
    wanted = read_environment(edit.data, path)
    recalled = [{one.release for one in found.quarantine} for found in (there, wanted)]
    return there.release == wanted.release and recalled[0] == recalled[1]
