"""Promotions and rollbacks that go onto a remote's branch, or are proposed there with what people decide them by."""

import json
from contextlib import suppress

from harness.adapters.clock import SystemClock
from harness.adapters.git import Git
from harness.adapters.signing import PublicKey
from harness.content.attestations import read_envelope
from harness.content.environments import path_of, read_environment
from harness.content.releases import read_release
from harness.core.attestation import ENVELOPE_FILE
from harness.core.digest import short
from harness.core.errors import HarnessError, UnavailableError
from harness.core.release import Release
from harness.core.verdict import Verdict
from harness.flows.delivery import Delivered, Fate, Way, deliver, newest
from harness.flows.environments import environments
from harness.flows.promote import Edit, Place, promotion, recall
from harness.flows.proofs import Proof, proof_of
from harness.flows.runs import verdict_in
from harness.flows.trees import World
from harness.report.promotion import Promotion, as_promotion


def send_promotion(world: World, key: PublicKey, name: str, wanted: str, way: Way) -> tuple[Edit, Delivered | None]:
    """Let an environment run a release by a commit on a remote's branch, or by a pull request.

    Of one that tracks main nobody is asked, for the merge was the promotion.

    Raises:
        UnavailableError: Somebody was faster, or the remote refuses.
        HarnessError: See `promotion`.
    """
    base = newest(world, way)
    edit = promotion(Place(world, base), key, name, wanted, SystemClock())
    if not edit.data:
        return edit, None
    if way.propose and environments(world, base)[name].tracks:
        with suppress(UnavailableError):  # a branch that takes no push of ours takes a pull request
            return edit, _first(deliver(world, way._replace(propose=False), base, edit), way)
    body = _body(world, key, edit) if way.propose else ""
    return edit, _first(deliver(world, way, base, edit, body), way)


def send_recall(world: World, key: PublicKey, name: str, reason: str, way: Way) -> tuple[Edit, Delivered]:
    """Let an environment run what it ran before, as `send_promotion` does.

    Raises:
        UnavailableError: Somebody was faster, or the remote refuses.
        HarnessError: See `recall`.
    """
    base = newest(world, way)
    edit = recall(Place(world, base), key, name, reason, SystemClock())
    return edit, _first(deliver(world, way, base, edit), way)


def _first(done: Delivered, way: Way) -> Delivered:
    if done.fate is Fate.LATE:
        raise UnavailableError(f"{way.branch} has moved on meanwhile", hint="run it again")
    return done


def _body(world: World, key: PublicKey, edit: Edit) -> str:
    """Return what the pull request of a promotion says."""
    git = Git(world.root)
    proof = proof_of(git, key, edit.after)
    return as_promotion(
        Promotion(
            environment=edit.name,
            digest=edit.after,
            after=read_release(proof.release, short(edit.after)),
            before=_former(git, key, edit.before),
            strategy=read_environment(edit.data, path_of(edit.name)).strategy,
            verdict=_verdict(proof),
            url=_url(proof),
        )
    )


def _former(git: Git, key: PublicKey, digest: str) -> Release | None:
    """Return what runs there now, if it can be read: it may be of a time before the key."""
    with suppress(HarnessError):
        return read_release(proof_of(git, key, digest).release, short(digest))
    return None


def _verdict(proof: Proof) -> Verdict | None:
    with suppress(HarnessError):  # of another harness: the signature holds, and the page does without its figures
        return verdict_in(proof.verdict, "verdict.json")
    return None


def _url(proof: Proof) -> str:
    """Return where the run is seen, as the signed statement says."""
    url = json.loads(read_envelope(proof.envelope, ENVELOPE_FILE).payload)["predicate"].get("url", "")
    return url if isinstance(url, str) else ""
