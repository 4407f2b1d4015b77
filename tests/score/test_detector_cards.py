"""Cards: what is known of a detector is said, and so is what is not."""

from harness.core.calibration import Figure
from harness.core.card import UNMEASURED, Card, Measured
from harness.score.cards import CARDS, cards
from harness.score.registry import Scorers


class TestCards:
    def test_are_those_of_the_detectors_in_use(self) -> None:
        """A report shows what it relied on, and nothing else; kinds that detect nothing have no card."""
        found = cards({"leaks-canary", "contains", "is-refusal"})

        assert [card.kind for card in found] == ["is-refusal", "leaks-canary"]

    def test_are_one_a_kind(self) -> None:
        """Two would contradict each other one day."""
        assert len({card.kind for card in CARDS}) == len(CARDS)

    def test_are_of_the_version_that_runs(self) -> None:
        """Whoever changes a detector measures it anew; old figures say nothing of new rules."""
        scorers = Scorers()
        stale = [
            card.kind for card in CARDS if (one := scorers.find(card.kind)) is not None and one.version != card.version
        ]

        assert stale == []

    def test_have_figures_inside_of_their_intervals(self) -> None:
        """A slip of the pen would be believed for long."""
        figures = [one.figure for card in CARDS for one in card.measured]

        assert [figure for figure in figures if not figure.low <= figure.value <= figure.high] == []


class TestACard:
    def test_says_that_nobody_measured(self) -> None:
        """Silence would be taken for perfection."""
        assert Card("emits-x", "1", "x").figures == (UNMEASURED,) == ("not measured",)

    def test_says_its_figures_with_interval_and_number(self) -> None:
        """A figure without them is an opinion."""
        card = Card("emits-x", "1", "x", (Measured("F1", Figure(0.9, 0.85, 0.94), 1_200, "answers"),))

        assert card.figures == ("F1 0.900 [0.850, 0.940], n = 1,200: answers",)
