"""The attestation of a verdict: what it is about, what it says, and the envelope in which it is signed."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from harness.core.digest import digest
from harness.core.errors import ExitCode, HarnessError
from harness.core.pair import PairReport
from harness.core.verdict import Lifted, Verdict

STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "https://in-toto.io/attestation/test-result/v0.1"
PAYLOAD_TYPE = "application/vnd.in-toto+json"
STATEMENT_FILE = "attestation.json"
ENVELOPE_FILE = "attestation.dsse.json"
CONTENT = "content"
"""The subject that stands for all pairs."""
COMMIT = "commit"
"""The subject that is the commit judged."""
RELEASE = "release"
"""The subject that is what serves of the commit judged."""
BASE = "base"
VERDICT = "verdict.json"
PAGES = ("report.html", "report.md", "junit.xml", "findings.sarif", "bias-evidence.md", "bias-evidence.json")
"""What people and machines read beside a verdict: whatever of it is there when it is attested."""


class Result(StrEnum):
    """What a test came to, in the words of in-toto."""

    PASSED = "PASSED"
    WARNED = "WARNED"
    FAILED = "FAILED"


class UnprovenError(HarnessError):
    """An attestation does not show what is asked of it."""

    exit_code = ExitCode.BLOCKED


class Sources(NamedTuple):
    """What a statement says beyond its verdict."""

    verdict: str
    """The digest of the verdict, as its file has it."""
    policy: str = ""
    """Git's digest of the policy's file; empty where git does not have it."""
    url: str = ""
    """Where the run is seen."""
    pages: Mapping[str, str] = MappingProxyType({})
    """The digests of the pages beside the verdict, by name."""
    release: str = ""
    """The digest of what serves of the commit judged; empty where git does not have it."""


class Statement(NamedTuple):
    """What somebody says of a verdict, as far as it is checked."""

    content: str
    """The digest of all pairs."""
    commit: str
    """The commit judged; empty where a working tree was that is no commit."""
    base: str
    verdict: str
    """The digest of the verdict."""
    profile: str
    """How many cases were composed; empty where it does not say."""
    result: Result
    failed: tuple[str, ...]
    """The checks that failed."""
    lifted: tuple[Lifted, ...]
    pages: Mapping[str, str]
    """The digests of the pages beside the verdict, by name."""
    release: str = ""
    """The digest of what serves of the commit judged; empty where the statement does not say."""


class Envelope(NamedTuple):
    """A payload with signatures of it; nothing in it is to be believed before one of them holds."""

    payload_type: str
    payload: bytes
    signatures: tuple[bytes, ...]


def content_digest(verdict: Verdict) -> str:
    """Return the digest of what a verdict is about: two commits with equal content share it."""
    return pairs_digest(verdict.pairs)


def pairs_digest(pairs: Iterable[PairReport]) -> str:
    """Return the digest of some pairs as they stand on the candidate; one that is removed there is no part of it."""
    return digest("content", sorted([pair.suite, pair.prompt, pair.candidate_digest] for pair in pairs if live(pair)))


def live(pair: PairReport) -> bool:
    """Return whether a pair stands on the candidate."""
    return bool(pair.candidate_digest)


def encoded(payload_type: str, payload: bytes) -> bytes:
    """Return the bytes that are signed: a payload together with its type, so that neither can be swapped.

    Source:
        DSSE 1.0.0, its "pre-authentication encoding".
    """
    name = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(name), name, len(payload), payload)
