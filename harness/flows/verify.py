"""Verifying: whether somebody whose key one has says that a gate passed, on this commit and this content."""

import re
from pathlib import Path
from typing import NamedTuple

from harness.adapters.signing import KEY_LIMIT, PublicKey, read_public
from harness.content.attestations import (
    ENVELOPE_LIMIT,
    VERDICT_LIMIT,
    read_envelope,
    read_statement,
    read_verdict_digest,
)
from harness.core.attestation import (
    ENVELOPE_FILE,
    PAGES,
    STATEMENT_FILE,
    VERDICT,
    Envelope,
    Result,
    Statement,
    UnprovenError,
    pairs_digest,
)
from harness.core.digest import short
from harness.core.errors import ContentError, Origin, UsageError
from harness.core.words import named
from harness.flows.agenda import Options, prepare
from harness.flows.attest import page_digest, read_file
from harness.flows.suites import Profile
from harness.flows.trees import World
from harness.report.text import one_line

_COMMIT = re.compile("[0-9a-f]{40}|[0-9a-f]{64}")
_SHOWN = 3


class About(NamedTuple):
    """What a statement has to be about."""

    commit: str = ""
    """The commit judged; empty for any."""
    head: str = ""
    """A commit of this repository with the content judged; empty for any."""


def verify(world: World, path: Path, key: PublicKey, about: About) -> Statement:
    """Return what a signed statement says, once all of it is seen to hold.

    Args:
        world: Where the content of a commit is looked up.
        path: The folder of a run, or an envelope.
        key: Whose signature counts.
        about: What the statement has to be about.

    Raises:
        UnprovenError: The signature does not hold, the statement is about something else, or the gate did not pass.
        ContentError: A file is not what it should be.
        UsageError: There is no such file or commit.
    """
    for sha in filter(None, about):
        if not _COMMIT.fullmatch(sha):
            raise UsageError(
                f"`{sha}` is no commit in full", hint="give all digits, as `git rev-parse HEAD` prints them"
            )
    place = path / ENVELOPE_FILE if path.is_dir() else path
    envelope = read_envelope(read_file(place, limit=ENVELOPE_LIMIT), str(place))
    check_signature(envelope, key, str(place))
    statement = read_statement(envelope.payload, str(place))
    _check_files(place.parent, envelope.payload, statement)
    check_result(statement)
    _check_commits(world, statement, about)
    return statement


def public_key(path: Path) -> PublicKey:
    """Return the public key in a file.

    Raises:
        UsageError: There is no such file.
        ContentError: It is no public key.
        UnavailableError: The extra is not installed.
    """
    return read_public(read_file(path, limit=KEY_LIMIT), Origin(str(path)))


def check_signature(envelope: Envelope, key: PublicKey, place: str) -> None:
    """Refuse an envelope that the key did not sign.

    Raises:
        UnprovenError: No signature holds.
    """
    if not key.signed(envelope):
        raise UnprovenError(f"no signature holds by the key {short(key.id)}", where=Origin(place))


def _check_files(folder: Path, payload: bytes, statement: Statement) -> None:
    """Refuse files beside the envelope that are not what was signed, for people read those."""
    plain, verdict = folder / STATEMENT_FILE, folder / VERDICT
    if plain.exists() and read_file(plain, limit=ENVELOPE_LIMIT) != payload:
        raise UnprovenError(
            "the statement beside the envelope is not the one that was signed", where=Origin(str(plain))
        )
    if verdict.exists():
        found = read_verdict_digest(read_file(verdict, limit=VERDICT_LIMIT), str(verdict))
        if found != statement.verdict:
            what = f"the verdict is not the one that was signed: {short(found)}, not {short(statement.verdict)}"
            raise UnprovenError(what, where=Origin(str(verdict)))
    for page in (folder / name for name in PAGES):
        if page.exists() and page_digest(page) != statement.pages.get(page.name):
            raise UnprovenError("the page is not the one that was signed", where=Origin(str(page)))


def _check_commits(world: World, statement: Statement, about: About) -> None:
    if about.commit and about.commit != statement.commit:
        judged = f"commit {short(statement.commit)}" if statement.commit else "a working tree that is no commit"
        raise UnprovenError(f"the gate judged {judged}, not commit {short(about.commit)}")
    if about.head and about.head != statement.commit:
        found = _content_of(world, statement, about.head)
        if found != statement.content:
            what = f"the content of commit {short(about.head)} is not what the gate judged"
            hint = f"it is {short(found)}, not {short(statement.content)}; run `harness gate` on that commit"
            raise UnprovenError(what, hint=hint)


def check_result(statement: Statement) -> None:
    """Refuse the statement of a gate that did not pass.

    Raises:
        UnprovenError: With its result, and the checks that failed.
    """
    if statement.result is Result.PASSED and not statement.failed:
        return
    more = len(statement.failed) - _SHOWN
    shown = [*(one_line(name, 100) for name in statement.failed[:_SHOWN]), *([f"{more} more"] if more > 0 else [])]
    failed = f"; failed: {named(shown)}" if shown else ""
    raise UnprovenError(f"the gate did not pass: its result is {statement.result}{failed}")


def _content_of(world: World, statement: Statement, head: str) -> str:
    """Return the digest of what a gate with the statement's base and profile would judge of a commit."""
    try:
        profile = Profile(statement.profile)
    except ValueError:
        raise ContentError("the statement does not say how many cases were composed") from None
    options = Options(all=not statement.base, against=statement.base, candidate=head, profile=profile)
    agenda = prepare(world, options)
    pairs = (plan.report(judged=False) for plan in agenda.plans)
    budgets = (budget.report(judged=False) for budget in agenda.budgets if budget.gates)
    return pairs_digest([*pairs, *budgets])
