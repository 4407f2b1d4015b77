"""Where a rollout goes next: by git's word, by what its step shows, and never further than both allow."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from harness.core.environment import Approved, Environment, Quarantined, Step, StepKind, Strategy
from harness.core.rollout import Advice, Data, Desired, Opinion, Phase, Rollout
from harness.release.canary import advance, current, desired_of

A, B, C = "a" * 64, "b" * 64, "c" * 64
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PLAN = Strategy(
    steps=(
        Step(0, kind=StepKind.WARM),
        Step(1, 10 * MINUTE, 60 * MINUTE, "abort"),
        Step(10, most=60 * MINUTE, on_max="advance"),
        Step(50, most=60 * MINUTE, approve="managers"),
        Step(100),
    )
)
WANTED = Desired(2, B, PLAN)
GO = Opinion(Advice.ADVANCE)
STOP = Opinion(Advice.ABORT, "errors: too many")
WAIT = Opinion(Advice.UNDECIDED, "nobody knows yet")
FEW = Opinion(Advice.UNDECIDED, "too few sessions", Data.FEW)
DOUBT = Opinion(Advice.UNDECIDED, "the counters are stale", Data.DOUBTFUL)


def at(step: int, **more: Any) -> Rollout:  # noqa: ANN401 (fields of a rollout)
    """Return a rollout that came to a step at noon."""
    weight = PLAN.steps[step].answers
    rolling = Rollout("production", 2, A, B, Phase.ROLLING, step=step, weight=weight, began=NOON, since=NOON, moves=7)
    return replace(rolling, **more)


def later(minutes: float) -> datetime:
    """Return a moment after noon."""
    return NOON + timedelta(minutes=minutes)


class TestGit:
    """What git says is done at once; only going forward takes steps."""

    def test_starts_a_rollout_at_its_first_step(self) -> None:
        """Which is no traffic yet, where it warms up."""
        found = advance(WANTED, Rollout("production", 1, A), FEW, NOON)

        assert found == Rollout("production", 2, A, B, Phase.ROLLING, began=NOON, since=NOON, moves=1)

    @pytest.mark.parametrize(
        ("desired", "rollout", "stable"),
        [
            pytest.param(WANTED, Rollout("production"), B, id="the first release has nobody to share with"),
            pytest.param(Desired(2, B, Strategy()), Rollout("production", 1, A), B, id="no steps"),
            pytest.param(Desired(3, A, PLAN), at(3), A, id="reverted on its way"),
            pytest.param(
                Desired(3, A, PLAN), at(3, phase=Phase.ABORTED, weight=0), A, id="reverted after it was aborted"
            ),
            pytest.param(Desired(3, C, PLAN), Rollout("p", 2, A, previous=C), C, id="back to the one before"),
            pytest.param(Desired(3, B, PLAN, frozenset({A})), at(1), B, id="the stable release is quarantined"),
            pytest.param(Desired(3, "", PLAN), at(1), "", id="nothing is wanted any more"),
            pytest.param(
                Desired(3, "", PLAN),
                at(0, phase=Phase.ABORTED, candidate=""),
                "",
                id="nothing is wanted any more, after what was quarantined",
            ),
        ],
    )
    def test_settles_at_once(self, desired: Desired, rollout: Rollout, stable: str) -> None:
        """On the one release that may serve."""
        found = advance(desired, rollout, GO, NOON)

        assert (found.stable, found.candidate, found.phase, found.weight) == (stable, "", Phase.STABLE, 0)
        assert advance(desired, found, GO, NOON) == found

    def test_goes_forward_by_steps_again_after_it_went_back(self) -> None:
        """To and fro would bring back at once what was just left."""
        back = advance(Desired(3, C, PLAN), Rollout("production", 2, A, previous=C), FEW, NOON)
        forth = advance(Desired(4, A, PLAN), back, FEW, NOON)

        assert (back.stable, forth.stable, forth.candidate, forth.step) == (C, C, A, 0)

    def test_names_another_in_the_middle(self) -> None:
        """Everybody is back on the stable release, and the new one begins at the first step."""
        found = advance(Desired(3, C, PLAN), at(3), GO, later(5))

        assert (found.stable, found.candidate, found.step, found.weight, found.began) == (A, C, 0, 0, later(5))

    @pytest.mark.parametrize("gone", [{B}, {A, B}])
    def test_names_what_is_quarantined(self, gone: set[str]) -> None:
        """It never serves; if the stable release is, too, nothing does."""
        found = advance(Desired(3, B, PLAN, frozenset(gone)), at(3), GO, NOON)

        assert (found.stable, found.candidate) == ("" if A in gone else A, "")
        assert (found.phase, found.weight, found.why) == (Phase.ABORTED, 0, f"release {'b' * 12} is quarantined")

    def test_lets_a_quarantined_release_begin_anew_when_its_line_is_deleted(self) -> None:
        """By a change that was reviewed."""
        held = advance(Desired(3, B, PLAN, frozenset({B})), at(3), FEW, NOON)
        found = advance(Desired(4, B, PLAN), held, FEW, later(1))

        assert (found.phase, found.candidate, found.step) == (Phase.ROLLING, B, 0)

    @pytest.mark.parametrize(
        "rollout", [at(3), at(3, phase=Phase.HELD, why="x"), at(3, phase=Phase.ABORTED), Rollout("p", 2, A)]
    )
    def test_of_yesterday_changes_nothing(self, rollout: Rollout) -> None:
        """Whoever acts on an older generation comes too late."""
        assert advance(Desired(1, C, PLAN), rollout, GO, later(99)) == rollout

    def test_changes_the_plan_under_a_rollout(self) -> None:
        """A step that is not there any more, or gives another weight: it begins anew, for nothing else is proven."""
        shorter, other = PLAN._replace(steps=PLAN.steps[4:]), PLAN._replace(steps=(*PLAN.steps[:3], Step(100)))

        assert advance(Desired(3, B, shorter), at(3), GO, NOON).step == 0
        assert advance(Desired(3, B, shorter), at(1), GO, NOON).step == 0
        assert advance(Desired(3, B, other), at(3), GO, NOON).weight == 0

    def test_may_change_how_long_a_step_lasts(self) -> None:
        """That alone sends nobody back."""
        longer = PLAN._replace(steps=tuple(step._replace(most=timedelta(days=1)) for step in PLAN.steps))

        assert advance(Desired(3, B, longer), at(3), WAIT, later(90)) == at(3, generation=3, moves=8)


class TestAStep:
    @pytest.mark.parametrize(
        ("step", "minutes", "opinion", "then"),
        [
            pytest.param(0, 0, GO, 1, id="it is warm"),
            pytest.param(1, 9, GO, 1, id="too early"),
            pytest.param(1, 10, GO, 2, id="long enough, and shown"),
            pytest.param(1, 59, WAIT, 1, id="not shown yet"),
            pytest.param(1, 99, GO, 2, id="shown, if late"),
            pytest.param(2, 60, WAIT, 3, id="long enough, where that suffices"),
            pytest.param(2, 60, FEW, 2, id="time without data does not suffice"),
            pytest.param(2, 60, DOUBT, 2, id="nor with data that nobody can trust"),
            pytest.param(4, 9999, FEW, 4, id="not even at the end"),
        ],
    )
    def test_is_left_by_evidence(self, step: int, minutes: float, opinion: Opinion, then: int) -> None:
        """After its least time, and by time alone only where the plan says so and there is something to go by."""
        found = advance(WANTED, at(step), opinion, later(minutes))

        assert (found.step, found.weight) == (then, PLAN.steps[then].answers)
        assert found.since == (NOON if then == step else later(minutes))

    @pytest.mark.parametrize(
        ("step", "minutes", "opinion", "why"),
        [
            pytest.param(0, 0, STOP, "errors: too many", id="harm, at any time"),
            pytest.param(1, 60, FEW, "undecided at the end of its step: too few sessions", id="no proof in time"),
            pytest.param(1, 60, DOUBT, "undecided at the end of its step: the counters are stale", id="no measure"),
        ],
    )
    def test_is_where_a_rollout_is_aborted(self, step: int, minutes: float, opinion: Opinion, why: str) -> None:
        """Everybody is back at once; git still names it, so it stays named."""
        found = advance(WANTED, at(step), opinion, later(minutes))

        assert (found.phase, found.weight, found.stable, found.candidate) == (Phase.ABORTED, 0, A, B)
        assert found.why == why

    @pytest.mark.parametrize(
        ("step", "minutes", "opinion", "why"),
        [
            pytest.param(1, 1, DOUBT, "the counters are stale", id="what was counted does not add up"),
            pytest.param(2, 60, FEW, "undecided at the end of its step", id="time is over, and nobody came"),
            pytest.param(3, 60, WAIT, "undecided at the end of its step", id="time is over, and it is to hold"),
            pytest.param(3, 1, GO, "it waits for the approval `managers`", id="shown, and not approved of"),
            pytest.param(
                3,
                1,
                Opinion(Advice.ADVANCE, "the candidate wins"),
                "the candidate wins; it waits for the approval `managers`",
                id="won, and not approved of",
            ),
        ],
    )
    def test_is_held(self, step: int, minutes: float, opinion: Opinion, why: str) -> None:
        """Where it is, and goes on by itself as soon as it may."""
        found = advance(WANTED, at(step), opinion, later(minutes))

        assert (found.phase, found.step, found.why) == (Phase.HELD, step, why)
        assert advance(WANTED, found, opinion, later(minutes)) == found
        assert advance(WANTED, found, WAIT, later(2)).phase is Phase.ROLLING

    def test_is_passed_by_an_approval(self) -> None:
        """Where the evidence says so, or time is over and people say what the evidence does not."""
        approved = WANTED._replace(approved=frozenset({"managers"}))

        assert advance(approved, at(3), GO, later(1)).step == 4
        assert advance(approved, at(3), WAIT, later(59)).step == 3
        assert advance(approved, at(3), WAIT, later(60)).step == 4
        assert advance(approved, at(3), FEW, later(60)).step == 3

    def test_may_be_the_last(self) -> None:
        """Then it is the stable release, and the one before is remembered."""
        found = advance(WANTED, at(4), GO, later(1))

        assert found == Rollout("production", 2, B, previous=A, began=NOON, since=later(1), moves=8)


class TestAnAbortedRollout:
    @pytest.mark.parametrize("opinion", [GO, WAIT, FEW, STOP])
    @pytest.mark.parametrize("generation", [2, 3])
    def test_stays_aborted(self, opinion: Opinion, generation: int) -> None:
        """Whatever anybody counts, and whatever else of the file changes, as long as git names the same."""
        aborted = at(3, phase=Phase.ABORTED, weight=0, why="errors")

        found = advance(WANTED._replace(generation=generation), aborted, opinion, later(999))

        assert found == replace(aborted, generation=generation, moves=7 + (generation == 3))

    def test_stays_aborted_even_where_the_stable_release_is_recalled(self) -> None:
        """Then nothing may serve."""
        aborted = at(3, phase=Phase.ABORTED, weight=0)

        found = advance(Desired(3, B, PLAN, frozenset({A})), aborted, GO, NOON)

        assert (found.stable, found.candidate, found.phase) == ("", B, Phase.ABORTED)

    @pytest.mark.parametrize("release", [A, C])
    def test_is_left_by_a_later_commit_alone(self, release: str) -> None:
        """A driver that cannot read what git names, and says another for the while, brings nothing back with it."""
        aborted = at(3, phase=Phase.ABORTED, weight=0)

        assert advance(Desired(2, release, PLAN), aborted, GO, NOON) == aborted

    def test_may_begin_anew_once_git_named_another(self) -> None:
        """Two changes that were reviewed: the one that takes it back, and the one that brings it again."""
        back = advance(Desired(3, A, PLAN), at(3, phase=Phase.ABORTED, weight=0), FEW, NOON)

        assert advance(Desired(4, B, PLAN), back, FEW, later(1)).phase is Phase.ROLLING


class TestWhatGitWants:
    def test_is_in_the_environment_s_file(self) -> None:
        """Of approvals, those of the release that it names."""
        file = Environment(
            "production",
            B,
            strategy=PLAN,
            quarantine=(Quarantined(C, "slow", "", ""),),
            approved=(Approved(B, "managers", "Mia"), Approved(C, "1", "Mia")),
        )

        assert desired_of(file, 4) == Desired(4, B, PLAN, frozenset({C}), frozenset({"managers"}))


class TestTheStepNow:
    def test_is_one_of_the_plan_s(self) -> None:
        """Or none, of a rollout at rest."""
        assert current(PLAN, at(3)) == PLAN.steps[3]
        assert current(PLAN, at(3, phase=Phase.ABORTED)) is None
        assert current(PLAN._replace(steps=PLAN.steps[:3]), at(3)) is None
