"""What the candidate takes, beside base and beside a bound: exact where it is always the same, else by its error."""

from itertools import combinations_with_replacement
from math import comb, exp, log
from random import Random
from statistics import fmean, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.compare.consistency import across, within
from harness.compare.spending import bounded, grown, lagging, late, quantile
from harness.core.runs import Step

MARGIN, ALPHA = 0.10, 0.002
tokens = st.lists(st.integers(0, 5_000).map(float), min_size=1, max_size=4)


def noisy(factor: float, spread: float, *, cases: int = 60, seed: int = 7) -> list[tuple[list[float], list[float]]]:
    """Return cases whose calls take so many times what they took, each with a spread of its own."""
    dice = Random(seed)
    means = [dice.uniform(50, 900) for _ in range(cases)]
    return [
        (
            [mean * exp(dice.gauss(0, spread)) for _ in range(3)],
            [mean * factor * exp(dice.gauss(0, spread)) for _ in range(2)],
        )
        for mean in means
    ]


class TestAnswersThatAreAlwaysTheSame:
    @pytest.mark.parametrize(
        ("candidate", "step"),
        [
            pytest.param(109.9, Step.PASS, id="less than the margin"),
            pytest.param(110.0, Step.BLOCK, id="the margin to the digit"),
            pytest.param(90.0, Step.PASS, id="less than base"),
        ],
    )
    def test_are_compared_by_the_ratio_of_their_means(self, candidate: float, step: Step) -> None:
        """Nothing is estimated: the interval is the value."""
        found = grown([([50.0], [candidate - 50.0]), ([50.0], [50.0])], margin=MARGIN, alpha=0.0, exact=True)

        assert found
        assert (found.step, found.cases, found.base, found.candidate) == (step, 2, 50.0, candidate / 2)
        assert found.low == found.value == found.high == pytest.approx(candidate / 100 - 1)

    @pytest.mark.parametrize(("candidate", "value", "step"), [(0.0, 0.0, Step.PASS), (0.1, 1.0, Step.BLOCK)])
    def test_grow_from_nothing_by_all(self, candidate: float, value: float, step: Step) -> None:
        """A model that was free costs something now: there is no ratio, and that is a growth."""
        found = grown([([0.0], [candidate])], margin=MARGIN, alpha=0.0, exact=True)

        assert found
        assert (found.value, found.step) == (value, step)

    def test_leave_out_what_one_tree_did_not_answer(self) -> None:
        """Like is compared with like; of nothing, nothing is said."""
        found = grown([([10.0], [10.0]), ([], [999.0]), ([1.0], [])], margin=MARGIN, alpha=0.0, exact=True)

        assert found
        assert (found.cases, found.value) == (1, 0.0)
        assert grown([([], [1.0])], margin=MARGIN, alpha=0.0, exact=True) is None

    @pytest.mark.parametrize(("value", "step"), [(5.0, Step.PASS), (5.1, Step.BLOCK)])
    def test_keep_to_a_bound_or_do_not(self, value: float, step: Step) -> None:
        """The bound itself is kept."""
        found = bounded([[value], [5.0], [5.0], []], 5.0, alpha=0.0, exact=True)

        assert found
        assert (found.step, found.n) == (step, 3)
        assert found.low == found.value == found.high

    def test_of_no_case_have_no_level(self) -> None:
        """There is nothing to hold against a bound."""
        assert bounded([[], []], 5.0, alpha=0.0, exact=True) is None


class TestAnswersThatVary:
    @pytest.mark.parametrize(
        ("factor", "spread", "step"),
        [
            pytest.param(1.0, 0.1, Step.PASS, id="no growth, measured well"),
            pytest.param(1.25, 0.1, Step.BLOCK, id="a growth beyond the margin"),
            pytest.param(1.1, 0.1, Step.MORE, id="the margin itself"),
            pytest.param(1.0, 1.5, Step.MORE, id="no growth, measured badly"),
        ],
    )
    def test_are_decided_by_how_well_they_were_measured(self, factor: float, spread: float, step: Step) -> None:
        """The same growth is decided or not by its error."""
        found = grown(noisy(factor, spread), margin=MARGIN, alpha=ALPHA, exact=False)

        assert found
        assert found.step is step
        assert found.low < found.value < found.high

    def test_have_the_mean_and_interval_of_the_logarithms(self) -> None:
        """Worked out by hand; 2.001 is Student's 0.975 quantile of 59 degrees of freedom."""
        cases = noisy(1.2, 0.2)
        moved = [fmean(map(log, mine)) - fmean(map(log, base)) for base, mine in cases]
        mean, error = fmean(moved), stdev(moved) / len(moved) ** 0.5

        found = grown(cases, margin=MARGIN, alpha=ALPHA, exact=False)

        assert found
        assert found.value == pytest.approx(exp(mean) - 1)
        assert (found.low, found.high) == pytest.approx(
            (exp(mean - 2.0010 * error) - 1, exp(mean + 2.0010 * error) - 1), rel=1e-4
        )

    def test_are_not_longer_for_having_been_asked_more_often(self) -> None:
        """The logarithm of a mean of three is larger than the mean of three logarithms: no growth may come of that."""
        dice = Random(3)
        cases = [([dice.choice([10.0, 1000.0]) for _ in range(9)], [dice.choice([10.0, 1000.0])]) for _ in range(4000)]

        found = grown(cases, margin=MARGIN, alpha=ALPHA, exact=False)

        assert found
        assert found.value == pytest.approx(0.0, abs=0.1)

    def test_block_what_changes_nothing_as_rarely_as_they_shall(self) -> None:
        """At the very margin a false block is as rare as alpha: 2 of 100 are due, and over 5 would surprise."""
        blocks = [
            found.step is Step.BLOCK
            for seed in range(100)
            if (found := grown(noisy(1.1, 0.3, cases=20, seed=seed), margin=MARGIN, alpha=0.02, exact=False))
        ]

        assert len(blocks) == 100
        assert sum(blocks) <= 5

    def test_may_grow_by_the_margin_itself_and_not_by_its_logarithm(self) -> None:
        """Three fifths more is more than a half, though the logarithm of it is less."""
        found = grown(noisy(1.6, 0.05), margin=0.5, alpha=ALPHA, exact=False)

        assert found
        assert found.step is Step.BLOCK

    @pytest.mark.parametrize("cases", [1, 9])
    def test_of_few_cases_say_nothing(self, cases: int) -> None:
        """Nine answers twice as long may be chance."""
        found = grown(noisy(2.0, 0.01, cases=cases), margin=MARGIN, alpha=ALPHA, exact=False)

        assert found
        assert found.step is Step.MORE

    def test_that_all_moved_alike_are_no_estimate(self) -> None:
        """Every case takes twice as much, to the token."""
        found = grown([([10.0], [20.0])] * 10, margin=MARGIN, alpha=ALPHA, exact=False)

        assert found
        assert (found.step, found.value, found.low) == (Step.BLOCK, 1.0, 1.0)

    @given(st.lists(st.tuples(tokens, tokens), min_size=1, max_size=20), st.booleans())
    def test_never_block_what_takes_no_more(self, cases: list[tuple[list[float], list[float]]], exact: bool) -> None:  # noqa: FBT001 (drawn)
        """Whatever base took, the same again is no growth."""
        found = grown([(base, base) for base, _ in cases], margin=MARGIN, alpha=ALPHA, exact=exact)

        assert found
        assert found.step is not Step.BLOCK
        assert found.value == 0.0


class TestALevelThatVaries:
    def test_has_the_error_of_asking_these_cases_again(self) -> None:
        """Cases differ by far more than their answers do, and that is no error: worked out by hand."""
        cases = [[100.0 * n, 100.0 * n + 2] for n in range(1, 21)]

        found = bounded(cases, 1051.5, alpha=ALPHA, exact=False)

        assert found
        assert (found.value, found.step) == (1051.0, Step.PASS)
        assert found.high - found.value == pytest.approx(2.0860 * (2.0 * 20 / 2) ** 0.5 / 20, rel=1e-4)

    def test_of_single_answers_has_that_of_other_cases(self) -> None:
        """Nobody knows how they vary, so that the wider error holds."""
        cases = [[100.0 * n] for n in range(1, 21)]

        found = bounded(cases, 1200.0, alpha=ALPHA, exact=False)

        assert found
        error = stdev([100.0 * n for n in range(1, 21)]) / 20**0.5
        assert found.step is Step.MORE
        assert found.value - found.low == pytest.approx(2.0930 * error, rel=1e-4)

    @pytest.mark.parametrize(
        ("at_most", "cases", "step"),
        [(90.0, 20, Step.BLOCK), (110.0, 20, Step.PASS), (90.0, 9, Step.MORE)],
    )
    def test_keeps_to_a_bound_or_does_not(self, at_most: float, cases: int, step: Step) -> None:
        """Of few cases nobody knows."""
        found = bounded([[100.0, 101.0]] * cases, at_most, alpha=ALPHA, exact=False)

        assert found
        assert found.step is step

    @pytest.mark.parametrize(("value", "step"), [(5.0, Step.PASS), (6.0, Step.BLOCK)])
    def test_without_any_error_is_what_it_is(self, value: float, step: Step) -> None:
        """All answers take the same."""
        found = bounded([[value, value]] * 10, 5.0, alpha=ALPHA, exact=False)

        assert found
        assert found.step is step

    def test_is_not_sure_where_one_case_alone_was_asked_twice(self) -> None:
        """One degree of freedom: seven standard errors beyond the bound happen one time in twenty."""
        found = bounded([[100.0, 102.0], *[[100.0]] * 9], 97.0, alpha=ALPHA, exact=False)

        assert found
        assert found.step is Step.MORE

    def test_of_one_answer_is_not_known(self) -> None:
        """One answer has no error that anybody knows."""
        found = bounded([[9.0]], 5.0, alpha=ALPHA, exact=False)

        assert found
        assert (found.step, found.low, found.high) == (Step.MORE, 9.0, 9.0)


class TestLatency:
    @given(st.lists(st.integers(0, 30).map(float), min_size=1, max_size=40), st.sampled_from([0.5, 0.95, 1.0]))
    def test_has_the_least_value_that_a_share_does_not_exceed(self, calls: list[float], share: float) -> None:
        """By its definition, over all values."""
        least = min(one for one in calls if sum(other <= one for other in calls) >= share * len(calls) - 1e-9)

        assert quantile(calls, share) == least

    @pytest.mark.parametrize(
        ("slow", "n", "step"),
        [
            pytest.param(1, 20, Step.PASS, id="a twentieth may be slow"),
            pytest.param(2, 20, Step.MORE, id="two may be chance"),
            pytest.param(6, 20, Step.BLOCK, id="six are none"),
            pytest.param(3, 3, Step.BLOCK, id="all"),
        ],
    )
    def test_is_late_when_more_than_a_twentieth_is(self, slow: int, n: int, step: Step) -> None:
        """By the binomial distribution, added up by hand."""
        chance = sum(comb(n, k) * 0.05**k * 0.95 ** (n - k) for k in range(slow, n + 1))

        found = late([3.0] * slow + [1.0] * (n - slow), 2.0, alpha=ALPHA)

        assert found
        assert found.step is step
        assert (chance < ALPHA) is (step is Step.BLOCK)

    def test_may_take_the_bound_itself(self) -> None:
        """It is the most that is allowed."""
        found = late([2.0] * 20, 2.0, alpha=ALPHA)

        assert found
        assert (found.step, found.value) == (Step.PASS, 2.0)

    def test_of_no_call_is_not_known(self) -> None:
        """Neither beside a bound nor beside base."""
        assert late([], 2.0, alpha=ALPHA) is None
        assert lagging([], [1.0], margin=MARGIN, alpha=ALPHA) is None

    @pytest.mark.parametrize(
        ("base", "candidate", "step"),
        [
            pytest.param([1.0] * 100, [1.05] * 100, Step.PASS, id="within the margin"),
            pytest.param([1.0] * 100, [1.0] * 90 + [3.0] * 10, Step.BLOCK, id="a tenth far slower"),
            pytest.param([1.0] * 10, [1.0] * 9 + [3.0], Step.MORE, id="one of ten"),
            pytest.param([1.0] * 100, [1.08] * 94 + [1.2] * 6, Step.MORE, id="all a little slower, and few by more"),
            pytest.param([0.0] * 10, [0.0] * 10, Step.PASS, id="no time at all"),
        ],
    )
    def test_lags_by_more_than_the_margin(self, base: list[float], candidate: list[float], step: Step) -> None:
        """A tail that is slower is found; one slow call is not taken for one."""
        found = lagging(base, candidate, margin=MARGIN, alpha=0.01)

        assert found
        assert found.step is step

    def test_of_base_may_be_worse(self) -> None:
        """Faster is never blocked."""
        found = lagging([2.0] * 50, [1.0] * 50, margin=MARGIN, alpha=ALPHA)

        assert found
        assert (found.step, found.value, found.base, found.candidate) == (Step.PASS, -0.5, 2.0, 1.0)


class TestConsistency:
    @pytest.mark.parametrize("answers", list(combinations_with_replacement("abc", 4)))
    def test_counts_the_pairs_that_are_alike(self, answers: tuple[str, ...]) -> None:
        """Over all pairs, one by one."""
        pairs = [answers[one] == answers[other] for one in range(4) for other in range(one)]
        crossed = [one == other for one in answers[:1] for other in answers[1:]]

        assert within([answers, ("alone",), ()]) == pytest.approx(fmean(pairs))
        assert across([(answers[:1], answers[1:]), ((), answers)]) == pytest.approx(fmean(crossed))

    def test_is_the_mean_over_cases(self) -> None:
        """A case that was asked ten times weighs no more than one that was asked twice."""
        assert within(["aaaaaaaaaa", "ab"]) == 0.5
        assert across([("aaaa", "a"), ("a", "b")]) == 0.5

    def test_of_no_pair_is_not_known(self) -> None:
        """One answer agrees with nothing."""
        assert within(["a"]) is None
        assert across([("", "a")]) is None
