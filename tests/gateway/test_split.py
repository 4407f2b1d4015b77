"""The split: a session stays where it is while the weight rises."""

from hypothesis import given
from hypothesis import strategies as st

from harness.core.rollout import Arm
from harness.gateway.split import arm_of, place, session_of

SESSIONS = st.text(min_size=1).map(lambda name: session_of(name, "").number)
DIGESTS = st.text("0123456789abcdef", min_size=64, max_size=64)
WEIGHTS = st.integers(0, 100)


class TestASession:
    @given(SESSIONS, DIGESTS, WEIGHTS, WEIGHTS)
    def test_never_goes_back_while_the_weight_rises(self, session: int, digest: str, one: int, other: int) -> None:
        """Who was given the candidate keeps it until the rollout ends."""
        low, high = sorted((one, other))

        before, after = arm_of(session, digest, low), arm_of(session, digest, high)

        assert before is Arm.STABLE or after is Arm.CANDIDATE

    @given(SESSIONS, DIGESTS)
    def test_falls_to_nobody_at_none_and_to_the_candidate_at_all(self, session: int, digest: str) -> None:
        """The ends are exact."""
        assert 0 <= place(session, digest) < 1
        assert arm_of(session, digest, 0) is Arm.STABLE
        assert arm_of(session, digest, 100) is Arm.CANDIDATE

    def test_has_the_place_that_it_had_in_another_process(self) -> None:
        """Restarting a gateway, or running two, moves nobody."""
        assert f"{place(session_of('mia', '').number, 'a' * 64):.6f}" == "0.547088"

    def test_meets_the_weight_on_the_whole_and_is_dealt_anew_for_each_candidate(self) -> None:
        """The same few people do not get every canary."""
        sessions = [session_of(f"user {number}", "").number for number in range(20_000)]

        first = {one for one in sessions if arm_of(one, "a" * 64, 10) is Arm.CANDIDATE}
        second = {one for one in sessions if arm_of(one, "b" * 64, 10) is Arm.CANDIDATE}

        assert 1800 < len(first) < 2200
        assert 120 < len(first & second) < 290


class TestARequest:
    def test_without_a_name_is_a_session_of_its_own(self) -> None:
        """Nobody can tell whose it is."""
        one, other = session_of("", "a"), session_of("", "b")

        assert one.number != other.number
        assert (one.named, session_of("mia", "b").named) == (False, True)
