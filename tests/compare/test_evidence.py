"""What the sessions of both arms say of a step."""

from datetime import timedelta

import pytest

from harness.compare.evidence import compared, doubtful, enough, harm, missing, winner
from harness.core.environment import Step, StepKind, Strategy
from harness.core.rollout import Arm, Evidence, Pairs, Sums, Window

WARM, SHADOW = Step(0, kind=StepKind.WARM), Step(5, kind=StepKind.SHADOW)
CANARY = Strategy(steps=(WARM, SHADOW, Step(10), Step(50), Step(100)))
BLUE_GREEN = Strategy("blue-green", (WARM, Step(100, timedelta(hours=1), kind=StepKind.BAKE)))
A_B = Strategy("a-b", (Step(50, approve="winner"),))
RATES = ("errors", "slow", "refusals", "thumbs-down", "guard")


def seen(step: int, candidate: Window, stable: Window, before: Window | None = None) -> Evidence:
    """Return evidence of one step, and of the stable release before."""
    windows = {(step, Arm.CANDIDATE): candidate, (step, Arm.STABLE): stable}
    return Evidence(windows=windows | ({(0, Arm.STABLE): before} if before else {}))


def window(sessions: int, bad: int = 0, rate: str = "errors", tokens: float = 0) -> Window:
    """Return a window with so many bad sessions, and so many tokens a request."""
    sums = {"tokens": Sums(sessions, tokens * sessions, tokens * tokens * sessions * 1.1)} if tokens else {}
    return Window(sessions, sessions, {rate: bad} if bad else {}, sums)


class TestHarm:
    @pytest.mark.parametrize("rate", RATES)
    def test_is_a_rate_that_is_higher(self, rate: str) -> None:
        """And it is told by its counts."""
        why = harm(CANARY, 2, seen(2, window(100, 30, rate), window(900, 20, rate)))

        assert why == (
            f"{rate}: 30 of 100 sessions of the candidate, 20 of 900 of the stable release, more than 400,000 : 1"
        )

    @pytest.mark.parametrize("rate", ["errors", "slow"])
    def test_needs_more_evidence_of_all_rates_but_the_first(self, rate: str) -> None:
        """Half of alpha is the first one's: seven errors weigh as much as eight of the others."""
        found = [harm(CANARY, 2, seen(2, window(100, bad, rate), window(900, 6, rate))) for bad in (7, 8)]

        assert [bool(one) for one in found] == [rate == "errors", True]

    def test_needs_more_evidence_of_two_that_compete(self) -> None:
        """Each is tested against the other, and both tests share alpha."""
        close = seen(0, window(100, 14), window(100, 1))
        alone = Strategy(steps=A_B.steps)

        assert (bool(harm(alone, 0, close)), bool(harm(A_B, 0, close))) == (True, False)
        assert harm(A_B, 0, seen(0, window(100, 16), window(100, 1)))

    def test_is_seen_at_the_smallest_weight(self) -> None:
        """One in a hundred sessions."""
        assert harm(Strategy(steps=(Step(1), Step(100))), 0, seen(0, window(30, 6), window(2970, 30)))

    def test_is_a_mean_that_grew(self) -> None:
        """By more than a tenth."""
        why = harm(CANARY, 2, seen(2, window(300, tokens=130), window(2700, tokens=100)))

        assert why.startswith("tokens: 130.0 a request of the candidate, 100.0 of the stable release, ")
        assert why.endswith(" : 1")
        assert not harm(CANARY, 2, seen(2, window(300, tokens=108), window(2700, tokens=100)))

    def test_is_an_answer_that_is_worse_in_the_shadow(self) -> None:
        """Of two that answer alike, each is as often the worse one."""
        assert harm(CANARY, 1, Evidence(pairs=Pairs(50, 20, 1))).startswith(
            "shadow: 20 answers worse and 1 better of 50, "
        )
        assert not harm(CANARY, 1, Evidence(pairs=Pairs(50, 8, 6)))

    def test_adds_up_over_steps(self) -> None:
        """What a tenth of the traffic began to show, a half need not show again."""
        first = seen(2, window(100, 5), window(900, 5))
        second = seen(3, window(50, 8), window(50, 1))

        assert not harm(CANARY, 3, first)
        assert not harm(CANARY, 3, second)
        assert harm(CANARY, 3, Evidence(windows={**first.windows, **second.windows}))

    def test_knows_nothing_of_steps_to_come(self) -> None:
        """Nor of what does not count here."""
        assert not harm(CANARY, 2, seen(3, window(100, 30), window(900, 20)))
        assert not harm(CANARY._replace(rates=("slow",)), 2, seen(2, window(100, 30), window(900, 20)))

    def test_of_blue_green_is_told_by_what_was_before(self) -> None:
        """Nobody is left to compare with."""
        bad = seen(1, window(100, 30), Window(), before=window(900, 20))

        assert "30 of 100 sessions of the candidate, 20 of 900 of the stable" in harm(BLUE_GREEN, 1, bad)
        assert not harm(BLUE_GREEN, 1, seen(1, window(100, 3), Window(), before=window(900, 20)))


class TestWhatIsMissing:
    @pytest.mark.parametrize(
        ("candidate", "stable", "missed"),
        [
            pytest.param(window(20), window(180), "nobody knows yet whether `errors` is twice as frequent", id="few"),
            pytest.param(window(220), window(180), "", id="many without a fault"),
            pytest.param(window(220, 40), window(1980, 360), "", id="many faults, as many as there always are"),
            pytest.param(
                window(220, 40, "slow"),
                window(1980, 180, "slow"),
                "nobody knows yet whether `slow` is twice as frequent",
                id="twice as many",
            ),
        ],
    )
    def test_is_proof_that_a_rate_is_rare_or_not_twice_as_high(
        self, candidate: Window, stable: Window, missed: str
    ) -> None:
        """Of each rate that counts; time alone proves nothing."""
        assert missing(CANARY, 2, seen(2, candidate, stable)) == missed

    def test_is_proof_that_answers_are_not_worse_in_the_shadow(self) -> None:
        """There it is the answers that are compared."""
        assert missing(CANARY, 1, Evidence(pairs=Pairs(30))) == "nobody knows yet whether its answers are worse"
        assert not missing(CANARY, 1, Evidence(pairs=Pairs(220)))
        assert not missing(CANARY, 1, Evidence(pairs=Pairs(220, 15, 30)))

    def test_is_nothing_where_nobody_is_compared(self) -> None:
        """A warm-up proves that it answers; at all of the traffic, what was shown before stands."""
        assert not missing(CANARY, 0, Evidence())
        assert not missing(CANARY, 4, seen(2, window(20), window(180)))

    def test_of_blue_green_is_asked_at_all_of_the_traffic(self) -> None:
        """There is the time before to compare with."""
        assert missing(BLUE_GREEN, 1, seen(1, window(20), Window(), before=window(900)))
        assert not missing(BLUE_GREEN, 1, seen(1, window(220), Window(), before=window(900)))


class TestAWinner:
    def test_makes_fewer_faults(self) -> None:
        """Its name is that of the rate; what is counted changes by the second, and a reason to wait must not."""
        assert winner(A_B, 0, seen(0, window(1000, 10, "refusals"), window(1000, 60, "refusals"))) == "refusals"

    def test_may_take_less(self) -> None:
        """Tokens are money and time."""
        assert winner(A_B, 0, seen(0, window(1000, tokens=80), window(1000, tokens=100))) == "tokens"

    def test_is_neither_of_two_that_are_alike(self) -> None:
        """And neither loses."""
        alike = seen(0, window(1000, 40), window(1000, 44))

        assert (winner(A_B, 0, alike), harm(A_B, 0, alike)) == ("", "")


class TestDoubt:
    @pytest.mark.parametrize(
        ("step", "candidate", "stable", "doubted"),
        [
            pytest.param(2, 1000, 9000, False, id="a tenth"),
            pytest.param(2, 600, 9000, True, id="too few"),
            pytest.param(2, 1400, 9000, True, id="too many"),
            pytest.param(2, 0, 60, False, id="too early to tell"),
            pytest.param(1, 1000, 1000, False, id="a shadow takes from nobody"),
            pytest.param(4, 10, 1000, False, id="the last ones of the step before"),
        ],
    )
    def test_is_a_split_that_is_not_the_weight_s(self, step: int, candidate: int, stable: int, doubted: bool) -> None:  # noqa: FBT001 (what a row expects)
        """Then something between the dice and the counters is broken."""
        assert doubtful(CANARY, step, seen(step, window(candidate), window(stable))) is doubted


class TestEnough:
    @pytest.mark.parametrize(
        ("strategy", "step", "evidence", "is_enough"),
        [
            pytest.param(CANARY, 0, seen(0, window(20), Window()), True, id="probes that were answered"),
            pytest.param(CANARY, 0, seen(0, window(20, 1), Window()), False, id="one was not"),
            pytest.param(CANARY, 1, Evidence(pairs=Pairs(20)), True, id="pairs"),
            pytest.param(CANARY, 1, Evidence(pairs=Pairs(19)), False, id="too few pairs"),
            pytest.param(CANARY, 2, seen(2, window(20), window(1)), True, id="sessions of the candidate"),
            pytest.param(CANARY, 2, seen(2, window(19), window(999)), False, id="those of the other do not count"),
            pytest.param(CANARY, 2, seen(3, window(999), window(999)), False, id="nor those of another step"),
            pytest.param(
                CANARY._replace(steps=(Step(100, sessions=0),)),
                0,
                Evidence(),
                False,
                id="without data nothing is enough",
            ),
            pytest.param(
                CANARY._replace(steps=(Step(100, sessions=0),)), 0, seen(0, window(1), Window()), True, id="one is some"
            ),
            pytest.param(BLUE_GREEN, 0, seen(0, window(20), window(19)), False, id="too little to compare with later"),
            pytest.param(BLUE_GREEN, 0, seen(0, window(20), window(20)), True, id="enough of it"),
        ],
    )
    def test_is_what_a_step_takes_at_least(
        self,
        strategy: Strategy,
        step: int,
        evidence: Evidence,
        is_enough: bool,  # noqa: FBT001 (what a row expects)
    ) -> None:
        """Without it nothing advances, however much time went by."""
        assert enough(strategy, step, evidence) is is_enough


class TestTheArms:
    def test_are_those_of_steps_in_which_both_answered(self) -> None:
        """Neither the warm-up nor the shadow, nor all of the traffic."""
        both = compared(CANARY, 4, seen(2, window(1), window(9)))

        assert [(one.candidate.sessions, one.stable.sessions) for one in both] == [(1, 9), (0, 0)]
