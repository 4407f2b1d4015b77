"""A look at a contrast: each of its numbers, against normal distributions and against cases counted by hand."""

from math import log, sqrt
from random import Random
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.compare.look import look
from harness.core.runs import Contrast, Look, Matched, Runs, Step

binary = st.integers(1, 6).flatmap(lambda n: st.integers(0, n).map(lambda passes: Runs.binary(passes, n)))
pairs = st.lists(st.builds(Matched, binary, binary, st.just(1.0), alike=st.just(value=False)), min_size=2, max_size=12)
STEADY = Matched(Runs.binary(10, 10), Runs.binary(1, 1))
BROKEN = Matched(Runs.binary(10, 10), Runs.binary(0, 1))


def asked(cases: list[Matched], *, margin: float = 0.05, alpha: float = 0.02) -> Contrast:
    """Return a contrast of cases."""
    return Contrast(cases, margin, alpha)


def mirrored(runs: Runs) -> Runs:
    """Return runs that pass where these fail."""
    return Runs.binary(runs.n - int(runs.total), runs.n)


class TestALook:
    def test_at_a_hundred_steady_cases_is_known_by_hand(self) -> None:
        """No case varies, so the variance is that of one unseen coin: 0.25 * 100 * 1.1 / 100**2 / 100 = 0.0000275."""
        found = look(asked([STEADY] * 100))

        assert found.seen
        assert (found.seen.value, found.seen.base, found.seen.candidate, found.seen.cases) == (0.0, 1.0, 1.0, 100)
        assert found.seen.error == pytest.approx(0.0000275**0.5)
        assert found.ratio == pytest.approx(-0.05 * 0.025 / 0.0000275)
        assert (found.step, found.broad, found.runs) == (Step.PASS, False, 1100)
        assert found.least == pytest.approx(3.33530 * 0.0000275**0.5, rel=1e-5)
        assert found.needed == 13
        assert found.times == pytest.approx(0.12237, abs=1e-5)

    def test_leaves_out_what_ran_on_one_tree_alone(self) -> None:
        """Such a case is no evidence, and its runs are none of those that decided."""
        alone = [Matched(Runs.binary(3, 3), Runs()), Matched(Runs(), Runs.binary(0, 1))]

        assert look(asked([*alone, *[STEADY] * 20])) == look(asked([STEADY] * 20))

    def test_at_a_bound_counts_none_of_it_as_a_run(self) -> None:
        """A goal is a number that nobody asked for."""
        goal = Matched(Runs.of([0.925]), Runs.binary(2, 3))

        assert look(asked([goal] * 20)._replace(bound=True)).runs == 60
        assert look(asked([goal] * 20)).runs == 80

    @pytest.mark.parametrize("cases", [[], [Matched(Runs.binary(1, 1), Runs())]])
    def test_at_nothing_sees_nothing(self, cases: list[Matched]) -> None:
        """And asks for more, whatever that is worth."""
        assert look(asked(cases)) == Look(Step.MORE)

    @given(pairs, st.floats(0.01, 0.3))
    def test_weighs_a_drop_against_none_by_their_densities(self, cases: list[Matched], margin: float) -> None:
        """Of what was seen, if the truth were a drop by the margin, and if it were no change."""
        found = look(asked(cases, margin=margin))
        assert found.seen
        fell, stayed = NormalDist(-margin, found.seen.error), NormalDist(0.0, found.seen.error)

        if abs(found.ratio) < 200 and fell.pdf(found.seen.value) > 0 < stayed.pdf(found.seen.value):
            expected = log(fell.pdf(found.seen.value)) - log(stayed.pdf(found.seen.value))
            assert found.ratio == pytest.approx(expected, abs=1e-6)

    @given(pairs)
    def test_promises_a_drop_that_is_found_nine_times_in_ten(self, cases: list[Matched]) -> None:
        """By a test that is wrong twice in a hundred: one such drop in ten stays below its bound."""
        found = look(asked(cases))
        assert found.seen
        bound = NormalDist(0.0, found.seen.error).inv_cdf(0.98)

        assert NormalDist(found.least, found.seen.error).cdf(bound) == pytest.approx(0.1)

    @given(pairs, st.floats(0.02, 0.3))
    def test_promises_no_more_cases_than_it_takes(self, cases: list[Matched], margin: float) -> None:
        """The error of a mean falls with the root of its cases: one fewer, and the margin is out of reach."""
        found = look(asked(cases, margin=margin))
        reach = found.least * len(cases) ** 0.5

        assert reach / found.needed**0.5 <= margin * (1 + 1e-9)
        assert found.needed == 1 or reach / (found.needed - 1) ** 0.5 > margin * (1 - 1e-9)

    @given(pairs, st.integers())
    def test_sees_the_same_in_whatever_order_the_cases_are(self, cases: list[Matched], seed: int) -> None:
        """Files are sorted by people."""
        shuffled = cases.copy()
        Random(seed).shuffle(shuffled)
        here, there = look(asked(cases)), look(asked(shuffled))

        assert (there.step, there.broad, there.runs) == (here.step, here.broad, here.runs)
        assert there.ratio == pytest.approx(here.ratio)

    @given(pairs)
    def test_sees_the_mirror_image_with_passes_for_fails(self, cases: list[Matched]) -> None:
        """Nothing but the sign tells good from bad, so both are equally sure."""
        turned = [Matched(mirrored(case.base), mirrored(case.candidate)) for case in cases]
        here, there = look(asked(cases)), look(asked(turned))
        assert here.seen
        assert there.seen

        assert there.seen.value == pytest.approx(-here.seen.value, abs=1e-9)
        assert there.least == pytest.approx(here.least)
        assert there.runs == here.runs

    def test_tells_a_drop_across_the_cases_from_one_of_a_single_case(self) -> None:
        """One of a hundred is a flip; two are a drop, if a small one: p is 0.08."""
        assert [look(asked([BROKEN] * lost + [STEADY] * (100 - lost))).broad for lost in (0, 1, 2)] == [
            False,
            False,
            True,
        ]

    def test_generalises_where_its_contrast_does(self) -> None:
        """Cases that moved both ways say little about others."""
        up, down = Matched(Runs.binary(0, 9), Runs.binary(9, 9)), Matched(Runs.binary(9, 9), Runs.binary(0, 9))
        these = look(asked([up, down] * 10)).seen
        others = look(asked([up, down] * 10)._replace(generalise=True)).seen
        assert these
        assert others

        assert others.error == pytest.approx((20 / 19 / 20) ** 0.5)
        assert others.error > these.error

    def test_promises_nothing_of_runs_where_it_generalises(self) -> None:
        """However often these cases are asked, other cases may differ."""
        assert look(asked([STEADY, BROKEN] * 10)).times > 0
        assert look(asked([STEADY, BROKEN] * 10)._replace(generalise=True)).times == 0

    def test_takes_no_error_of_a_tree_that_never_varies(self) -> None:
        """Base's one run is all of it, so the candidate's alone are uncertain: a coin's 0.25 * 100 / 100**2 / 100."""
        found = look(asked([Matched(Runs.binary(1, 1), Runs.binary(1, 1))] * 100)._replace(exact=(True, False)))

        assert found.seen
        assert found.seen.error == pytest.approx(0.000025**0.5)

    def test_at_one_case_cannot_tell_of_cases_like_it(self) -> None:
        """A change that touches one case of a gate that generalises is undecided, and no crash."""
        assert look(asked([STEADY])._replace(generalise=True)).step is Step.MORE

    def test_at_answers_that_never_vary_is_certain(self) -> None:
        """A bound that the candidate's new pin, at temperature 0, meets in every case, where only base's pin varies."""
        goal = Matched(Runs.of([0.925]), Runs.binary(1, 1))

        assert look(asked([goal] * 20)._replace(exact=(True, True))).step is Step.PASS


class TestThePhases:
    CASES = (*[BROKEN] * 9, *[STEADY] * 91)

    def phases(self, ratio: float) -> tuple[Step, Step]:
        """Return where the screen stands at a ratio, and where fresh runs would, at an alpha of 0.2 %.

        The margin that gives the ratio is the root of a square: see `log_ratio`.
        """
        seen = look(asked([*self.CASES])).seen
        assert seen
        margin = sqrt(seen.value**2 - 2 * ratio * seen.error**2) - seen.value
        contrast = asked([*self.CASES], margin=margin, alpha=0.002)
        assert look(contrast).ratio == pytest.approx(ratio)
        return look(contrast).step, look(contrast, fresh=True).step

    @pytest.mark.parametrize(
        ("ratio", "expected"),
        [
            pytest.param(log(0.95 / 0.02) + 0.01, (Step.BLOCK, Step.BLOCK), id="sure enough for both"),
            pytest.param(log(0.95 / 0.02) - 0.01, (Step.BLOCK, Step.MORE), id="not quite sure"),
            pytest.param(log(0.95 / 0.1) + 0.01, (Step.BLOCK, Step.MORE), id="just suspected"),
            pytest.param(log(0.95 / 0.1) - 0.01, (Step.MORE, Step.MORE), id="not quite suspected"),
            pytest.param(log(0.05 / 0.9) + 0.01, (Step.MORE, Step.MORE), id="not quite passed"),
            pytest.param(log(0.05 / 0.9) - 0.01, (Step.PASS, Step.MORE), id="passed by the screen"),
            pytest.param(log(0.05 / 0.98) + 0.01, (Step.PASS, Step.MORE), id="not quite passed by both"),
            pytest.param(log(0.05 / 0.98) - 0.01, (Step.PASS, Step.PASS), id="harmless for both"),
        ],
    )
    def test_suspect_a_tenth_and_are_as_sure_of_that_as_the_gate_must_be(
        self, ratio: float, expected: tuple[Step, Step]
    ) -> None:
        """One in ten is screened out, and one in fifty of these blocked: together they are 0.2 %."""
        assert self.phases(ratio) == expected
