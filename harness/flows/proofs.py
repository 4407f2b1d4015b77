"""The proof of a release: a signed statement that a gate let pass just what it serves, kept in git by a tag."""

import hashlib
from pathlib import Path
from typing import NamedTuple

from harness.adapters.git import Git
from harness.adapters.signing import KEY_LIMIT, PublicKey, read_public
from harness.adapters.tags import tag_files, tagged, tags
from harness.content.attestations import (
    ENVELOPE_LIMIT,
    VERDICT_LIMIT,
    read_envelope,
    read_statement,
    read_verdict_digest,
)
from harness.content.releases import read_release
from harness.core.attestation import ENVELOPE_FILE, VERDICT, Statement, UnprovenError
from harness.core.digest import short
from harness.core.errors import ContentError, Origin, UsageError
from harness.core.release import FILE, Release, verdict_tag
from harness.flows.verify import check_result, check_signature, public_key
from harness.ports import Workspace

KEY = ".github/gate.pem.pub"
"""Where a repository keeps the key whose signature counts."""


class Proof(NamedTuple):
    """The files of a proof."""

    release: bytes
    verdict: bytes
    envelope: bytes

    def keep(self, git: Git, tag: str, message: str) -> None:
        """Keep the files under a new tag."""
        tag_files(git, tag, message, {FILE: self.release, VERDICT: self.verdict, ENVELOPE_FILE: self.envelope})


def trusted_key(tree: Workspace, path: Path | None) -> PublicKey:
    """Return the public key in a file, else the one that a tree keeps.

    Raises:
        UsageError: There is no such file.
        ContentError: It is no public key.
    """
    if path:
        return public_key(path)
    try:
        return read_public(tree.read(KEY, limit=KEY_LIMIT), Origin(KEY))
    except FileNotFoundError:
        hint = f"name a public key by `--key`, or keep it at {KEY}"
        raise UsageError("nothing says whose signature counts", hint=hint) from None


def proven(git: Git, key: PublicKey, digest: str) -> Statement:
    """Return the statement by which a gate let a release pass; see `proof_of`."""
    return _found(git, key, digest)[1]


def proof_of(git: Git, key: PublicKey, digest: str) -> Proof:
    """Return the files that prove that a gate let a release pass, each seen to hold.

    Raises:
        UnprovenError: None are kept here, or none hold.
        ContentError: A file of them is not what it should be.
    """
    return _found(git, key, digest)[0]


def _found(git: Git, key: PublicKey, digest: str) -> tuple[Proof, Statement]:
    faults: list[UnprovenError | ContentError] = []
    for tag in tags(git, verdict_tag(digest)):
        try:
            proof = _kept(tagged(git, tag))
            return proof, check_proof(proof, key, digest, f"{tag}:")
        except (UnprovenError, ContentError) as fault:
            faults.append(fault)
    if faults:
        raise faults[0]
    hint = "make it by `harness release`, or get it by `git fetch --tags`"
    raise UnprovenError(f"there is no verdict for release {short(digest)} here", hint=hint)


def release_here(git: Git, digest: str) -> Release | None:
    """Return a release that is kept here, proven or not: its digest says that it is that one; None if it is not."""
    for tag in tags(git, verdict_tag(digest)):
        try:
            data = tagged(git, tag).read(FILE, limit=VERDICT_LIMIT)
        except (FileNotFoundError, ContentError):
            continue  # another tag may have it
        if hashlib.sha256(data).hexdigest() == digest:
            return read_release(data, f"{tag}:{FILE}")
    return None


def check_proof(proof: Proof, key: PublicKey, digest: str, place: str) -> Statement:
    """Return what a signed statement says of a release, once all of it is seen to hold.

    Args:
        proof: The files, which anybody may have written.
        key: Whose signature counts.
        digest: Of the release.
        place: What stands before the names of the files.

    Raises:
        UnprovenError: It does not hold, or is about something else.
        ContentError: A file is not what it should be.
    """
    release, verdict, envelope = (f"{place}{name}" for name in (FILE, VERDICT, ENVELOPE_FILE))
    if (found := hashlib.sha256(proof.release).hexdigest()) != digest:
        raise UnprovenError(f"this is release {short(found)}, not {short(digest)}", where=Origin(release))
    signed = read_envelope(proof.envelope, envelope)
    check_signature(signed, key, envelope)
    statement = read_statement(signed.payload, envelope)
    if read_verdict_digest(proof.verdict, verdict) != statement.verdict:
        raise UnprovenError("the verdict is not the one that was signed", where=Origin(verdict))
    if statement.release != digest:
        judged = f"release {short(statement.release)}" if statement.release else "a tree that is no commit here"
        hint = "run `harness gate --candidate` and `harness attest` where that commit is"
        raise UnprovenError(f"the gate judged {judged}, not release {short(digest)}", where=Origin(envelope), hint=hint)
    check_result(statement)
    return statement


def _kept(files: Workspace) -> Proof:
    """Return the files under a tag."""
    limits = {FILE: VERDICT_LIMIT, VERDICT: VERDICT_LIMIT, ENVELOPE_FILE: ENVELOPE_LIMIT}
    try:
        return Proof(*(files.read(name, limit=limit) for name, limit in limits.items()))
    except FileNotFoundError as fault:
        raise ContentError(f"there is no file {fault}", where=Origin(files.label)) from None
