"""Attestations as read: bytes that anybody may have written, to records or one clear error."""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import Field

from harness.content.records import build
from harness.core.attestation import (
    BASE,
    COMMIT,
    CONTENT,
    PAGES,
    PAYLOAD_TYPE,
    PREDICATE_TYPE,
    RELEASE,
    STATEMENT_TYPE,
    VERDICT,
    Envelope,
    Result,
    Statement,
)
from harness.core.digest import digest
from harness.core.errors import ContentError, Origin
from harness.core.json_reader import NotJsonError, read_json
from harness.core.jsons import Json
from harness.core.verdict import Lifted

ENVELOPE_LIMIT = 8_000_000
VERDICT_LIMIT = 64_000_000
_DEEPEST = 32
_SIGNATURES = 16
_DIGITS = {"sha256": re.compile("[0-9a-f]{64}"), "gitCommit": re.compile("[0-9a-f]{40}|[0-9a-f]{64}")}
"""How a digest is written, by its algorithm."""


@dataclass(frozen=True, slots=True)
class SignatureEntry:
    """A signature; its `keyid` proves nothing and is not looked at."""

    sig: str


@dataclass(frozen=True, slots=True)
class EnvelopeFile:
    """attestation.dsse.json, as far as it is read."""

    payload: str
    payload_type: Annotated[str, Field(alias="payloadType")]
    signatures: Annotated[tuple[SignatureEntry, ...], Field(min_length=1, max_length=_SIGNATURES)]


@dataclass(frozen=True, slots=True)
class Resource:
    """A thing that a statement names."""

    name: str = ""
    digest: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Annotations:
    """What we say beyond in-toto's words."""

    lifted: tuple[Lifted, ...] = ()
    profile: str = ""


@dataclass(frozen=True, slots=True)
class Predicate:
    """A test result."""

    result: Result
    configuration: tuple[Resource, ...]
    failed: Annotated[tuple[str, ...], Field(alias="failedTests")] = ()
    annotations: Annotations = field(default_factory=Annotations)


@dataclass(frozen=True, slots=True)
class StatementFile:
    """attestation.json, as far as it is read; in-toto demands that a reader pass over what it does not know."""

    kind: Annotated[str, Field(alias="_type")]
    subject: Annotated[tuple[Resource, ...], Field(min_length=1)]
    predicate_type: Annotated[str, Field(alias="predicateType")]
    predicate: dict[str, Json]


def read_envelope(data: bytes, path: str) -> Envelope:
    """Return the envelope in a file.

    Raises:
        ContentError: It is none, or not one of an in-toto statement.
    """
    file = build(EnvelopeFile, _json(data, path), lambda _place: Origin(path))
    if file.payload_type != PAYLOAD_TYPE:
        raise ContentError(
            f"the payload is no in-toto statement: `payloadType` is not `{PAYLOAD_TYPE}`", where=Origin(path)
        )
    signatures = tuple(_decoded(entry.sig, "sig", path) for entry in file.signatures)
    return Envelope(file.payload_type, _decoded(file.payload, "payload", path), signatures)


def read_statement(payload: bytes, path: str) -> Statement:
    """Return what a statement says of a verdict.

    Args:
        payload: What was signed, after a signature was seen to hold.
        path: Where it stands.

    Raises:
        ContentError: It is no statement about a verdict.
    """
    where = Origin(path)
    file = build(StatementFile, _json(payload, path), lambda _place: where)
    for found, wanted, key in (
        (file.kind, STATEMENT_TYPE, "_type"),
        (file.predicate_type, PREDICATE_TYPE, "predicateType"),
    ):
        if found != wanted:
            raise ContentError(f"the statement is not about a verdict: its `{key}` is not `{wanted}`", where=where)
    said = build(Predicate, file.predicate, lambda _place: where)
    return Statement(
        content=_digest(file.subject, CONTENT, "sha256", path) or _missing(CONTENT, path),
        commit=_digest(file.subject, COMMIT, "gitCommit", path),
        base=_digest(said.configuration, BASE, "gitCommit", path),
        verdict=_digest(said.configuration, VERDICT, "sha256", path) or _missing(VERDICT, path),
        profile=said.annotations.profile,
        result=said.result,
        failed=said.failed,
        lifted=said.annotations.lifted,
        pages={name: found for name in PAGES if (found := _digest(said.configuration, name, "sha256", path))},
        release=_digest(file.subject, RELEASE, "sha256", path),
    )


def read_verdict_digest(data: bytes, path: str) -> str:
    """Return the digest of the verdict in a file, whichever version of the harness wrote it.

    Raises:
        ContentError: It is no verdict.
    """
    value = _json(data, path)
    if not isinstance(value, dict) or "run" not in value:
        raise ContentError("not a verdict", where=Origin(path), hint="name the folder of a run")
    return digest("verdict", {key: item for key, item in value.items() if key != "run"})


def _json(data: bytes, path: str) -> Json:
    try:
        return read_json(data.decode(), deepest=_DEEPEST, written=True)
    except UnicodeDecodeError:
        raise ContentError("not UTF-8", where=Origin(path)) from None
    except NotJsonError as error:
        raise ContentError(f"not JSON: {error}", where=Origin(path)) from None


def _decoded(text: str, key: str, path: str) -> bytes:
    """Return the bytes of a text in base64, of either alphabet; what has a second spelling is refused."""
    for spell, read in ((base64.b64encode, base64.b64decode), (base64.urlsafe_b64encode, base64.urlsafe_b64decode)):
        try:
            found = read(text)
        except ValueError:
            continue
        if spell(found).decode() == text:
            return found
    raise ContentError(f"`{key}` is not base64", where=Origin(path))


def _digest(resources: Sequence[Resource], name: str, algorithm: str, path: str) -> str:
    """Return the digest of the one resource with a name; empty where there is none."""
    found = [one.digest.get(algorithm, "") for one in resources if one.name == name]
    if len(found) > 1:
        raise ContentError(f"the statement names `{name}` twice", where=Origin(path))
    if found and not _DIGITS[algorithm].fullmatch(found[0]):
        raise ContentError(f"the statement's `{name}` has no {algorithm} digest", where=Origin(path))
    return found[0] if found else ""


def _missing(name: str, path: str) -> str:
    raise ContentError(f"the statement does not name `{name}`", where=Origin(path), hint="make it by `harness attest`")
