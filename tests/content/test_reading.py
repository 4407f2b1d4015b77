"""The suite `budget` of `params.yaml`: what it reads, and the keys that its gates take."""

import pytest

from harness.content.params import read_params
from harness.core.errors import ContentError
from harness.core.policy import Policy, Reading

PINS = "models:\n  r: {provider: embedded, model: reader, revision: '1'}\n"
SUITES = f"{PINS}suites:\n  regression: {{}}\n  budget: {{from: [regression]}}\ngates:\n"


def policy_of(text: str) -> Policy:
    """Return the policy of a file."""
    return read_params(text.encode(), version="").policy


def error_of(text: str) -> str:
    """Return what the reader says against a file, without the name of the file."""
    with pytest.raises(ContentError) as found:
        read_params(text.encode(), version="")
    return str(found.value).removeprefix("error: params.yaml")


class TestTheBudget:
    def test_reads_other_suites_for_a_declared_traffic(self) -> None:
        """Money is whole micro-USD from here on; a suite that is named twice is read once."""
        terms = "from: [regression, regression], monthly_requests: {desk: 200000}, monthly_usd: 0.5, turns: 3"

        found = policy_of(f"{PINS}suites: {{regression: {{}}, budget: {{{terms}}}}}\n").reading

        assert found == Reading(("regression",), {"desk": 200_000}, 500_000, 3.0)
        assert found.origin.line == 3

    def test_declares_nothing_by_itself(self) -> None:
        """No traffic, no limit, and a request is a conversation."""
        assert policy_of(SUITES.removesuffix("gates:\n")).reading == Reading(("regression",), {}, None, 1.0)
        assert policy_of(f"{PINS}suites: {{regression: {{}}}}\n").reading is None

    @pytest.mark.parametrize(
        ("suites", "told"),
        [
            pytest.param(
                "regression: {}\n  budget: {}",
                ":5: the suite `budget` has no cases: it needs `from`\n\nhint: write `from: [regression]`",
                id="reads nothing",
            ),
            pytest.param(
                "regression: {}\n  budget: {from: [regresion]}",
                ":5: the budget reads suite `regresion`, which `suites:` does not have; did you mean `regression`?"
                "\n\nhint: suites: regression",
                id="a misspelt suite",
            ),
            pytest.param(
                "budget: {from: [budget]}",
                ":4: the budget reads suite `budget`, which `suites:` does not have\n\nhint: suites: none",
                id="itself",
            ),
            pytest.param(
                "regression: {from: [regression]}",
                ":4: `from` has no meaning for suite `regression`\n\nhint: it is for: budget",
                id="another suite that reads",
            ),
            pytest.param(
                "regression: {turns: 2}",
                ":4: `turns` has no meaning for suite `regression`\n\nhint: it is for: budget",
                id="another suite with traffic",
            ),
        ],
    )
    def test_says_what_is_wrong_and_where(self, suites: str, told: str) -> None:
        """With its line, and what is near."""
        assert error_of(f"{PINS}suites:\n  {suites}\n") == told


class TestItsGates:
    def test_catch_a_growth_by_a_tenth_unless_they_name_another(self) -> None:
        """A drop of quality by a tenth would be much; a growth of cost by a twentieth is nothing."""
        gates = "  a: {suite: budget, metric: cost, at_most: 0.5}\n  b: {suite: budget, metric: cost, margin: 0.2}\n"

        found = policy_of(f"{SUITES}{gates}  c: {{suite: regression}}\n").gates

        assert [(gate.margin, gate.at_most) for gate in found] == [(0.10, 0.5), (0.2, None), (0.05, None)]

    @pytest.mark.parametrize(
        ("gate", "told"),
        [
            pytest.param(
                "{suite: budget}",
                ":7: gate `g` of the suite `budget` needs a `metric`\n\n"
                "hint: metrics: cost, input-tokens, output-tokens, latency-p95",
                id="no metric",
            ),
            pytest.param(
                "{suite: budget, metric: costs}",
                ":7: gate `g`: the budget has no metric `costs`; did you mean `cost`?\n\n"
                "hint: metrics: cost, input-tokens, output-tokens, latency-p95",
                id="a misspelt metric",
            ),
            pytest.param(
                "{suite: budget, metric: cost, at_least: 0.5}",
                ":7: gate `g`: `at_least` has no meaning for the suite `budget`\n\n"
                "hint: it takes `metric`, `margin` and `at_most`",
                id="a bound the wrong way",
            ),
            pytest.param(
                "{suite: budget, metric: cost, slices: [german]}",
                ":7: gate `g`: `slices` has no meaning for the suite `budget`\n\n"
                "hint: it takes `metric`, `margin` and `at_most`",
                id="slices",
            ),
            pytest.param(
                "{suite: regression, at_most: 0.5}",
                ":7: gate `g`: `at_most` is for the suite `budget`\n\nhint: a metric of quality has a bound `at_least`",
                id="quality at most",
            ),
        ],
    )
    def test_say_what_is_wrong_and_where(self, gate: str, told: str) -> None:
        """A gate that would judge nothing is found before anybody relies on it."""
        assert error_of(f"{SUITES}  g: {gate}\n") == told
