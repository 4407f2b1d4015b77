"""What earlier runs of trusted workflows left: what they spent, and the base's samples."""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from datetime import timedelta
from io import BytesIO
from itertools import chain, islice, takewhile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from harness.adapters.archives import unpack
from harness.adapters.clock import SystemClock
from harness.adapters.git import Git
from harness.adapters.github import Artifact, Client, GitHubRuns
from harness.adapters.store import SqliteStore
from harness.content.earlier import read_before, read_record, write_spending
from harness.core.earlier import LASTING, SPENDING, TOPUP, Before, EarlierRun, Home, Record, Spent, believed, settled
from harness.core.errors import ContentError, HarnessError, UsageError
from harness.core.words import count
from harness.flows.forges import account_of
from harness.flows.store import open_store
from harness.flows.trees import World

BEFORE, SPENT, STORE = "before.json", "spent.json", "state.db"
SAMPLES = "samples"
"""The artifact of a top-up; those with what was spent are called `spent`, or `spent-` and a number."""
DAYS = 28
"""For so long a pull request's spending is remembered; the artifacts live a little longer."""
MOST_RUNS = 1000
"""That GitHub tells of, of one workflow and event."""
LOOKED_AT = 20
"""Runs whose records are read at one time; the rest counts as lost until somebody comes to read them."""
_LARGEST_RECORD = 8_000_000
_LARGEST_STORE = 2_000_000_000
_LARGEST_ARCHIVE = 500_000_000


def fetch(world: World) -> list[str]:
    """Fetch what earlier runs left, and return what there is to say of it.

    What they spent is kept beside the store, and their samples in it.

    Raises:
        UsageError: The environment does not say where to ask.
        UnavailableError: GitHub does not tell which runs there were: then nobody knows what is spent.
    """
    account = account_of(world.environ, hint="give the job's token, which needs `actions: read`")
    since, present = (SystemClock().now() - timedelta(days=DAYS)).isoformat(), _present(world.environ)
    with closing(GitHubRuns(Client(account))) as forge:
        home = _home(world, forge)
        runs = {workflow: list(_runs(forge, workflow, home, since)) for workflow in SPENDING}
        newest_first = sorted(chain(*runs.values()), key=lambda run: run.began, reverse=True)
        spent = {id_: one for id_, one in _spent(forge, newest_first, present).items() if one.began >= since}
        head = next((run.head for run in newest_first if run.id == present.run), "")
        world.state.mkdir(exist_ok=True)
        (world.state / BEFORE).write_text(write_spending(Before(spent, head)), encoding="utf-8")
        lost = sum(one.lost > 0 for one in spent.values())
        but = f"; what {lost} of them spent is not known" if lost else ""
        return [f"{count(len(spent), 'earlier run')}{but}", _samples(world, forge, runs[TOPUP])]


def _home(world: World, forge: GitHubRuns) -> Home:
    repository, branch = forge.home()
    git, remote = Git(world.root), f"refs/remotes/origin/{branch}"
    tips = ["HEAD", *([remote] if git.run("rev-parse", "--verify", "--quiet", remote, maybe=True) else [])]
    line = git.run("rev-list", "--first-parent", *tips, "--").decode().split()
    return Home(repository, branch, frozenset(line))


class _Present(NamedTuple):
    """Which run this is, and its attempt; zeros outside of any."""

    run: int
    attempt: int


def _present(environ: Mapping[str, str]) -> _Present:
    run, attempt = (environ.get(f"GITHUB_RUN_{name}", "") for name in ("ID", "ATTEMPT"))
    return _Present(int(run) if run.isdecimal() else 0, int(attempt) if attempt.isdecimal() else 0)


def _runs(forge: GitHubRuns, workflow: str, home: Home, since: str) -> Iterator[EarlierRun]:
    """Yield the runs of a workflow that are believed and young enough."""
    for event in SPENDING[workflow]:
        young = takewhile(lambda run: run.began >= since, forge.runs(workflow, event))
        yield from (run for run in islice(young, MOST_RUNS) if believed(run, workflow, home))


def _spent(forge: GitHubRuns, runs: Iterable[EarlierRun], present: _Present) -> dict[int, Spent]:
    """Return what runs spent, of which the newest come first: their records tell of the others, so few are read."""
    known: dict[int, Spent] = {}
    looks = LOOKED_AT
    for run in runs:
        ended = run.attempt if run.conclusion else 0
        last = present.attempt - 1 if run.id == present.run else ended
        if last < 1 or run.conclusion == "skipped" or (run.id in known and known[run.id].attempt >= last):
            continue
        if not looks:
            known[run.id] = Spent(0, run.began, lost=1, drawn=run.drawn)
            continue
        looks -= 1
        records = list(_records(forge, run))
        for id_, told in chain.from_iterable(record.before.items() for record in records):
            if id_ not in known or known[id_].attempt < told.attempt:
                known[id_] = told
        known[run.id] = settled(run._replace(attempt=last), forge.asked(run.id), records)
    return known


def _records(forge: GitHubRuns, run: EarlierRun) -> Iterator[Record]:
    """Yield what the jobs of a run spent; one that is damaged or gone is missed where those that asked are counted."""
    for artifact in forge.artifacts(run.id):
        if artifact.name == "spent" or artifact.name.startswith("spent-"):
            text = BytesIO()
            try:
                unpack(_downloaded(forge, artifact, _LARGEST_RECORD), SPENT, text, limit=_LARGEST_RECORD)
                record = read_record(text.getvalue(), SPENT)
            except ContentError:
                continue
            if record.run == run.id:
                yield record


def _downloaded(forge: GitHubRuns, artifact: Artifact, limit: int) -> bytes:
    if artifact.bytes > limit:
        raise ContentError(f"the artifact `{artifact.name}` is larger than it may be")
    found = None if artifact.expired else forge.download(artifact)
    if found is None:
        raise ContentError(f"the artifact `{artifact.name}` is there no more")
    return found


def _samples(world: World, forge: GitHubRuns, runs: list[EarlierRun]) -> str:
    """Take over the samples of the last top-up that ended well, and tell what became of them."""
    run = next((run for run in runs if run.conclusion == "success"), None)
    if run is None:
        return "no samples: no top-up has ended well"
    artifact = next((one for one in forge.artifacts(run.id) if one.name == SAMPLES), None)
    if artifact is None:
        return f"no samples: the top-up {run.id} left none"
    with TemporaryDirectory(dir=world.state) as folder:
        place = Path(folder) / STORE
        try:
            with place.open("wb") as file:
                unpack(_downloaded(forge, artifact, _LARGEST_ARCHIVE), STORE, file, limit=_LARGEST_STORE)
            with closing(SqliteStore(place)) as theirs, open_store(world) as ours:
                taken = ours.adopt(theirs.kept())
        except HarnessError as error:
            return f"no samples of the top-up {run.id}: {error.what}"
    return f"{count(taken, 'sample')} of the top-up {run.id}"


def earlier(world: World) -> Before:
    """Return what earlier runs spent, as it was fetched; nothing where nobody fetched it.

    Raises:
        ContentError: The file is damaged.
    """
    place = world.state / BEFORE
    return read_before(place.read_bytes(), os.path.relpath(place)) if place.exists() else Before()


def leave(world: World) -> Path:
    """Write what was spent here beside the store, for runs that come after, and return where.

    Raises:
        UsageError: This is no run of a workflow.
    """
    present = _present(world.environ)
    if 0 in present:
        raise UsageError("the environment has no `GITHUB_RUN_ID`", hint="it is a workflow's job that leaves a record")
    accounts: dict[str, int] = {}
    if (world.state / STORE).exists():
        with open_store(world) as store:
            accounts = store.lasting(LASTING)
    place = world.state / SPENT
    place.parent.mkdir(exist_ok=True)
    place.write_text(write_spending(Record(*present, accounts, earlier(world).runs)), encoding="utf-8")
    return place.relative_to(world.root)
