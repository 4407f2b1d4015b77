"""Earlier runs of the repository's own workflows: which are believed, and what they spent."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

TOPUP = "topup.yml"
SPENDING: Mapping[str, tuple[str, ...]] = {
    "gate.yml": ("pull_request_target", "workflow_run"),
    "drift.yml": ("schedule", "workflow_dispatch"),
    "promote.yml": ("push", "workflow_dispatch"),
    TOPUP: ("push",),
}
"""The workflows that spend, with the events that start them."""
_OF_ANY_BRANCH = frozenset({"push", "workflow_dispatch"})
"""Events that take the file from the branch or tag that they are about; the others take the default branch's."""
ASK = "ask"
"""The step of a job that spends; a job that did not come to it has spent nothing."""
LASTING = ("pull_request", "actor", "day")
"""The accounts that several runs share, by the limits of `budget:` that bound them."""


class EarlierRun(NamedTuple):
    """A run of a workflow, as the forge tells of it."""

    id: int
    attempt: int
    path: str
    """Of the workflow's file."""
    event: str
    repository: str
    """Where the head is that started it."""
    branch: str
    commit: str
    actor: str
    began: str
    """When, in ISO 8601."""
    conclusion: str
    """Empty while it runs."""
    requests: tuple[int, ...] = ()
    """The pull requests that it is known to be of; of a fork's, none is."""

    @property
    def head(self) -> str:
        """The branch that started it."""
        return f"{self.repository}:{self.branch}"

    @property
    def drawn(self) -> tuple[str, ...]:
        """The accounts on which it may have drawn; a fork's pull request is told by its branch alone."""
        day = self.began[:10]
        requests = (f"pull_request {number}" for number in self.requests)
        return (f"day {day}", f"actor {self.actor} {day}", *requests, f"head {self.head}")


class Home(NamedTuple):
    """The repository and its default branch."""

    repository: str
    branch: str
    line: Collection[str]
    """The commits at which the default branch has stood."""


def believed(run: EarlierRun, workflow: str, home: Home) -> bool:
    """Return whether what a run left is the work of the default branch's own file.

    A file of the same name in a pull request is started by other events. One of any branch must have stood on the
    default branch itself: a tag may bear its name, and a branch that is merged brings commits that never stood there.
    """
    if run.path.partition("@")[0] != f".github/workflows/{workflow}" or run.event not in SPENDING[workflow]:
        return False
    stood = (run.repository, run.branch) == (home.repository, home.branch) and run.commit in home.line
    return stood or run.event not in _OF_ANY_BRANCH


@dataclass(frozen=True, slots=True)
class Spent:
    """What a run spent, as far as it is known."""

    attempt: int
    """The last attempt of which this tells."""
    began: str = ""
    """When, in ISO 8601: what is too long ago is forgotten."""
    accounts: dict[str, int] = field(default_factory=dict)
    """Micro-USD by account."""
    lost: int = 0
    """How many of its attempts left no full record."""
    drawn: tuple[str, ...] = ()
    """The accounts on which these may have drawn."""


@dataclass(frozen=True, slots=True)
class Record:
    """What one job spent, and what it knows of earlier runs, so that who reads this need not ask for theirs."""

    run: int
    attempt: int
    accounts: dict[str, int]
    before: dict[int, Spent] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Before:
    """What earlier runs spent."""

    runs: dict[int, Spent] = field(default_factory=dict)
    head: str = ""
    """The branch that started the present run."""

    def spent(self, account: str) -> int:
        """Return what is known to be spent of an account, in micro-USD."""
        return sum(run.accounts.get(account, 0) for run in self.runs.values())

    def lost(self, account: str) -> int:
        """Return how many attempts drew on an account, as far as anybody knows, without a full record."""
        names = {account, f"head {self.head}"} if account.startswith("pull_request ") else {account}
        return sum(run.lost for run in self.runs.values() if names & set(run.drawn))


def settled(run: EarlierRun, asked: Mapping[int, int], records: Collection[Record]) -> Spent:
    """Return what a run spent by its records.

    Args:
        run: The run, with the last attempt that has ended.
        asked: By attempt, how many jobs came to ask.
        records: What its jobs left; there may be more than jobs that asked, and fewer is a loss.
    """
    mine = [record for record in records if record.attempt <= run.attempt]
    accounts: dict[str, int] = {}
    for record in mine:
        for name, amount in record.accounts.items():
            accounts[name] = accounts.get(name, 0) + amount
    found = {attempt: sum(record.attempt == attempt for record in mine) for attempt in asked}
    lost = sum(found[attempt] < jobs for attempt, jobs in asked.items() if attempt <= run.attempt)
    return Spent(run.attempt, run.began, accounts, lost, run.drawn if lost else ())
