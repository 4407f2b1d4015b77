"""A canary as its drivers see it: evidence goes in, the next state comes out, and nothing ever goes too far."""

from dataclasses import replace
from datetime import datetime, timedelta
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.environment import External, Step, StepKind, Strategy
from harness.core.rollout import Advice, Arm, Data, Desired, Evidence, Measured, Opinion, Pairs, Phase, Rollout, Window
from harness.flows.canary import STALE, advance, opinion
from tests.compare.town import NEW, OLD, PLAN, START, Town, walk

OTHER = "c" * 64
MINUTE = timedelta(minutes=1)
GOOD = {Arm.CANDIDATE: Window(400, 400), Arm.STABLE: Window(3600, 3600)}
BAD = {Arm.CANDIDATE: Window(400, 400, {"errors": 90}), Arm.STABLE: Window(3600, 3600, {"errors": 30})}
ONE = Strategy(steps=(Step(10, MINUTE), Step(100)))


def at(step: int = 0, strategy: Strategy = ONE) -> Rollout:
    """Return a rollout that stands at a step of a strategy."""
    weight = strategy.steps[step].answers
    return Rollout("production", 2, OLD, NEW, Phase.ROLLING, step=step, weight=weight, began=START, since=START)


def after(minutes: float) -> datetime:
    """Return a moment after the start."""
    return START + timedelta(minutes=minutes)


def seen(minutes: float, arms: dict[Arm, Window], step: int = 0) -> Evidence:
    """Return what was counted until a moment."""
    return Evidence(after(minutes), {(step, arm): window for arm, window in arms.items()})


class TestAStepOfTheWay:
    def test_is_taken_on_evidence(self) -> None:
        """400 sessions without a fault, and a minute."""
        found = advance(Desired(2, NEW, ONE), at(), seen(1, GOOD), after(1))

        assert (found.phase, found.step, found.weight) == (Phase.ROLLING, 1, 100)

    def test_is_taken_once(self) -> None:
        """The same evidence is none of the next step."""
        once = advance(Desired(2, NEW, ONE), at(), seen(1, GOOD), after(1))

        assert advance(Desired(2, NEW, ONE), once, seen(1, GOOD), after(1)) == once

    def test_is_taken_back_on_evidence(self) -> None:
        """At any moment, however short it lasted, and however long ago that was counted."""
        for now in (after(0.1), after(99)):
            found = advance(Desired(2, NEW, ONE), at(), seen(0.1, BAD), now)

            assert (found.phase, found.weight) == (Phase.ABORTED, 0)
            assert found.why.startswith(
                "errors: 90 of 400 sessions of the candidate, 30 of 3,600 of the stable release"
            )

    @pytest.mark.parametrize(
        ("evidence", "now", "said"),
        [
            pytest.param(Evidence(), 1, (Data.FEW, "nothing was counted since the step began"), id="nothing"),
            pytest.param(seen(0, GOOD), 1, (Data.FEW, "nothing was counted since the step began"), id="of before"),
            pytest.param(seen(9, GOOD), 1, (Data.FEW, "nothing was counted since the step began"), id="of tomorrow"),
            pytest.param(seen(1, GOOD), 2.1, (Data.DOUBTFUL, "what was counted is stale"), id="stale"),
            pytest.param(
                seen(1, {Arm.CANDIDATE: Window(19, 19), Arm.STABLE: Window(180, 180)}),
                1,
                (Data.FEW, "too few sessions"),
                id="too few",
            ),
            pytest.param(
                seen(1, GOOD | {Arm.STABLE: Window(9999, 9999)}),
                1,
                (Data.DOUBTFUL, "the sessions are not split by the step's weight"),
                id="a split that cannot be",
            ),
            pytest.param(
                seen(1, {Arm.CANDIDATE: Window(30, 30), Arm.STABLE: Window(270, 270)}),
                1,
                (Data.ENOUGH, "nobody knows yet whether `errors` is twice as frequent"),
                id="too little to tell",
            ),
        ],
    )
    def test_is_not_taken_without(self, evidence: Evidence, now: float, said: tuple[Data, str]) -> None:
        """And it says what is missing."""
        data, why = said

        assert opinion(ONE, at(), evidence, after(now)) == Opinion(Advice.UNDECIDED, why, data)
        assert advance(Desired(2, NEW, ONE), at(), evidence, after(now)).step == 0

    @pytest.mark.parametrize("on_max", ["advance", "hold"])
    def test_is_not_taken_by_time_alone(self, on_max: str) -> None:
        """Not even where time is to suffice: it takes the sessions as well."""
        plan = Strategy(steps=(Step(10, most=MINUTE, on_max="advance" if on_max == "advance" else "hold"), Step(100)))
        some = {Arm.CANDIDATE: Window(20, 20), Arm.STABLE: Window(180, 180)}

        assert advance(Desired(2, NEW, plan), at(0, plan), Evidence(), after(9)).phase is Phase.HELD
        assert advance(Desired(2, NEW, plan), at(0, plan), seen(9, some), after(9)).step == (on_max == "advance")

    def test_bears_clocks_that_differ(self) -> None:
        """By less than what counts as stale."""
        assert advance(Desired(2, NEW, ONE), at(), seen(1.5, GOOD), after(1)).since == after(1.5)

    def test_waits_for_what_others_measure(self) -> None:
        """And goes back by it, whatever the sessions say."""
        plan = ONE._replace(externals=(External("csat", "https://p.example", "csat", least=4.5),))
        none, fine, poor = (
            replace(seen(1, GOOD), measured=tuple(Measured("csat", after(1), one) for one in values))
            for values in ([], [4.6], [4.6, 4.4])
        )

        assert advance(Desired(2, NEW, plan), at(0, plan), none, after(1)).step == 0
        assert advance(Desired(2, NEW, plan), at(0, plan), fine, after(1)).step == 1
        assert (
            advance(Desired(2, NEW, plan), at(0, plan), poor, after(1)).why == "`csat` failed 1 times, and may 0 times"
        )


class TestAVerdict:
    """What Argo's web metric asks for."""

    @pytest.mark.parametrize(
        ("rollout", "advice"),
        [
            pytest.param(at(), Advice.ADVANCE, id="on its way"),
            pytest.param(replace(at(), phase=Phase.ABORTED, weight=0, why="errors"), Advice.ABORT, id="aborted"),
            pytest.param(Rollout("production", 2, OLD), Advice.UNDECIDED, id="at rest"),
        ],
    )
    def test_is_there_at_any_moment(self, rollout: Rollout, advice: Advice) -> None:
        """An aborted rollout goes on saying so."""
        assert opinion(ONE, rollout, seen(1, GOOD), after(1)).advice is advice


class TestTheOtherStrategies:
    def test_switch_all_at_once_and_compare_with_before(self) -> None:
        """Blue-green: harm is told by what the stable release came to while the candidate warmed up."""
        plan = Strategy("blue-green", (Step(0, kind=StepKind.WARM), Step(100, MINUTE, kind=StepKind.BAKE)))
        desired, before = Desired(2, NEW, plan), {Arm.CANDIDATE: Window(20, 20), Arm.STABLE: Window(400, 400)}
        switched = advance(desired, at(0, plan), seen(1, before), after(1))
        worse, fine = (
            replace(seen(3, before), windows={**seen(3, before).windows, (1, Arm.CANDIDATE): window})
            for window in (Window(300, 300, {"errors": 30}), Window(300, 300))
        )

        assert (switched.step, switched.weight) == (1, 100)
        assert advance(desired, switched, worse, after(3)).phase is Phase.ABORTED
        assert advance(desired, switched, fine, after(3)).stable == NEW

    def test_keep_a_share_until_people_say_who_has_won(self) -> None:
        """a-b: the winner is named and waited for; a loser is taken back like any."""
        plan = Strategy("a-b", (Step(50, approve="winner"),))
        desired, alike = Desired(2, NEW, plan), {Arm.CANDIDATE: Window(999, 999), Arm.STABLE: Window(999, 999)}
        better, more = (alike | {Arm.STABLE: Window(999, 999, {"refusals": bad})} for bad in (60, 61))
        held = advance(desired, at(0, plan), seen(1, better), after(1))

        assert opinion(plan, at(0, plan), seen(1, alike), after(1)).why == "no winner"
        assert held.phase is Phase.HELD
        assert held.why == "the candidate wins by `refusals`; it waits for the approval `winner`"
        assert advance(desired, held, seen(2, more), after(2)) == held, "nothing to note down while it waits"
        assert advance(desired._replace(approved=frozenset({"winner"})), held, seen(1, better), after(1)).stable == NEW

    def test_ask_in_the_shadow_first(self) -> None:
        """Where nobody sees what the candidate says."""
        plan = Strategy(steps=(Step(5, kind=StepKind.SHADOW), Step(100)))
        fine, worse = (Evidence(after(1), pairs=pairs) for pairs in (Pairs(220, 0, 0), Pairs(220, 30, 1)))

        assert at(0, plan).weight == 0
        assert advance(Desired(2, NEW, plan), at(0, plan), fine, after(1)).step == 1
        assert advance(Desired(2, NEW, plan), at(0, plan), worse, after(1)).phase is Phase.ABORTED


counts = st.integers(0, 2000)
windows = st.builds(
    lambda sessions, share: Window(sessions, sessions, {"errors": int(sessions * share)}),
    counts,
    st.sampled_from([0.0, 0.0, 0.01, 0.3]),
)
evidences = st.builds(
    Evidence,
    at=st.sampled_from([0.0, 1.0, 30.0, 61.0, 90.0, 150.0]).map(after),
    windows=st.dictionaries(st.tuples(st.integers(0, 4), st.sampled_from(Arm)), windows, max_size=10),
    pairs=st.builds(lambda both: Pairs(both, both // 9, both // 8), counts),
)
plans = st.sampled_from(
    [
        PLAN,
        ONE,
        Strategy(),
        Strategy(steps=(Step(0, kind=StepKind.WARM), Step(5, kind=StepKind.SHADOW), Step(95, kind=StepKind.BAKE))),
        Strategy(steps=(Step(10, approve="managers"), Step(50, most=MINUTE, on_max="abort"), Step(100))),
    ]
)
releases = st.sampled_from([OLD, NEW, OTHER, ""])
wishes = st.builds(
    Desired,
    generation=st.just(0),
    release=releases,
    strategy=plans,
    quarantined=st.frozensets(st.sampled_from([OLD, NEW, OTHER]), max_size=2),
    approved=st.sampled_from([frozenset[str](), frozenset({"managers"})]),
)
histories = st.lists(wishes, min_size=1, max_size=5).map(
    lambda made: [wish._replace(generation=at) for at, wish in enumerate(made, start=1)]
)
events = st.lists(
    st.tuples(st.integers(0, 4), evidences, st.sampled_from([0.0, 0.5, 30.0, 61.0])), min_size=1, max_size=12
)


class TestWhateverHappens:
    """Any commits, counters and clocks; now and then somebody acts on a commit of yesterday."""

    @given(histories, events)
    def test_the_rules_hold(self, history: list[Desired], happened: list[tuple[int, Evidence, float]]) -> None:
        """Twice is once; no step is jumped, no weight rises for nothing; what is recalled or aborted never serves."""
        rollout, now = Rollout("production", 1, OLD), START
        for commit, evidence, minutes in happened:
            desired = history[min(commit, len(history) - 1)]
            now += timedelta(minutes=minutes)
            before, rollout = rollout, advance(desired, rollout, evidence, now)

            assert advance(desired, rollout, evidence, now) == rollout
            assert rollout.moves == before.moves + (rollout != before)
            if desired.generation < before.generation:
                assert rollout == before
                continue
            assert rollout.generation == desired.generation
            assert not {rollout.stable, rollout.candidate} & desired.quarantined
            assert {rollout.stable, rollout.candidate} <= {before.stable, desired.release, ""}
            assert (rollout.weight > 0) <= (rollout.candidate == desired.release)
            assert (rollout.weight > 0) <= (rollout.phase in {Phase.ROLLING, Phase.HELD})
            if rollout.candidate and rollout.candidate == before.candidate:
                fresh = before.since < evidence.at <= now + STALE and now - evidence.at <= STALE
                assert rollout.step <= before.step + fresh
                assert rollout.weight <= before.weight or fresh
                assert before.phase is not Phase.ABORTED or rollout.phase is Phase.ABORTED

    @given(plans, st.integers(0, 2), st.integers(0, 10_000))
    def test_without_data_nothing_advances(self, plan: Strategy, step: int, minutes: int) -> None:
        """However long it lasts."""
        if step >= len(plan.steps):
            return
        found = advance(Desired(2, NEW, plan), at(step, plan), Evidence(after(minutes)), after(minutes))

        assert (found.step, found.stable) == (step, OLD)
        assert found.weight <= plan.steps[step].answers


class TestInATown:
    """Simulated: ten requests a second, and a look each ten seconds."""

    @pytest.mark.parametrize("errors", [0.01, 0.05])
    def test_five_times_the_errors_cost_ten_bad_answers(self, errors: float) -> None:
        """The median of 20, whatever share of the stable release's answers fails."""
        ends = [walk(Town(errors=errors, factor=5, look=10), seed) for seed in range(20)]

        assert all(end.rollout.phase is Phase.ABORTED for end in ends)
        assert median(end.bad for end in ends) <= 10

    def test_a_good_release_arrives(self) -> None:
        """Within three hours, by a plan of one."""
        assert walk(Town(errors=0.002, look=60), 1).rollout.stable == NEW

    @pytest.mark.parametrize(
        ("town", "canaries"),
        [
            pytest.param(Town(users=10_000, errors=0.005, prone=0.05, rate=4, look=60), 6, id="few"),
            pytest.param(
                Town(users=10_000, errors=0.005, prone=0.05, rate=4, look=60),
                1000,
                id="many",
                marks=[pytest.mark.slow, pytest.mark.timeout(900)],
            ),
        ],
    )
    def test_a_release_like_the_one_before_is_not_aborted(self, town: Town, canaries: int) -> None:
        """A few users ask most, for one in twenty a fifth fails, and they come back in each step."""
        aborted = sum(walk(town, seed).rollout.phase is Phase.ABORTED for seed in range(canaries))

        assert aborted <= canaries * PLAN.alpha
