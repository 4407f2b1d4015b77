"""Attestations that somebody else wrote: read whole, or refused in one sentence."""

import base64
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.content.attestations import read_envelope, read_statement, read_verdict_digest
from harness.core.attestation import PAYLOAD_TYPE, Result
from harness.core.errors import ContentError

READERS: list[Callable[[bytes, str], object]] = [read_envelope, read_statement, read_verdict_digest]
LEAVES = st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False)
PARTS = ("_type", "subject", "predicateType", "predicate", "payload", "payloadType", "signatures")
SAID = ("result", "configuration", "failedTests", "annotations")
INNER = st.sampled_from(["name", "digest", "sha256", "gitCommit", "sig", "lifted", "profile", "check"])
WORDS = st.sampled_from(["content", "commit", "verdict.json", "PASSED", "a" * 64])
JSONS = st.recursive(
    LEAVES | WORDS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(INNER, inner, max_size=3)
)


def envelope(**changed: Any) -> bytes:  # noqa: ANN401 (whatever somebody wrote)
    """Return an envelope with some of its keys changed; `...` drops one."""
    data = {
        "payload": base64.b64encode(b"\xfb\xff{}").decode(),
        "payloadType": PAYLOAD_TYPE,
        "signatures": [{"keyid": "k", "sig": "AAAA"}],
    }
    return json.dumps({key: item for key, item in (data | changed).items() if item is not ...}).encode()


def statement(changes: dict[str, Any] | None = None, /, **changed: Any) -> bytes:  # noqa: ANN401 (as above)
    """Return a statement with some of its keys changed; `...` drops one."""
    said = {
        "result": "PASSED",
        "configuration": [{"name": "verdict.json", "digest": {"sha256": "b" * 64}}],
        **(changes or {}),
    }
    data = {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [
            {"name": "content", "digest": {"sha256": "a" * 64, "md5": "?"}},
            {"name": "commit", "digest": {"gitCommit": "1" * 40}},
        ],
        "predicateType": "https://in-toto.io/attestation/test-result/v0.1",
        "predicate": {key: item for key, item in said.items() if item is not ...},
    }
    return json.dumps({key: item for key, item in (data | changed).items() if item is not ...}).encode()


def subject(name: str, **digest: str) -> dict[str, Any]:
    """Return a resource."""
    return {"name": name, "digest": digest}


class TestAnEnvelope:
    def test_is_read_with_either_base64(self) -> None:
        """DSSE demands that a reader take both."""
        standard, safe = envelope(), envelope(payload=base64.urlsafe_b64encode(b"\xfb\xff{}").decode())

        assert read_envelope(standard, "x").payload == read_envelope(safe, "x").payload == b"\xfb\xff{}"

    def test_may_hold_what_we_do_not_know(self) -> None:
        """A later version may add to it; nothing of it is believed."""
        assert read_envelope(envelope(more=1, signatures=[{"sig": "AAAA", "cert": "x"}]), "x").signatures == (
            b"\0\0\0",
        )

    @pytest.mark.parametrize(
        ("data", "told"),
        [
            pytest.param(b"", "not JSON: ", id="empty"),
            pytest.param(b"\xff", "not UTF-8", id="not UTF-8"),
            pytest.param(b"\xef\xbb\xbf" + envelope(), "not JSON: ", id="a byte order mark"),
            pytest.param(b"[]", "a mapping with keys is expected here", id="a list"),
            pytest.param(envelope() + b"{}", "not JSON: Extra data", id="trailing data"),
            pytest.param(envelope() + b"\0", "not JSON: Extra data", id="a trailing zero"),
            pytest.param(b'{"payload": "", ' + envelope()[1:], "not JSON: the key `payload` stands twice", id="twice"),
            pytest.param(b"[" * 100_000, "not JSON: it is nested too deeply", id="deep"),
            pytest.param(b'{"a": ' + b"9" * 400 + b"}", "not JSON: it holds a number too large", id="a long number"),
            pytest.param(envelope(payload=...), "the key `payload` is missing", id="no payload"),
            pytest.param(envelope(payload="e30"), "`payload` is not base64", id="without its padding"),
            pytest.param(envelope(payload="e31="), "`payload` is not base64", id="spare bits"),
            pytest.param(envelope(payload="e3 0="), "`payload` is not base64", id="a space"),
            pytest.param(envelope(payload="e30=\n"), "`payload` is not base64", id="a line break"),
            pytest.param(envelope(payload="-_+/"), "`payload` is not base64", id="both alphabets"),
            pytest.param(envelope(payload="é30="), "`payload` is not base64", id="not ASCII"),
            pytest.param(envelope(payload=5), "`payload` should be a text", id="a number"),
            pytest.param(envelope(payloadType="text/plain"), "the payload is no in-toto statement", id="another type"),
            pytest.param(envelope(payloadType=f"{PAYLOAD_TYPE}; x"), "the payload is no in-toto", id="a longer type"),
            pytest.param(envelope(payloadType=PAYLOAD_TYPE.upper()), "the payload is no in-toto", id="in capitals"),
            pytest.param(envelope(payloadType=[PAYLOAD_TYPE]), "`payloadType` should be a text", id="a list of types"),
            pytest.param(envelope(signatures=[]), "`signatures` should have at least 1 item", id="unsigned"),
            pytest.param(envelope(signatures=[{"sig": "AAAA"}] * 17), "`signatures` should have at most 16", id="many"),
            pytest.param(envelope(signatures={"sig": "AAAA"}), "`signatures` should be a list", id="one signature"),
            pytest.param(envelope(signatures=[{"keyid": "k"}]), "the key `sig` is missing", id="a key id alone"),
            pytest.param(envelope(signatures=[{"sig": "????"}]), "`sig` is not base64", id="a signature of noise"),
        ],
    )
    def test_that_is_wrong_is_refused_in_a_sentence(self, data: bytes, told: str) -> None:
        """Before anybody believes it."""
        with pytest.raises(ContentError) as caught:
            read_envelope(data, "here")

        assert caught.value.what.startswith(told)
        assert str(caught.value.where) == "here"

    def test_of_very_many_keys_is_refused_at_once(self) -> None:
        """The name that stands twice is found in one pass; comparing each with each would take an hour."""
        keys = ",".join(f'"{number}":1' for number in range(300_000))

        with pytest.raises(ContentError, match="the key `299999` stands twice"):
            read_envelope(f'{{{keys},"299999":2}}'.encode(), "x")


class TestAStatement:
    def test_is_read(self) -> None:
        """As far as it is asked; an algorithm that we do not know is passed over, as in-toto demands."""
        found = read_statement(statement({"failedTests": ["a"]}), "x")

        assert (found.content, found.commit, found.verdict) == ("a" * 64, "1" * 40, "b" * 64)
        assert (found.result, found.failed, found.base) == (Result.PASSED, ("a",), "")

    @pytest.mark.parametrize(
        ("data", "told"),
        [
            pytest.param(statement(_type="https://in-toto.io/Statement/v0.1"), "its `_type` is not", id="old"),
            pytest.param(
                statement(predicateType="https://slsa.dev/provenance/v1"), "its `predicateType` is not", id="provenance"
            ),
            pytest.param(
                statement(predicateType="https://in-toto.io/attestation/test-result/v0.1/"), "is not", id="a slash"
            ),
            pytest.param(statement(predicate="PASSED"), "`predicate` should be a mapping", id="a word"),
            pytest.param(statement(subject=[]), "`subject` should have at least 1 item", id="about nothing"),
            pytest.param(statement(subject=[subject("commit", gitCommit="1" * 40)]), "name `content`", id="no content"),
            pytest.param(
                statement(subject=[subject("content", sha256="a" * 64)] * 2), "names `content` twice", id="two contents"
            ),
            pytest.param(
                statement(subject=[subject("content", sha256="A" * 64)]), "has no sha256 digest", id="in capitals"
            ),
            pytest.param(statement(subject=[subject("content", sha512="a" * 128)]), "no sha256 digest", id="sha512"),
            pytest.param(
                statement(subject=[subject("content", sha256="a" * 64), subject("commit", gitCommit="HEAD")]),
                "the statement's `commit` has no gitCommit digest",
                id="a ref",
            ),
            pytest.param(statement({"result": "passed"}), "`result` should be", id="in small letters"),
            pytest.param(statement({"result": ["PASSED"]}), "`result` should be", id="a list of results"),
            pytest.param(statement({"result": ...}), "the key `result` is missing", id="no result"),
            pytest.param(
                statement({"configuration": ...}), "the key `configuration` is missing", id="no configuration"
            ),
            pytest.param(statement({"configuration": []}), "does not name `verdict.json`", id="no verdict"),
            pytest.param(statement({"failedTests": "none"}), "`failedTests` should be a list", id="failed in words"),
            pytest.param(
                statement({"annotations": {"lifted": [{}]}}), "the key `check` is missing", id="lifted by none"
            ),
            pytest.param(statement().replace(b'"PASSED"', b'"FAILED", "result": "PASSED"'), "stands twice", id="twice"),
            pytest.param(statement()[:-1] + b', "x": "\\ud800"}', "half a surrogate pair", id="half a letter"),
        ],
    )
    def test_that_is_about_something_else_is_refused_in_a_sentence(self, data: bytes, told: str) -> None:
        """It may be signed and true, and say nothing of a gate."""
        with pytest.raises(ContentError) as caught:
            read_statement(data, "here")

        assert told in caught.value.what
        assert str(caught.value.where) == "here"


class TestEveryReader:
    @given(st.sampled_from(PARTS), st.sampled_from(SAID), JSONS)
    def test_reads_or_refuses_any_value_anywhere(self, part: str, word: str, value: object) -> None:
        """No other exception leaves it."""
        for data in (envelope(**{part: value}), statement(**{part: value}), statement({word: value})):
            for read in READERS:
                with suppress(ContentError):
                    assert read(data, "x")

    @pytest.mark.parametrize("read", READERS)
    @given(st.binary())
    def test_reads_or_refuses_any_bytes(self, read: Callable[[bytes, str], object], data: bytes) -> None:
        """Nor for what is no JSON."""
        with suppress(ContentError):
            assert read(data, "x")

    @given(st.sampled_from([envelope(), statement()]), st.integers(0), st.binary(max_size=3))
    def test_reads_or_refuses_what_was_damaged(self, data: bytes, place: int, noise: bytes) -> None:
        """Nor for what is nearly right."""
        at = place % len(data)
        for read in READERS:
            with suppress(ContentError):
                assert read(data[:at] + noise + data[at + 1 :], "x")
