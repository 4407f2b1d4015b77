"""What requests cost and take, as checks: the sentence, the outcome, and what may not block."""

from dataclasses import replace

import pytest

from harness.core.pair import Pair
from harness.core.policy import Gate, SuitePolicy
from harness.core.runs import Step
from harness.core.spending import Asked, Growth, Level
from harness.core.verdict import Check, Comparison, Outcome, Rule
from harness.gate.bench import Bench, Noise
from harness.gate.spending import bound_of, judge_spending

COST = Gate("cheap", "budget", metric="cost", margin=0.10, at_most=0.5)
OUT = Gate("short", "budget", metric="output-tokens", margin=0.10, at_most=80.0)
FAST = Gate("fast", "budget", metric="latency-p95", margin=0.10)


def never(_base: object, _candidate: object) -> Comparison:
    """Compare nothing: no gate of the budget is about scores."""
    raise AssertionError


def bench(*gates: Gate, paired: bool = True, absolute: bool = False, unproven: str = "") -> Bench:
    """Return what a prompt's spending is judged by."""
    noise = Noise({gate.name: (0.002, 0.0) for gate in gates}, unproven=unproven)
    return Bench(Pair("budget", "desk"), gates, SuitePolicy("budget"), never, paired, absolute, noise)


def check(gate: Gate, asked: Asked, on: Bench | None = None) -> Check:
    """Return the one check of a gate."""
    (found,) = judge_spending({gate.name: asked}, on or bench(gate))
    return found


def growth(step: Step, value: float = 0.2, around: float = 0.0) -> Growth:
    """Return a growth from 0.36, with an interval around it where there is one."""
    return Growth(step, 0.36, 0.36 * (1 + value), value, value - around, value + around, 20)


class TestAGrowth:
    @pytest.mark.parametrize(
        ("seen", "outcome", "told"),
        [
            pytest.param(
                growth(Step.BLOCK),
                Outcome.BLOCKED,
                "$0.360 -> $0.432 per 1,000 requests (+20.0%) on 20 cases: the growth reaches the margin of 10.0%",
                id="by the margin",
            ),
            pytest.param(
                growth(Step.PASS, -0.2),
                Outcome.PASSED,
                "$0.360 -> $0.288 per 1,000 requests (-20.0%) on 20 cases: it stays within the margin of 10.0%",
                id="none",
            ),
            pytest.param(
                growth(Step.MORE, 0.05, 0.08),
                Outcome.INCONCLUSIVE,
                "$0.360 -> $0.378 per 1,000 requests (+5.0%, 95% CI -3.0% to +13.0%) on 20 cases: a growth by the "
                "margin of 10.0% is neither shown nor ruled out",
                id="that nobody knows",
            ),
        ],
    )
    def test_says_how_much_and_what_follows(self, seen: Growth, outcome: Outcome, told: str) -> None:
        """To the character, with all that was weighed."""
        found = check(COST, Asked(growth=seen))

        assert (found.outcome, found.rule, found.reason) == (outcome, Rule.SPENDING, told)
        assert (found.gate, found.metric, found.n, found.margin) == ("cheap", "cost", 20, 0.10)
        assert (found.base, found.candidate) == (seen.base, seen.candidate)
        assert (found.low, found.high) == ((seen.low, seen.high) if seen.low < seen.high else (None, None))

    @pytest.mark.parametrize(
        ("gate", "told"),
        [
            (OUT, "50.0 -> 1,250.0 output tokens a request"),
            (replace(OUT, metric="input-tokens"), "50.0 -> 1,250.0 input tokens a request"),
            (FAST, "50.00 s -> 1250.00 s for 95 % of the requests"),
        ],
    )
    def test_has_the_unit_of_its_metric(self, gate: Gate, told: str) -> None:
        """A number without a unit is none."""
        found = check(gate, Asked(growth=Growth(Step.BLOCK, 50.0, 1250.0, 24.0, 24.0, 24.0, 1)))

        number = "call" if gate is FAST else "case"
        assert found.reason.startswith(f"{told} (+2,400.0%) on 1 {number}: ".replace("2,400", "2400"))

    def test_that_is_estimated_blocks_nothing_unproven(self) -> None:
        """As everywhere; what is no estimate needs no proof."""
        on = bench(COST, unproven="there is no selftest")

        estimated = check(COST, Asked(growth=growth(Step.BLOCK), exact=False), on)

        assert (estimated.outcome, estimated.reason[:20]) == (Outcome.INCONCLUSIVE, "would block: $0.360 ")
        assert check(COST, Asked(growth=growth(Step.BLOCK), exact=True), on).outcome is Outcome.BLOCKED
        assert check(COST, Asked(growth=growth(Step.BLOCK), exact=False)).outcome is Outcome.BLOCKED

    def test_of_the_mean_hides_no_runaway(self) -> None:
        """One answer that never ends costs more than the mean of all tells."""
        found = check(OUT, Asked(growth=growth(Step.PASS), runaways=2))

        assert found.outcome is Outcome.INCONCLUSIVE
        assert found.reason.endswith(
            "but 2 calls took more than five times what the case ever took on base: read the answers"
        )

    def test_that_is_shown_needs_no_runaway(self) -> None:
        """What blocks, blocks."""
        assert check(OUT, Asked(growth=growth(Step.BLOCK), runaways=2)).outcome is Outcome.BLOCKED


class TestABound:
    @pytest.mark.parametrize(
        ("seen", "outcome", "told"),
        [
            pytest.param(
                Level(Step.BLOCK, 0.6, 0.6, 0.6, 20),
                Outcome.BLOCKED,
                "$0.600 per 1,000 requests on 20 cases exceeds the bound of $0.500",
                id="exceeded",
            ),
            pytest.param(
                Level(Step.PASS, 0.4, 0.4, 0.4, 20),
                Outcome.PASSED,
                "$0.400 per 1,000 requests on 20 cases keeps to the bound of $0.500",
                id="kept to",
            ),
            pytest.param(
                Level(Step.MORE, 0.4, -0.1, 0.9, 1),
                Outcome.INCONCLUSIVE,
                "$0.400 per 1,000 requests (95% CI $0.00 to $0.900) on 1 case: whether it keeps to the bound of $0.500 "
                "is not shown",
                id="not known",
            ),
        ],
    )
    def test_says_what_is_taken_and_what_follows(self, seen: Level, outcome: Outcome, told: str) -> None:
        """To the character; money below nothing there is none."""
        found = check(COST, Asked(level=seen))

        assert (found.outcome, found.rule, found.reason) == (outcome, Rule.SPENDING, told)
        assert (found.candidate, found.at_most, found.n) == (seen.value, 0.5, seen.n)
        assert (found.low, found.high) == ((seen.low, seen.high) if seen.low < seen.high else (None, None))

    @pytest.mark.parametrize("step", [Step.BLOCK, Step.MORE])
    def test_that_base_exceeds_too_is_not_of_this_change(self, step: Step) -> None:
        """Who changes a comma need not make a prompt cheap that never was."""
        asked = Asked(level=Level(step, 0.6, 0.6, 0.6, 20), base=0.55)

        found = check(COST, asked)

        assert found.outcome is Outcome.PASSED
        assert found.reason.endswith("on 20 cases is above the bound of $0.500, and so is base with $0.550")
        assert check(COST, asked, bench(COST, absolute=True)).outcome is not Outcome.PASSED
        assert check(COST, asked._replace(base=0.5)).outcome is not Outcome.PASSED

    def test_that_is_estimated_blocks_nothing_unproven(self) -> None:
        """As a growth."""
        asked = Asked(level=Level(Step.BLOCK, 0.6, 0.55, 0.65, 20), exact=False)

        assert check(COST, asked, bench(COST, unproven="no proof")).outcome is Outcome.INCONCLUSIVE
        assert check(COST, asked).outcome is Outcome.BLOCKED

    def test_of_latency_is_two_seconds_unless_a_gate_names_another(self) -> None:
        """Nobody waits longer gladly."""
        assert (bound_of(FAST), bound_of(replace(FAST, at_most=5.0))) == (2.0, 5.0)
        assert (bound_of(OUT), bound_of(replace(OUT, at_most=None))) == (80.0, None)
        found = check(FAST, Asked(level=Level(Step.BLOCK, 3.0, 3.0, 3.0, 40)))

        assert found.reason == "3.00 s for 95 % of the requests on 40 calls exceeds the bound of 2.00 s"


class TestAPair:
    def test_has_a_check_for_each_thing_that_was_asked(self) -> None:
        """The growth first, then the bound, gate after gate."""
        asked = {
            "cheap": Asked(growth=growth(Step.PASS), level=Level(Step.PASS, 0.4, 0.4, 0.4, 20)),
            "short": Asked(missing="the price is unknown"),
        }

        found = judge_spending(asked, bench(COST, OUT))

        assert [(one.gate, one.outcome) for one in found] == [
            ("cheap", Outcome.PASSED),
            ("cheap", Outcome.PASSED),
            ("short", Outcome.INCONCLUSIVE),
        ]
        assert found[2].reason == "the price is unknown"

    def test_that_nothing_judges_says_so(self) -> None:
        """Without a base and without a bound there is nothing to hold it against."""
        gate = replace(COST, at_most=None)

        found = check(gate, Asked(), bench(gate, paired=False, absolute=True))

        assert (found.outcome, found.rule) == (Outcome.INCONCLUSIVE, Rule.UNJUDGED)
        assert found.reason == "its gates have no `at_most`, so nothing judges it without a base"

    def test_whose_latency_is_for_information_has_no_check(self) -> None:
        """A notice tells it; an answer of last week says nothing of today's speed."""
        assert judge_spending({"fast": Asked(advisory="1.20 s")}, bench(FAST)) == []
