"""Strategies are read strictly: each mistake at its line, and what is right means what it says."""

from datetime import timedelta

import pytest

from harness.content.environments import read_environment
from harness.core.environment import Approved, External, Step, StepKind, Strategy
from harness.core.errors import ContentError

GOOD = "a" * 64
PATH = ".github/environments/production.yaml"
FILE = f"""\
target: {{kind: gateway}}
strategy:
  alpha: 0.02
  slow: 500ms
  rates: [errors, slow]
  rare: 0.05
  means: [tokens]
  growth: 0.2
  steps:
    - {{warm: 30, max: 10m, on_max: abort}}
    - {{shadow: 5, min: 10m, sessions: 50}}
    - {{weight: 1, min: 10m}}
    - {{weight: 50, approve: managers}}
    - {{bake: 24h, holdback: 5}}
  externals:
    - name: csat
      url: https://prometheus.example
      query: avg(csat)
      at_least: 4.5
      interval: 5m
      initialDelay: 10m
      count: 6
      failureLimit: 1
      inconclusiveLimit: 2
      consecutiveErrorLimit: 3
      consecutiveSuccessLimit: 4
      dryRun: true
    - {{name: tickets, url: "${{DESK}}/open", pointer: /count, at_most: 20}}
approved:
  - {{release: "sha256:{GOOD}", step: managers, by: Mia}}
  - {{release: "sha256:{GOOD}", step: 3, by: Mia}}
"""
BLUE_GREEN = """\
target: {kind: gateway}
strategy:
  kind: blue-green
  steps:
    - {warm: 20, min: 30m}
    - {bake: 2h}
"""
A_B = """\
target: {kind: gateway}
strategy:
  kind: a-b
  steps:
    - {weight: 50, max: 7d, approve: winner}
"""


def strategy(text: str) -> Strategy:
    """Return the strategy of an environment's file."""
    return read_environment(text.encode(), PATH).strategy


class TestAStrategy:
    def test_says_by_which_steps_traffic_comes(self) -> None:
        """Each kind of step in its order; a bake is all of the traffic but what it holds back."""
        minutes, hours = timedelta(minutes=10), timedelta(hours=24)

        assert strategy(FILE).steps == (
            Step(0, most=minutes, on_max="abort", kind=StepKind.WARM, sessions=30),
            Step(5, minutes, kind=StepKind.SHADOW, sessions=50),
            Step(1, minutes),
            Step(50, approve="managers"),
            Step(95, hours, kind=StepKind.BAKE),
        )

    def test_says_what_may_stop_it(self) -> None:
        """Argo's names for the limits, so that nobody learns them twice."""
        found = strategy(FILE)

        assert (found.alpha, found.slow, found.rates) == (0.02, timedelta(milliseconds=500), ("errors", "slow"))
        assert (found.rare, found.means, found.growth) == (0.05, ("tokens",), 0.2)
        assert found.externals == (
            External(
                "csat",
                "https://prometheus.example",
                "avg(csat)",
                least=4.5,
                interval=timedelta(minutes=5),
                initial_delay=timedelta(minutes=10),
                measurements=6,
                failure_limit=1,
                inconclusive_limit=2,
                consecutive_error_limit=3,
                consecutive_success_limit=4,
                dry_run=True,
            ),
            External("tickets", "${DESK}/open", pointer="/count", most=20),
        )

    def test_knows_who_approved_of_what(self) -> None:
        """By the step's name, or by its number."""
        found = read_environment(FILE.encode(), PATH)

        assert found.approved == (Approved(GOOD, "managers", "Mia"), Approved(GOOD, "3", "Mia"))

    def test_has_the_defaults_of_the_page(self) -> None:
        """A key that is left out means what the code means by it."""
        plain = strategy("target: {kind: git}\nstrategy: {steps: [{weight: 1, min: 1s, max: 1s}, {bake: 2h}]}\n")
        second = timedelta(seconds=1)

        assert plain == Strategy(steps=(Step(1, second, second), Step(95, timedelta(hours=2), kind=StepKind.BAKE)))

    def test_may_switch_all_at_once_or_keep_a_share(self) -> None:
        """Blue-green and a-b are other ends of the same steps."""
        assert strategy(BLUE_GREEN).steps[-1] == Step(100, timedelta(hours=2), kind=StepKind.BAKE)
        assert strategy(A_B).steps == (Step(50, most=timedelta(days=7), approve="winner"),)


class TestAFaultyStrategy:
    @pytest.mark.parametrize(
        ("text", "error"),
        [
            (FILE.replace("alpha: 0.02", "alpha: 0"), ":3: `strategy.alpha` should be greater than 0"),
            (FILE.replace("500ms", "5m"), ":4: `strategy.slow` should match pattern '^[0-9]{1,6}(ms|s)$', not `5m`"),
            (FILE.replace("[errors, slow]", "[errors, slwo]"), ":5: `strategy.rates.1` should be 'errors', 'slow'"),
            (FILE.replace("[errors, slow]", "[]"), ":5: `strategy.rates` should have at least 1 item"),
            (
                FILE.replace("[errors, slow]", "[slow, slow]"),
                "no schema can tell: :5: an entry of `rates`: `slow` stands twice",
            ),
            (FILE.replace("rare: 0.05", "rare: 1"), ":6: `strategy.rare` should be less than or equal to 0.5"),
            (FILE.replace("growth: 0.2", "growth: -1"), ":8: `strategy.growth` should be greater than or equal to 0"),
            (FILE.replace("warm: 30", "warm: 0"), ":10: `strategy.steps.0.warm` should be greater than or equal to 1"),
            (FILE.replace("warm: 30, ", ""), ":10: nobody knows what this step does"),
            (FILE.replace("shadow: 5,", "shadow: 5, weight: 5,"), ":11: nobody knows what this step does"),
            (
                FILE.replace("warm: 30,", "warm: 30, sessions: 5,"),
                "no schema can tell: :10: a step of `warm` has no `sessions`",
            ),
            (
                FILE.replace("bake: 24h,", "bake: 24h, min: 2h,"),
                "no schema can tell: :14: a step of `bake` has no `min`",
            ),
            (
                FILE.replace("weight: 1,", "weight: 1, holdback: 5,"),
                "no schema can tell: :12: a step of `weight` has no `holdback`",
            ),
            (FILE.replace("max: 10m, ", ""), "no schema can tell: :10: `on_max` needs `max`"),
            (
                FILE.replace("shadow: 5,", "weight: 1,").replace("weight: 1, min: 10m}", "shadow: 5}"),
                "no schema can tell: :12: `shadow` comes before the first `weight`",
            ),
            (
                FILE.replace("weight: 50", "weight: 97"),
                "no schema can tell: :14: the weight goes from 97 to 95",
            ),
            (
                FILE.replace("{weight: 50, approve: managers}", "{bake: 1h}"),
                "no schema can tell: :14: nothing comes after `bake`",
            ),
            (
                FILE.replace("    - {bake: 24h, holdback: 5}\n", ""),
                "no schema can tell: :13: the last step is not all of the traffic",
            ),
            (FILE.replace("holdback: 5", "holdback: 0"), ":14: `strategy.steps.4.holdback` should be greater"),
            (FILE.replace("approve: managers", "approve: '2'"), ":13: `strategy.steps.3.approve` should match"),
            (
                FILE.replace("{weight: 1,", "{weight: 1, approve: managers,"),
                "no schema can tell: :9: the approval `managers` stands twice",
            ),
            (FILE.replace("query: avg(csat)\n", "failureLmit: 1\n"), ":18: unknown key `failureLmit`; did you mean"),
            (FILE.replace("      query: avg(csat)\n", ""), ":16: a metric has either `query` (PromQL) or `pointer`"),
            (FILE.replace("pointer: /count", "pointer: count"), ":28: `strategy.externals.1.pointer` should match"),
            (FILE.replace("${DESK}", "file:///etc"), ":28: `strategy.externals.1.url` should match"),
            (FILE.replace(", at_most: 20", ""), ":28: nobody knows when this metric is good"),
            (
                FILE.replace("at_most: 20", "at_most: .inf"),
                "no schema can tell: :28: `strategy.externals.1.at_most` should be a number",
            ),
            (
                FILE.replace("at_least: 4.5", "at_least: 4.5\n      at_most: 4"),
                "no schema can tell: :20: `at_most` is below `at_least`",
            ),
            (
                FILE.replace("count: 6", "count: 3"),
                "no schema can tell: :26: `consecutiveSuccessLimit` is above `count`",
            ),
            (
                FILE.replace("failureLimit: 1", "failureLimit: -2"),
                "failureLimit` should be greater than or equal to -1",
            ),
            (FILE.replace("dryRun: true", "dryRun: 1"), ":27: `strategy.externals.0.dryRun` should be true or false"),
            (FILE.replace("name: tickets", "name: csat"), "no schema can tell: :15: the metric `csat` stands twice"),
            (
                FILE.replace("step: managers", "step: manager"),
                "no schema can tell: :30: there is no step `manager`; did you mean `managers`?",
            ),
            (FILE.replace("step: 3", "step: 6"), "no schema can tell: :31: there is no step `6`"),
            (FILE.replace("step: 3, by: Mia", "step: 3"), ":31: the key `by` is missing"),
            (
                BLUE_GREEN.replace("bake: 2h", "bake: 2h, holdback: 5"),
                "no schema can tell: :6: blue-green holds nobody back",
            ),
            (
                BLUE_GREEN.replace("    - {warm: 20, min: 30m}\n", ""),
                "no schema can tell: :5: blue-green is a step without traffic, then one with all",
            ),
            (
                BLUE_GREEN.replace("warm: 20", "weight: 20"),
                "no schema can tell: :5: blue-green is a step without traffic, then one with all",
            ),
            (A_B.replace("weight: 50", "weight: 100"), "no schema can tell: :5: a-b is one `weight` below 100"),
            (A_B.replace(", approve: winner", ""), "no schema can tell: :5: people say who has won"),
            (A_B.replace("max: 7d", "max: 7d, on_max: advance"), "no schema can tell: :5: people say who has won"),
        ],
    )
    def test_is_refused_at_its_line(self, text: str, error: str) -> None:
        """A plan that is read in another way than it was meant gives traffic to what nobody compared."""
        with pytest.raises(ContentError) as fault:
            read_environment(text.encode(), PATH)

        assert error.removeprefix("no schema can tell: ") in str(fault.value)
