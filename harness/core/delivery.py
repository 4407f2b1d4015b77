"""What is told of a delivery where people look: deployments, and changes that are proposed to them."""

from typing import Literal, NamedTuple

type DeploymentState = Literal["", "in_progress", "success", "failure", "inactive"]
ENDED: frozenset[str] = frozenset({"success", "failure", "inactive"})
"""A deployment that ended is told of no more, but that a newer one makes it inactive."""


class Deployment(NamedTuple):
    """One release on its way into one environment; a record only: it can be made anew from git and the rollout."""

    environment: str
    release: str
    """All 64 digits."""
    generation: int
    commit: str
    """Which said so."""
    state: DeploymentState = ""
    """Empty for one of which nothing is told yet."""
    why: str = ""
    id: int = 0


class Proposal(NamedTuple):
    """A change that is proposed: a branch of the bot's own, onto another."""

    branch: str
    onto: str
    title: str
    body: str


class Requested(NamedTuple):
    """A pull request of the bot's."""

    number: int
    head: str
    """The commit that it proposes."""
    title: str
    body: str
    is_open: bool
