"""Contrasts: of which runs the gates ask, how their alpha is parted, and when another wave is worth its price."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.compare.difference import difference
from harness.compare.look import look
from harness.core.judged import Repeated
from harness.core.runs import Contrast, Look, Matched, Runs, Step
from harness.core.score import CaseResult
from harness.gate.bench import Noise
from harness.gate.contrasts import Form, Point, contrasts, margin_of, suspects, unsettled, weighs
from tests.gate.repeats import BENCH, GATE, KEPT, LOST, NOISE, UNABLE, results, said

ALL, GERMAN = Point("right", "", Form.TODAY), Point("right", "german", Form.TODAY)
KNOWN, REDEFINED = ALL._replace(form=Form.KNOWN), ALL._replace(form=Form.REDEFINED)
BOUND = ALL._replace(form=Form.BOUND)
SLICED = replace(BENCH, gates=[replace(GATE, slices=("german",))])
BOUNDED = replace(BENCH, gates=[replace(GATE, at_least=0.9)], absolute=True)
ALONE = replace(BOUNDED, paired=False)
EDITED = KEPT._replace(change="edited", old_base=results(2, 3), old_candidate=results(0, 1))
ADDED = KEPT._replace(change="added", base=results(3, 3))

runs = st.integers(0, 4).flatmap(lambda count: st.integers(0, count).map(lambda passes: results(passes, count)))
repeated = st.builds(
    KEPT._replace,
    change=st.sampled_from(["same", "added", "removed", "edited"]),
    tags=st.sets(st.sampled_from(["german", "late"])).map(frozenset),
    own=st.booleans(),
    base=runs,
    candidate=runs,
    old_base=runs,
    old_candidate=runs,
    fresh_base=runs,
    fresh_candidate=runs,
)
tables = st.lists(repeated, max_size=5)
EVERYTHING = replace(BENCH, gates=[replace(GATE, at_least=0.9, slices=("german", "late"))], absolute=True)


def matched(base: tuple[int, int], candidate: tuple[int, int]) -> Matched:
    """Return a case by how many of its runs passed on either tree."""
    return Matched(Runs.binary(*base), Runs.binary(*candidate))


class TestAGate:
    def test_asks_whether_its_mean_fell_by_its_margin(self) -> None:
        """One question, about every case, with all of the gate's alpha."""
        assert contrasts([KEPT, LOST], BENCH, NOISE) == {
            ALL: Contrast([matched((10, 10), (1, 1)), matched((10, 10), (0, 6))], margin=0.05, alpha=0.012)
        }

    def test_asks_once_more_by_the_fresh_runs_alone(self) -> None:
        """What led to the suspicion is what was asked about, and no evidence."""
        case = LOST._replace(fresh_base=results(2, 3), fresh_candidate=results(1, 2))

        assert contrasts([case], BENCH, NOISE, fresh=True)[ALL].cases == [matched((2, 3), (1, 2))]

    def test_leaves_runs_out_that_did_not_measure_its_metric(self) -> None:
        """A scorer that was unable is no failure."""
        case = KEPT._replace(candidate=[*results(1, 2), UNABLE])

        assert contrasts([case], BENCH, NOISE)[ALL].cases == [matched((10, 10), (1, 2))]

    def test_asks_of_the_metric_that_it_names(self) -> None:
        """By its scores, which need not be passes."""
        bench = replace(BENCH, gates=[replace(GATE, metric="tone")])
        toned = [CaseResult(passed=True, metrics={"pass": 1.0, "tone": tone}) for tone in (0.5, 0.25)]

        found = contrasts([KEPT._replace(base=toned, candidate=toned[:1])], bench, NOISE)

        assert found[ALL].cases == [Matched(Runs.of([0.5, 0.25]), Runs.of([0.5]))]

    def test_says_whether_it_is_about_cases_like_these(self) -> None:
        """A contrast without it would promise too much."""
        bench = replace(BENCH, gates=[replace(GATE, generalise=True)])

        assert contrasts([KEPT], bench, NOISE)[ALL].generalise

    def test_says_which_tree_never_varies(self) -> None:
        """So that one run of that tree is taken for all of it."""
        assert contrasts([KEPT], BENCH, NOISE._replace(exact=(False, True)))[ALL].exact == (False, True)

    def test_asks_beside_others(self) -> None:
        """Each by its own name, margin and share."""
        bench = replace(BENCH, gates=[GATE, replace(GATE, name="strict", margin=0.02)])

        found = contrasts([KEPT], bench, Noise({"right": (0.01, 0.0), "strict": (0.004, 0.0)}))

        assert {point.gate: (asked.margin, asked.alpha) for point, asked in found.items()} == {
            "right": (0.05, 0.01),
            "strict": (0.02, 0.004),
        }

    def test_asks_nothing_of_a_pair_that_has_no_base(self) -> None:
        """There is nothing to compare with, and no bound."""
        assert contrasts([KEPT], replace(ALONE, gates=[GATE]), NOISE) == {}

    @given(tables, st.data())
    def test_asks_the_same_in_whatever_order_the_cases_are(self, cases: list[Repeated], data: st.DataObject) -> None:
        """Files are sorted by people."""
        shuffled = data.draw(st.permutations(cases))
        here, there = (contrasts(listed, EVERYTHING, NOISE) for listed in (cases, shuffled))

        assert here.keys() == there.keys()
        assert all(sorted(here[point].cases) == sorted(there[point].cases) for point in here)

    @given(
        cases=tables,
        alike=st.lists(repeated.map(lambda case: case._replace(alike=True)), max_size=4),
        fresh=st.booleans(),
    )
    def test_sees_no_difference_in_a_case_that_both_trees_ask_alike(
        self, *, cases: list[Repeated], alike: list[Repeated], fresh: bool
    ) -> None:
        """It has its part in the mean, but whatever differs there is chance: the other cases alone move it."""
        bench = replace(EVERYTHING, absolute=False)

        for point, contrast in contrasts([*alike, *cases], bench, NOISE, fresh=fresh).items():
            found = difference(contrast.cases)
            without = difference([case for case in contrast.cases if not case.alike])
            told = sum(bool(case.base.n and case.candidate.n) for case in contrast.cases)
            moving = sum(bool(case.base.n and case.candidate.n) for case in contrast.cases if not case.alike)

            assert (found is None) == (without is None), point
            if found and without:
                assert found.value == pytest.approx(without.value * moving / told)

    def test_counts_cases_that_share_their_answers_as_one(self) -> None:
        """Four ways to look at one answer are one answer, of the weight of four; each answer's score is their mean."""
        good, bad = KEPT._replace(asked="a"), LOST._replace(asked="a", base=results(10, 10), candidate=results(0, 1))

        found = contrasts([good, bad, good, good, KEPT._replace(asked="b")], BENCH, NOISE)

        shared, other = next(iter(found.values())).cases
        assert (shared.base, shared.candidate) == (Runs.binary(10, 10), Runs.of([0.75]))
        assert (shared.weight, other.weight) == (4.0, 1.0)


class TestASlice:
    def test_asks_of_the_cases_with_its_tag(self) -> None:
        """With its own share, and a margin that few cases can show."""
        tagged = LOST._replace(tags=frozenset({"german", "late"}))

        found = contrasts([KEPT, tagged], SLICED, NOISE)

        assert list(found) == [ALL, GERMAN]
        assert found[GERMAN] == Contrast([matched((10, 10), (0, 6))], margin=0.2, alpha=0.003)
        assert len(found[ALL].cases) == 2

    @pytest.mark.parametrize(
        ("margin", "own", "tag", "expected"),
        [
            pytest.param(0.05, None, "", 0.05, id="all cases"),
            pytest.param(0.05, 0.1, "", 0.05, id="all cases, though slices have one of their own"),
            pytest.param(0.05, None, "german", 0.2, id="20 points"),
            pytest.param(0.25, None, "german", 0.25, id="never less than the gate's"),
            pytest.param(0.05, 0.1, "german", 0.1, id="its own"),
            pytest.param(0.25, 0.1, "german", 0.1, id="its own, though it is less"),
        ],
    )
    def test_has_a_margin_of_its_own(self, margin: float, own: float | None, tag: str, expected: float) -> None:
        """Named by the gate, else 20 points."""
        assert margin_of(replace(GATE, margin=margin, slice_margin=own), tag) == expected


class TestAddedCases:
    def test_are_left_out_of_a_second_question(self) -> None:
        """They could hide a loss among those that base knows; the first question counts them like any other."""
        found = contrasts([LOST, ADDED], BENCH, NOISE)

        assert {point: len(asked.cases) for point, asked in found.items()} == {ALL: 2, KNOWN: 1}
        assert found[KNOWN].cases == [matched((10, 10), (0, 6))]

    def test_are_left_out_of_the_second_fresh_question_too(self) -> None:
        """It is the suspected one."""
        case = ADDED._replace(fresh_base=results(1, 1), fresh_candidate=results(1, 1))

        found = contrasts([LOST, case], BENCH, NOISE, fresh=True)

        assert found[KNOWN].cases == [matched((6, 6), (0, 6))]

    def test_halve_the_alpha_of_either_question(self) -> None:
        """Each of the two may block."""
        found = contrasts([LOST, ADDED], BENCH, NOISE)

        assert [asked.alpha for asked in found.values()] == [0.006, 0.006]

    @given(st.integers(1, 200))
    def test_cannot_hide_a_loss(self, added: int) -> None:
        """However many easy ones there are: what base knows is asked about by itself."""
        known = [LOST] * 10 + [KEPT] * 10

        with_them, without = (contrasts(cases, BENCH, NOISE) for cases in ([*known, *[ADDED] * added], known))

        assert with_them[KNOWN].cases == without[ALL].cases
        assert look(with_them[KNOWN]) == look(without[ALL])
        assert look(with_them[KNOWN]).step is Step.BLOCK


class TestEditedCases:
    def test_are_asked_about_in_the_form_that_base_knows(self) -> None:
        """Beside those that were not edited, and without those that base does not have."""
        found = contrasts([KEPT, EDITED, ADDED], BENCH, NOISE)

        assert list(found) == [ALL, KNOWN, REDEFINED]
        assert found[REDEFINED].cases == [matched((10, 10), (1, 1)), matched((2, 3), (0, 1))]
        assert found[ALL].cases == [matched((10, 10), (1, 1))] * 2 + [matched((3, 3), (1, 1))]

    def test_cost_no_alpha(self) -> None:
        """Their old form is for people to decide, and blocks nothing."""
        assert [asked.alpha for asked in contrasts([EDITED], BENCH, NOISE).values()] == [0.012, 0.012]

    def test_are_not_asked_about_again(self) -> None:
        """Nothing that could block rests on their old form."""
        assert list(contrasts([EDITED], BENCH, NOISE, fresh=True)) == [ALL]


class TestABound:
    def test_asks_of_the_candidate_s_own_cases(self) -> None:
        """Half a margin above the bound there is no harm, a margin below that there is."""
        removed, toneless = KEPT._replace(own=False), KEPT._replace(measures=frozenset({"tone"}))
        case = KEPT._replace(candidate=results(1, 2))

        found = contrasts([case, removed, toneless], ALONE, NOISE)

        assert found == {
            BOUND: Contrast(
                [Matched(Runs.of([0.925]), Runs.binary(1, 2))],
                margin=0.05,
                alpha=0.012,
                exact=(True, False),
                bound=True,
            )
        }

    def test_counts_a_case_that_both_trees_ask_alike(self) -> None:
        """It is about the candidate, whatever changed."""
        assert len(contrasts([KEPT._replace(alike=True)], ALONE, NOISE)[BOUND].cases) == 1

    def test_counts_a_case_that_nobody_can_tell_as_failed(self) -> None:
        """Never guessed in its favour."""
        found = contrasts([KEPT, KEPT._replace(candidate=[UNABLE])], ALONE, NOISE)

        assert [case.candidate for case in found[BOUND].cases] == [Runs.binary(1, 1), Runs.binary(0, 1)]

    def test_has_nothing_to_hold_where_nobody_can_tell_any(self) -> None:
        """No evidence, rather than failure all over."""
        assert contrasts([KEPT._replace(candidate=[UNABLE])] * 3, ALONE, NOISE)[BOUND].cases == []

    def test_is_asked_again_by_the_fresh_runs(self) -> None:
        """Of the candidate alone."""
        found = contrasts([LOST._replace(fresh_candidate=results(2, 3))], ALONE, NOISE, fresh=True)

        assert [case.candidate for case in found[BOUND].cases] == [Runs.binary(2, 3)]

    def test_shares_alpha_with_the_comparison(self) -> None:
        """Each of the two may block; slices have a share of their own."""
        bench = replace(BOUNDED, gates=[replace(BOUNDED.gates[0], slices=("german",))])

        found = contrasts([KEPT], bench, NOISE)

        assert {point: asked.alpha for point, asked in found.items()} == {ALL: 0.006, GERMAN: 0.003, BOUND: 0.006}

    @pytest.mark.parametrize("exact", [False, True])
    def test_never_varies_and_the_candidate_may(self, *, exact: bool) -> None:
        """The bound takes base's place, whether or not base's own answers vary."""
        found = contrasts([KEPT], BOUNDED, NOISE._replace(exact=(False, exact)))

        assert (found[BOUND].exact, found[ALL].exact) == ((True, exact), (False, exact))

    def test_is_held_only_where_absolute_bounds_are_judged(self) -> None:
        """A change is compared, not held against a bound that base may miss too."""
        assert list(contrasts([KEPT], replace(BOUNDED, absolute=False), NOISE)) == [ALL]


class TestAlpha:
    @given(cases=tables, fresh=st.booleans())
    def test_is_shared_out_and_never_exceeded(self, *, cases: list[Repeated], fresh: bool) -> None:
        """What may block, over all forms and slices, adds up to what the gate was given."""
        found = contrasts(cases, EVERYTHING, NOISE, fresh=fresh)
        shares = [asked.alpha for point, asked in found.items() if point.form is not Form.REDEFINED]

        assert sum(shares) == pytest.approx(0.012 + 2 * 0.003)


class TestAGuard:
    @pytest.mark.parametrize(
        ("point", "expected"),
        [
            (ALL, False),
            (KNOWN, False),
            (BOUND, False),
            (GERMAN, True),
            (REDEFINED, True),
            (GERMAN._replace(form=Form.REDEFINED), True),
        ],
    )
    def test_is_a_slice_or_an_old_form(self, point: Point, *, expected: bool) -> None:
        """Which need not be shown to be harmless."""
        assert point.guard is expected


class TestWeighing:
    @pytest.mark.parametrize(
        ("point", "cases", "expected"),
        [(ALL, 9, False), (ALL, 10, True), (BOUND, 9, False), (GERMAN, 4, False), (GERMAN, 5, True)],
    )
    def test_needs_ten_cases_or_five_of_a_slice(self, point: Point, cases: int, *, expected: bool) -> None:
        """A mean over fewer says too little."""
        assert weighs(point, said(Step.PASS, cases=cases)) is expected

    def test_needs_a_case_that_ran_on_both_trees(self) -> None:
        """Nothing was seen."""
        assert not weighs(GERMAN, Look(Step.MORE))


class TestAnotherWave:
    @pytest.mark.parametrize(
        ("looks", "expected"),
        [
            pytest.param({}, False, id="nothing is asked"),
            pytest.param({ALL: said(Step.MORE)}, True, id="the mean is open"),
            pytest.param({ALL: said(Step.PASS)}, False, id="the mean is harmless"),
            pytest.param({ALL: said(Step.BLOCK)}, False, id="the mean is suspected"),
            pytest.param({ALL: said(Step.MORE, cases=9)}, False, id="more runs make no more cases"),
            pytest.param({ALL: Look(Step.MORE)}, False, id="no case ran"),
            pytest.param({ALL: said(Step.PASS), KNOWN: said(Step.MORE)}, True, id="one of two means is open"),
            pytest.param({ALL: said(Step.BLOCK), KNOWN: said(Step.MORE)}, True, id="beside a suspected one too"),
            pytest.param({GERMAN: said(Step.MORE, ratio=0.1)}, True, id="a slice leans to harm"),
            pytest.param({GERMAN: said(Step.MORE, ratio=0.0)}, False, id="a slice leans nowhere"),
            pytest.param({GERMAN: said(Step.MORE, ratio=-0.1)}, False, id="a slice leans to none"),
            pytest.param({GERMAN: said(Step.PASS, ratio=0.1)}, False, id="a slice is decided"),
            pytest.param({GERMAN: said(Step.MORE, ratio=0.1, cases=4)}, False, id="a slice is too small"),
            pytest.param(
                {ALL: said(Step.BLOCK), GERMAN: said(Step.MORE, ratio=0.1)}, False, id="the suspicion is asked first"
            ),
        ],
    )
    def test_is_worth_its_price_while_something_is_open(self, looks: dict[Point, Look], *, expected: bool) -> None:
        """A mean until it is decided; a slice only while it leans to harm and nothing else is suspected."""
        assert unsettled(looks) is expected


class TestASuspicion:
    @pytest.mark.parametrize(
        ("point", "look", "expected"),
        [
            pytest.param(ALL, said(Step.BLOCK), [ALL], id="of the mean"),
            pytest.param(GERMAN, said(Step.BLOCK, cases=5), [GERMAN], id="of a slice"),
            pytest.param(BOUND, said(Step.BLOCK), [BOUND], id="of the bound"),
            pytest.param(REDEFINED, said(Step.BLOCK), [], id="the old form is for people"),
            pytest.param(ALL, said(Step.BLOCK, cases=9), [], id="too few cases"),
            pytest.param(ALL, said(Step.MORE), [], id="an open one"),
            pytest.param(ALL, said(Step.PASS), [], id="a harmless one"),
        ],
    )
    def test_is_what_could_block(self, point: Point, look: Look, expected: list[Point]) -> None:
        """And is therefore asked again."""
        assert suspects({point: look}) == expected
