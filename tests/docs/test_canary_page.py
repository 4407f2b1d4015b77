"""The page of the canary, held to the code that it describes."""

import re
from math import log

import pytest

from harness.compare.shares import RATIOS, rare
from harness.content.environments import read_environment
from harness.content.records import adapter
from harness.content.strategies import ExternalEntry, StepEntry, StrategyEntry
from harness.core.environment import External, Step, Strategy
from tests.house.scratch import ROOT

PAGE = (ROOT / "docs/canary.md").read_text(encoding="utf-8")


class TestTheCanaryPage:
    def test_shows_what_is_read(self) -> None:
        """The first thing that anybody does with an example is to copy it."""
        (example,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
        text = "target: {kind: gateway}\n" + example.replace("4f1c0a9be2d7...", "4f1c0a9be2d7" + "0" * 52)

        found = read_environment(text.encode(), ".github/environments/production.yaml")

        assert len(found.strategy.steps) == 6
        assert found.approved[0].step == "managers"

    @pytest.mark.parametrize(
        ("record", "untold"), [(StepEntry, []), (StrategyEntry, ["steps"]), (ExternalEntry, ["name"])]
    )
    def test_has_every_key(self, record: type, untold: list[str]) -> None:
        """A key that nobody can look up is found by reading the code."""
        keys = adapter(record).json_schema()["properties"]

        assert [key for key in keys if f"`{key}`" not in PAGE and f"`{key}: " not in PAGE] == untold

    def test_says_the_figures_that_hold(self) -> None:
        """Defaults and bounds are read here first."""
        plain = Strategy()

        assert f"| `rare` | a share of bad sessions below which nobody waits for more proof | {plain.rare} |" in PAGE
        assert f"| `growth` | by which share it may, all the same | {plain.growth} |" in PAGE
        assert f"by all of these together | {plain.alpha} |" in PAGE
        assert f"| {Step(1).sessions} |" in PAGE
        assert f"more had no value in a row | {External('', '').consecutive_error_limit} |" in PAGE
        assert ", ".join(f"{ratio:g}" for ratio in RATIOS[:-1]) + f" or {RATIOS[-1]:g} times" in PAGE
        least = next(n for n in range(1000) if rare(0, n, plain.rare) >= log(20))
        assert f"{least} sessions without a fault" in PAGE
