"""What an attestation is about, and the bytes that are signed."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from harness.core.attestation import content_digest, encoded, pairs_digest
from harness.core.pair import PairReport
from tests.report.verdicts import BLOCKED

NAMES = st.text("ab/-", min_size=1, max_size=4)
PAIRS = st.lists(
    st.builds(PairReport, NAMES, NAMES, st.just("changed"), candidate_digest=st.sampled_from(["", "1" * 64, "2" * 64])),
    max_size=5,
)
TEXTS = st.text(st.characters(codec="utf-8"))


class TestTheContentDigest:
    def test_names_what_stands_on_the_candidate(self) -> None:
        """Two commits with equal content share it: a squash, a rebase or a merge queue changes the commit alone."""
        moved = replace(
            BLOCKED,
            candidate=replace(BLOCKED.candidate, commit="2" * 40),
            pairs=tuple(replace(pair, base_digest="9" * 64, status="all") for pair in reversed(BLOCKED.pairs)),
        )

        assert content_digest(moved) == content_digest(BLOCKED)

    def test_moves_with_every_pair(self) -> None:
        """An unchanged pair is part of what is released."""
        first, second, gone = BLOCKED.pairs
        other = replace(BLOCKED, pairs=(first, replace(second, candidate_digest="d" * 64), gone))

        assert content_digest(other) != content_digest(BLOCKED)

    def test_passes_over_a_pair_that_is_removed(self) -> None:
        """Once it is merged, base does not know it any more, and the content is the same."""
        assert content_digest(replace(BLOCKED, pairs=BLOCKED.pairs[:2])) == content_digest(BLOCKED)

    @given(PAIRS, PAIRS)
    def test_is_equal_only_for_equal_content(self, one: list[PairReport], other: list[PairReport]) -> None:
        """No two contents run into each other, whatever their names are made of."""
        contents = [
            sorted((pair.suite, pair.prompt, pair.candidate_digest) for pair in pairs if pair.candidate_digest)
            for pairs in (one, other)
        ]

        assert (pairs_digest(one) == pairs_digest(other)) == (contents[0] == contents[1])


class TestTheSignedBytes:
    def test_are_those_of_the_published_example(self) -> None:
        """The test vector of DSSE 1.0.0."""
        signed = b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"

        assert encoded("http://example.com/HelloWorld", b"hello world") == signed

    @given(TEXTS, st.binary(), TEXTS, st.binary())
    def test_belong_to_one_type_and_payload(self, kind: str, payload: bytes, other: str, more: bytes) -> None:
        """A payload that begins with a number is not another type with a shorter one."""
        assert (encoded(kind, payload) == encoded(other, more)) == ((kind, payload) == (other, more))

    def test_count_bytes(self) -> None:
        """A letter may take two."""
        assert encoded("ä", b"x") == b"DSSEv1 2 \xc3\xa4 1 x"
