"""Groups on the same questions: planted gaps are found, and none is found where there is none."""

from collections.abc import Callable, Sequence
from itertools import combinations
from random import Random
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.compare.audit import benjamini_hochberg, holm, mcnemar
from harness.compare.contrast import FLIPS, MCNEMAR
from harness.compare.groups import SHOWN, compare_groups
from harness.compare.impact import FOUR_FIFTHS
from harness.core.fairness import Change, Conclusion, Contrast, Groups, Noise, PairOutcome


def pair(a: float, b: float, template: int = 0, groups: str = "ab") -> PairOutcome:
    """Return one pair of a template."""
    return PairOutcome(f"{template}{groups}", "slot", groups[0], groups[1], str(template), "hired", a, b)


def suite(lost: int, gained: int, alike: int) -> list[PairOutcome]:
    """Return pairs, one a template, of which so many favour either member."""
    answers = [(0.0, 1.0)] * lost + [(1.0, 0.0)] * gained + [(1.0, 1.0)] * alike
    return [pair(a, b, template) for template, (a, b) in enumerate(answers)]


def only(found: Groups) -> Contrast:
    """Return the one contrast."""
    (contrast,) = found.contrasts
    return contrast


def answered(dice: Random, rate: Callable[[str], float], groups: str, templates: int) -> list[PairOutcome]:
    """Return all pairs of groups that are answered by their rates."""
    found: list[PairOutcome] = []
    for template in range(templates):
        said = {group: float(dice.random() < rate(group)) for group in groups}
        found += [pair(said[a], said[b], template, a + b) for a, b in combinations(groups, 2)]
    return found


class TestAContrast:
    @pytest.mark.parametrize(
        ("lost", "gained", "alike", "conclusion"),
        [
            pytest.param(60, 0, 140, Conclusion.GAP, id="thirty points, one way"),
            pytest.param(10, 10, 380, Conclusion.EQUIVALENT, id="as many flips either way"),
            pytest.param(16, 2, 382, Conclusion.EQUIVALENT, id="a gap that is real and smaller than is tolerated"),
            pytest.param(30, 5, 165, Conclusion.UNDECIDED, id="a gap that is real and may be tolerable"),
            pytest.param(0, 0, 20, Conclusion.UNDECIDED, id="twenty pairs without a flip"),
            pytest.param(1, 0, 0, Conclusion.UNDECIDED, id="one pair"),
        ],
    )
    def test_is_found_by_its_interval(self, lost: int, gained: int, alike: int, conclusion: Conclusion) -> None:
        """A gap beyond what is tolerated, none beyond it, or neither shown."""
        assert only(compare_groups(suite(lost, gained, alike))).conclusion is conclusion

    def test_says_how_it_was_measured(self) -> None:
        """Of 100 pairs 12 favour B and 4 favour A."""
        found = only(compare_groups(suite(12, 4, 84)))

        assert (found.n, found.templates, found.flips, found.test) == (100, 100, 16, MCNEMAR)
        assert (found.rate_a, found.rate_b) == (0.88, 0.96)
        assert found.difference == pytest.approx(-0.08)
        assert found.low < -0.08 < found.high
        assert found.p == found.adjusted == found.exploratory == pytest.approx(mcnemar(12, 4))
        assert found.change is None

    def test_counts_templates_rather_than_pairs(self) -> None:
        """Forty names in each of five templates: not two hundred chances to be unfair, but five."""
        wide = [pair(0.0, 1.0, number % 5)._replace(case=str(number)) for number in range(200)]
        found = only(compare_groups(wide))

        assert (found.n, found.templates, found.test) == (200, 5, FLIPS)
        assert found.p == 2 / 2**5
        assert found.conclusion is Conclusion.UNDECIDED
        assert found.detectable is None

    def test_of_scores_flips_signs(self) -> None:
        """They neither pass nor fail."""
        found = only(compare_groups([pair(0.5, 0.5 + 0.001 * number, number) for number in range(1, 31)]))

        assert found.test == FLIPS
        assert found.p < 0.001
        assert found.conclusion is Conclusion.EQUIVALENT

    @given(st.lists(st.tuples(st.sampled_from([0.0, 0.5, 1.0]), st.sampled_from([0.0, 1.0])), min_size=1, max_size=9))
    def test_does_not_depend_on_who_comes_first(self, answers: list[tuple[float, float]]) -> None:
        """Nor on the order of the pairs; groups are in the order of their names."""
        pairs = [pair(a, b, place) for place, (a, b) in enumerate(answers)]
        turned = [one._replace(group_a="b", group_b="a", a=one.b, b=one.a) for one in pairs]

        assert compare_groups(turned[::-1]) == compare_groups(pairs)

    def test_names_a_gap_that_would_be_found_four_times_of_five(self) -> None:
        """Simulated: a true gap of the size that the first suite names, in suites like it."""
        dice, found = Random(5), 0
        first = only(compare_groups(suite(lost=8, gained=8, alike=184)))
        assert first.detectable
        for _ in range(300):
            rolls = [dice.random() for _ in range(200)]
            lost, gained = sum(roll < first.detectable + 0.04 for roll in rolls), sum(roll > 0.96 for roll in rolls)
            found += only(compare_groups(suite(lost, gained, 200 - lost - gained))).conclusion is Conclusion.GAP

        assert found / 300 == pytest.approx(0.80, abs=0.06)

    def test_adjusts_for_the_contrasts_of_its_slot_and_outcome(self) -> None:
        """By Holm; every contrast there is, by Benjamini and Hochberg."""
        dice = Random(1)
        pairs = answered(dice, lambda group: {"a": 0.9, "b": 0.6, "c": 0.8}[group], "abc", 60)
        pairs += [one._replace(outcome="invited") for one in answered(dice, lambda _: 0.5, "ab", 60)]
        found = compare_groups(pairs).contrasts
        hired = {one.group_a + one.group_b: one for one in found if one.outcome == "hired"}
        every = {f"{one.outcome}{one.group_a}{one.group_b}": one for one in found}

        assert {name: one.adjusted for name, one in hired.items()} == pytest.approx(
            holm({name: one.p for name, one in hired.items()})
        )
        assert {name: one.exploratory for name, one in every.items()} == pytest.approx(
            benjamini_hochberg({name: one.p for name, one in every.items()})
        )
        assert every["invitedab"].adjusted == every["invitedab"].p

    def test_among_others_would_have_to_be_larger_to_be_found(self) -> None:
        """What is looked for in three places is found in one of them by chance."""
        pairs = answered(Random(1), lambda _: 0.5, "abc", 60)
        alone = only(compare_groups([one for one in pairs if one.group_b == "b"], tolerance=0.001)).detectable
        (among,) = (one.detectable for one in compare_groups(pairs, tolerance=0.001).contrasts if one.group_b == "b")

        assert alone
        assert among
        assert among > alone * 1.05

    def test_that_gapes_comes_first(self) -> None:
        """Then what is undecided, then what is ruled out; the larger before the smaller."""
        pairs = suite(60, 0, 140)
        for slot, more in (
            ("b", suite(9, 9, 382)),
            ("c", suite(0, 0, 9)),
            ("d", suite(1, 0, 9)),
            ("e", suite(0, 90, 9)),
        ):
            pairs += [one._replace(slot=slot) for one in more]

        assert [one.slot for one in compare_groups(pairs).contrasts] == ["e", "slot", "d", "c", "b"]


class TestTheChangeAgainstBase:
    def test_is_that_of_the_gap(self) -> None:
        """Base favoured B in 10 of 50, the candidate in 30: 40 points more; a pair that is new is left out."""
        pairs = [one._replace(base_a=float(place >= 10), base_b=1.0) for place, one in enumerate(suite(30, 0, 20))] + [
            pair(1.0, 1.0, 99)
        ]
        found = only(compare_groups(pairs)).change

        assert found
        assert found.n == 50
        assert (found.base, found.value) == pytest.approx((-0.2, -0.4))
        assert found.low < -0.4 < found.high < 0
        assert found.p < 0.001

    def test_goes_from_one_end_to_the_other(self) -> None:
        """Base favoured A each time, and the candidate favours B: two hundred points."""
        found = only(compare_groups([one._replace(base_a=1.0, base_b=0.0) for one in suite(4, 0, 0)])).change

        assert found
        assert found.value == -2
        assert -2 <= found.low < -1

    def test_of_nothing_is_nothing(self) -> None:
        """A gap that was there before is no change, and no proof that there is none."""
        pairs = [one._replace(base_a=one.a, base_b=one.b) for one in suite(30, 0, 20)]
        found = only(compare_groups(pairs)).change

        assert found
        assert found == pytest.approx(Change(50, -0.6, 0.0, -found.high, found.high, 1.0))
        assert found.high > 0


class TestAllGroups:
    def test_are_compared_over_templates_that_all_of_them_answered(self) -> None:
        """And the others are counted."""
        pairs = answered(Random(3), lambda group: 0.95 if group == "a" else 0.3, "abcd", 25)
        (found,) = compare_groups([one for one in pairs if one.template != "7" or "d" not in one[2:4]]).across

        assert (found.groups, found.templates, found.left_out, found.exact) == (("a", "b", "c", "d"), 24, 1, False)
        assert found.p < 0.001

    def test_that_are_always_treated_alike_differ_in_nothing(self) -> None:
        """Q of no disagreement is nought."""
        (found,) = compare_groups(suite(0, 0, 9)).across

        assert (found.q, found.p) == (0.0, 1.0)

    def test_have_ratios_against_the_best(self) -> None:
        """One group is hired three times of ten, the others nine."""
        found = compare_groups(answered(Random(4), lambda group: 0.3 if group == "b" else 0.9, "abc", 60)).ratios

        assert {one.best for one in found} <= {"a", "c"}
        assert found[0].group == "b"
        assert [one.below for one in found] == [True, False]
        assert found[0].high < FOUR_FIFTHS


class TestTheNoiseFloor:
    def test_is_how_often_members_of_one_group_differ(self) -> None:
        """Three of forty; a control is no contrast, no ratio and no flip."""
        controls = [pair(1.0, float(place >= 3), place, "aa") for place in range(40)]
        found = compare_groups(controls)

        assert found == Groups(noise=(Noise("slot", "hired", 40, 3, found.noise[0].low, found.noise[0].high),))
        assert found.noise[0].low < 3 / 40 < found.noise[0].high


class TestTheLargestFlips:
    def test_are_those_that_are_new(self) -> None:
        """The largest first; of equal ones, those that base did not know."""
        known = [one._replace(base_a=0.0, base_b=1.0) for one in suite(3, 0, 0)]
        fresh = [one._replace(case=f"new{one.case}", base_a=1.0, base_b=1.0) for one in suite(2, 0, 0)]
        small = [pair(0.5, 0.25, 77), pair(0.5, 0.5, 78)]
        found = compare_groups([*small, *known, *fresh]).flips

        assert [one.case for one in found] == ["new0ab", "new1ab", "0ab", "1ab", "2ab", "77ab"]

    def test_are_a_few(self) -> None:
        """Ten tell enough."""
        assert len(compare_groups(suite(50, 0, 0)).flips) == SHOWN == 10

    def test_keep_each_text_with_its_group(self) -> None:
        """Though the groups change places."""
        one = pair(1.0, 0.0, groups="ba")._replace(text_a="of b", text_b="of a", base_a=0.25, base_b=0.75)
        (found,) = compare_groups([one]).flips

        assert (found.group_a, found.text_a, found.a, found.base_a) == ("a", "of a", 0.0, 0.75)
        assert (found.group_b, found.text_b, found.b, found.base_b) == ("b", "of b", 1.0, 0.25)


class TestOutcomes:
    @pytest.mark.parametrize(
        "bad", [pair(1.1, 0.0), pair(0.0, -0.1), pair(0.0, 0.0)._replace(base_a=2.0), pair(0, 0)._replace(base_b=-1.0)]
    )
    def test_are_shares(self, bad: PairOutcome) -> None:
        """A length or a price in here would make nonsense of every interval."""
        with pytest.raises(ValueError, match=f"{bad.case}: `hired` is outside"):
            compare_groups([bad])

    def test_that_nobody_has_show_nothing(self) -> None:
        """No pair, no conclusion."""
        assert compare_groups([]) == Groups()


def alarms(rate: float, runs: int) -> tuple[float, float, float]:
    """Return how often the plain rule, the impact ratios and the contrasts find bias among six groups without any."""
    dice = Random(2)
    plain: list[bool] = []
    ratios: list[bool] = []
    gaps: list[bool] = []
    for _ in range(runs):
        found = compare_groups(answered(dice, lambda _: rate, "abcdef", 50))
        plain.append(any(one.ratio < FOUR_FIFTHS for one in found.ratios))
        ratios.append(any(one.below for one in found.ratios))
        gaps.append(any(one.conclusion is Conclusion.GAP for one in found.contrasts))
    return share(plain), share(ratios), share(gaps)


def share(found: Sequence[bool]) -> float:
    """Return how many are true."""
    return fmean(map(float, found))


class TestSixGroupsWithoutBias:
    @pytest.mark.slow
    @pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
    def test_raise_an_alarm_in_one_of_twenty_suites_at_most(self, rate: float) -> None:
        """400 suites of fifty templates; the plain four-fifths rule would accuse nearly every fair model of them."""
        plain, ratios, gaps = alarms(rate, 400)

        assert ratios <= 0.05
        assert gaps <= 0.05
        assert plain >= 0.8 or rate == 0.9

    def test_hardly_ever_raise_one(self) -> None:
        """The same in fewer suites: the plain rule's 86 in 100, and next to none."""
        plain, ratios, gaps = alarms(0.5, 100)

        assert plain == pytest.approx(0.86, abs=0.08)
        assert ratios <= 0.05
        assert gaps <= 0.05
