"""Releasing by a verdict that is there already: by git's tags, or as a gate's run on GitHub left it."""

from collections.abc import Iterator
from contextlib import closing, suppress
from heapq import merge
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from harness.adapters.archives import unpack
from harness.adapters.git import Git
from harness.adapters.github import Artifact, Client, GitHubRuns
from harness.adapters.signing import PublicKey
from harness.content.attestations import ENVELOPE_LIMIT, VERDICT_LIMIT
from harness.core.attestation import ENVELOPE_FILE, VERDICT, UnprovenError
from harness.core.digest import short
from harness.core.earlier import SPENDING, EarlierRun
from harness.core.errors import ContentError
from harness.flows.forges import account_of
from harness.flows.proofs import proven
from harness.flows.release import Released, named_release, release
from harness.flows.serving import served
from harness.flows.trees import World

PROOF = "proof"
"""The artifact of a gate: its verdict and the envelope, by their names."""
GATE = "gate.yml"
LOOKED_AT = 30
"""Runs whose artifacts are looked at, the newest; what they left is believed by its signature alone."""


def release_known(world: World, key: PublicKey, commit: str) -> Released:
    """Keep what serves of a commit as a release by a verdict that git has, or that a gate left.

    Raises:
        UnprovenError: Nobody has judged just that, as far as is known: it is to be gated again.
        UnavailableError: GitHub does not answer.
    """
    made = served(world, commit)
    with suppress(UnprovenError, ContentError):
        return named_release(world, made, proven(Git(world.root), key, made.digest), commit)
    account = account_of(world.environ, hint="give the job's token, which needs `actions: read`")
    with closing(GitHubRuns(Client(account))) as forge, TemporaryDirectory() as folder:
        for artifact in _left(forge):
            with suppress(UnprovenError, ContentError):
                _unpacked(forge, artifact, Path(folder))
                return release(world, Path(folder), key, commit)
    what = f"there is no verdict for release {short(made.digest)}, in git or left by a gate"
    raise UnprovenError(what, hint="run `harness gate`, then `harness attest` and `harness release`")


def _left(forge: GitHubRuns) -> Iterator[Artifact]:
    """Yield what gates left, newest first."""
    by_event = [forge.runs(GATE, event) for event in SPENDING[GATE]]
    for run in islice(merge(*by_event, key=_began, reverse=True), LOOKED_AT):
        yield from (one for one in forge.artifacts(run.id) if one.name == PROOF and not one.expired)


def _began(run: EarlierRun) -> str:
    return run.began


def _unpacked(forge: GitHubRuns, artifact: Artifact, folder: Path) -> None:
    """Write the files of a proof into a folder."""
    limits = {VERDICT: VERDICT_LIMIT, ENVELOPE_FILE: ENVELOPE_LIMIT}
    archive = forge.download(artifact) if artifact.bytes <= sum(limits.values()) else None
    if archive is None:
        raise ContentError("the artifact is there no more, or larger than it may be")
    for name, limit in limits.items():
        with (folder / name).open("wb") as file:
            unpack(archive, name, file, limit=limit)
