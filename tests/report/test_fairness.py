"""The evidence for auditors: whole-output snapshots, no absence of a gap without what would have been seen."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from harness.core.fairness import Across, FairnessEvidence, Groups
from harness.report.fairness import fairness_json, fairness_markdown
from tests.report.evidences import EQUIVALENT, EVIDENCE, GAP, UNDECIDED
from tests.report.verdicts import HOSTILE

GOLDEN = Path(__file__).parent / "golden"
VIEWS = [("fairness.md", fairness_markdown), ("fairness.json", fairness_json)]


def of(groups: Groups) -> str:
    """Return the report of some conclusions."""
    return fairness_markdown(replace(EVIDENCE, groups=groups))


class TestEachView:
    @pytest.mark.parametrize(("name", "view"), VIEWS)
    def test_is_the_same_to_the_character(self, name: str, view: Callable[[FairnessEvidence], str]) -> None:
        """A view is a pure function of the evidence; whoever changes one sees what changes."""
        assert view(EVIDENCE) == (GOLDEN / name).read_text(encoding="utf-8")

    @pytest.mark.parametrize(("name", "view"), VIEWS)
    def test_lets_no_control_or_direction_character_through(
        self, name: str, view: Callable[[FairnessEvidence], str]
    ) -> None:
        """What a model said to one group must not turn the report about it around."""
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", view(EVIDENCE)), name


class TestTheReport:
    def test_never_tells_of_no_gap_without_what_would_have_been_seen(self) -> None:
        """Every contrast that is not a gap says which one it could have shown, or that it could have shown none."""
        told = of(Groups(contrasts=(EQUIVALENT, UNDECIDED, replace(UNDECIDED, detectable=0.2))))
        rows = [line for line in told.splitlines() if line.startswith(("| **equivalent", "| **undecided"))]

        assert len(rows) == 3
        assert "a gap of 11.5 pp or more would have been seen" in rows[0]
        assert "these pairs could not have shown any gap" in rows[1]
        assert "a gap of 20.0 pp or more would have been seen; about 1203 pairs would rule out" in rows[2]

    def test_never_calls_equivalent_what_is_only_not_significant(self) -> None:
        """A p-value of 1 is no evidence of equal treatment."""
        told = of(Groups(contrasts=(UNDECIDED,)))

        assert "0 gap, 0 equivalent, 1 undecided, of 1 contrast." in told
        assert "neither a gap nor its absence is shown" in told
        assert "ruled out (p" not in told

    @pytest.mark.parametrize(
        ("contrast", "words"),
        [
            (replace(EQUIVALENT, adjusted=0.01), "ruled out (p < 0.001), though there is one; a gap of"),
            (replace(UNDECIDED, adjusted=0.01), "there is a gap, whether beyond 8.0 pp is open; these"),
            (replace(UNDECIDED, n=1203), "so many pairs mostly rule out one beyond 8.0 pp where there is none |"),
            (GAP, "a gap beyond 8.0 pp, in favour of `young` |"),
            (replace(GAP, difference=0.3), "a gap beyond 8.0 pp, in favour of `old` |"),
        ],
    )
    def test_tells_a_gap_from_its_size(self, contrast: object, words: str) -> None:
        """A small gap may be real, and a real one may be small."""
        assert isinstance(contrast, type(GAP))

        assert words in of(Groups(contrasts=(contrast,)))

    def test_of_nothing_is_no_good_news(self) -> None:
        """Each section says that there is none, rather than nothing."""
        told = fairness_markdown(FairnessEvidence("p", "q", 0.08, Groups(), duties=(), limitations=()))

        assert "Nothing was compared, so nothing is shown." in told
        assert "No control pairs: how often answers differ between members of one group is unknown." in told
        assert "| whom it concerns | not said |" in told
        assert told.count("\nNone.\n") == 10

    def test_tests_no_groups_that_share_no_template(self) -> None:
        """A p-value of 1 would read as if they had been compared."""
        told = of(Groups(across=(Across("age", "pass", ("old", "young"), 0, 25, 0.0, 1.0, exact=True),)))

        assert "| `old`, `young` | 0 (25) | - | nothing to compare |" in told

    def test_compares_flips_with_those_of_the_controls(self) -> None:
        """A third of the pairs differ; without any difference of group, 4 in 100 do."""
        assert "| 32.0 % (4.0 %) |" in fairness_markdown(EVIDENCE)
        assert "| 5.0 % (none) |" in fairness_markdown(EVIDENCE)

    def test_calls_a_ratio_low_only_where_its_interval_is(self) -> None:
        """Two thirds of three answers are no evidence, by whatever rule."""
        rows = [line for line in fairness_markdown(EVIDENCE).splitlines() if "[0." in line]

        assert [row.endswith("| **below** |") for row in rows] == [True, False]
        assert rows[1].endswith("| not shown to be below |")

    def test_counts_what_it_cuts_off(self) -> None:
        """A long answer ends with how much more of it there is."""
        long = EVIDENCE.groups.flips[0]._replace(text_a="x" * 4001, text_b="y" * 4000)
        told = of(Groups(flips=(long,)))

        assert f"{'x' * 4000}\n(1 character more)\n" in told
        assert f"{'y' * 4000}\n```" in told

    def test_keeps_tables_whole(self) -> None:
        """A hostile name has bars; each row still has the columns of its head."""
        columns = 0
        for line in fairness_markdown(EVIDENCE).splitlines():
            bars = len(re.findall(r"(?<!\\)\|", line)) if line.startswith("|") else 0
            assert not columns or not bars or bars == columns, line
            columns = bars


class TestTheData:
    def test_has_names_for_everything(self) -> None:
        """Records are objects, whatever they are to Python."""
        data = json.loads(fairness_json(EVIDENCE))

        assert data["groups"]["flips"][1]["text_a"] == HOSTILE
        assert data["groups"]["contrasts"][0]["change"]["value"] == -0.25
        assert data["duties"][0]["place"] == "MEASURE 2.11"
        assert fairness_json(EVIDENCE).isascii()

    def test_holds_no_number_that_other_readers_lack(self) -> None:
        """Infinity is no JSON."""
        with pytest.raises(ValueError, match="not JSON compliant"):
            fairness_json(replace(EVIDENCE, tolerance=float("inf")))
