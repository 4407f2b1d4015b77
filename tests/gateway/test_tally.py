"""The tally: each session once a step and arm, each kind of bad event once a session, and bounded memory."""

import tracemalloc
from datetime import UTC, datetime
from itertools import product

from harness.core.rollout import Arm, Pairs, Window
from harness.gateway.split import Session, session_of
from harness.gateway.tally import Tally, Visit

NOW = datetime(2026, 11, 22, tzinfo=UTC)
MIA, BEN = session_of("mia", ""), session_of("ben", "")


def window(tally: Tally, arm: Arm = Arm.CANDIDATE, step: int = 0) -> Window:
    """Return what was counted of an arm."""
    return tally.evidence(NOW).windows[step, arm]


class TestASession:
    def test_is_counted_once_a_step_and_its_requests_each(self) -> None:
        """Whoever asks much is one session; the next step is another experiment."""
        tally = Tally()

        for session in (MIA, MIA, BEN):
            tally.add(Visit(session, Arm.CANDIDATE))
        tally.enter(1)
        tally.add(Visit(MIA, Arm.CANDIDATE))

        assert (window(tally).sessions, window(tally).requests) == (2, 3)
        assert window(tally, step=1).sessions == 1

    def test_of_a_shadow_is_counted_for_both_arms(self) -> None:
        """The same people are asked by the one and the other."""
        tally = Tally()

        for arm in Arm:
            tally.add(Visit(MIA, arm, ("errors",)))

        assert [window(tally, arm).bad for arm in Arm] == [{"errors": 1}] * 2

    def test_is_bad_once_by_each_rate(self) -> None:
        """A user whose every request fails is one bad session, not fifty."""
        tally = Tally()

        told = [tally.add(Visit(MIA, Arm.CANDIDATE, bad)) for bad in (("errors",), ("errors", "slow"), ())]

        assert window(tally).bad == {"errors": 1, "slow": 1}
        assert told == [(True, ("errors",)), (False, ("slow",)), (False, ())]

    def test_without_a_name_is_new_each_time(self) -> None:
        """Each request without a name is counted by itself."""
        tally = Tally()

        for number in range(3):
            tally.add(Visit(Session(number, named=False), Arm.STABLE, ("errors",)))

        assert (window(tally, Arm.STABLE).sessions, window(tally, Arm.STABLE).bad) == (3, {"errors": 3})

    def test_can_be_blamed_later_once_and_in_its_own_step(self) -> None:
        """Ten thumbs down by one user are one; those of a step that is over change nothing."""
        tally = Tally()
        tally.add(Visit(MIA, Arm.CANDIDATE))

        told = [tally.blame(Arm.CANDIDATE, 0, MIA.number, "thumbs-down") for _ in range(2)]
        tally.enter(1)
        late = tally.blame(Arm.CANDIDATE, 0, BEN.number, "thumbs-down")

        assert (told, late, window(tally).bad) == ([True, False], False, {"thumbs-down": 1})


class TestAmounts:
    def test_are_winsorised_by_the_mean_of_the_stable_arm(self) -> None:
        """One answer of a million tokens must not decide what a hundred others cost."""
        tally = Tally()
        for number in range(20):
            tally.add(Visit(Session(number, named=False), Arm.STABLE, amounts={"tokens": 100}))

        tally.add(Visit(MIA, Arm.CANDIDATE, amounts={"tokens": 1_000_000}))

        assert window(tally).sums["tokens"] == (1, 1000, 1_000_000)

    def test_are_those_of_a_sessions_first_answer(self) -> None:
        """The answers to one user are alike: a hundred of them are no hundred that agree."""
        tally = Tally()

        for amounts in ({}, {"tokens": 7.0}, {"tokens": 900.0}):
            tally.add(Visit(MIA, Arm.CANDIDATE, amounts=amounts))

        assert window(tally).sums == {"tokens": (1, 7, 49)}


class TestATally:
    def test_takes_the_same_memory_however_many_sessions_are_invented(self) -> None:
        """A client that makes up a name for each request fills nothing."""
        tally = Tally()
        tracemalloc.start()

        for number in range(30_000):
            tally.add(Visit(session_of(f"{number}", ""), Arm.STABLE))
            if number % 1000 == 0:
                tally.take_marks()
        grown = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()

        assert grown < 300_000
        assert 29_500 < window(tally, Arm.STABLE).sessions <= 30_000

    def test_goes_on_where_another_was_killed(self) -> None:
        """What was kept is neither lost nor counted twice."""
        tally, other = Tally(), Tally()
        tally.enter(2)
        tally.add(Visit(MIA, Arm.CANDIDATE, ("errors",), {"tokens": 5}))
        tally.pair(MIA, stable_bad=False, candidate_bad=True)

        other.restore(2, tally.evidence(NOW), tally.take_marks())
        other.add(Visit(MIA, Arm.CANDIDATE, ("errors",), {"tokens": 5}))

        assert (window(other, step=2).sessions, window(other, step=2).bad) == (1, {"errors": 1})
        assert window(other, step=2).sums["tokens"] == (1, 5, 25)
        assert other.evidence(NOW).pairs == Pairs(1, 1, 0)

    def test_counts_pairs_by_who_alone_was_wrong(self) -> None:
        """What both got wrong, or neither, says nothing of the candidate."""
        tally = Tally()

        for number, (stable, candidate) in enumerate(product((False, True), repeat=2)):
            for _ in range(2):
                tally.pair(Session(number * 2**50, named=True), stable_bad=stable, candidate_bad=candidate)

        assert tally.evidence(NOW).pairs == Pairs(4, 1, 1)
