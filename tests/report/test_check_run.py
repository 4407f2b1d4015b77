"""The check of a head, the remarks at lines, the labels, and a run that has no verdict."""

from dataclasses import replace

import pytest

from harness.core.forge import Conclusion, Level
from harness.core.verdict import Outcome
from harness.report.check_run import as_check, running_check, unavailable_check
from harness.report.comment import as_running, as_unavailable
from harness.report.labels import LABELS, labels
from harness.report.marker import RUNNING, read
from tests.report.hostile import FULL
from tests.report.pages import Page
from tests.report.posting import HEAD, MARK, POSTED


class TestARunWithoutAVerdict:
    def test_is_shown_while_it_runs(self) -> None:
        """Somebody waits for it."""
        assert read(as_running(POSTED)) == MARK._replace(state=RUNNING)
        assert "## ⏳ Running" in as_running(POSTED)
        assert running_check(POSTED).conclusion is None

    def test_is_shown_when_it_crashed(self) -> None:
        """A red cross without a word helps nobody; what the crash said may be anybody's words."""
        comment = as_unavailable(POSTED, "boom <img src=x> " * 500)

        assert read(comment) == MARK._replace(state="unavailable")
        assert "so nothing is let through" in comment
        assert "img" not in Page(comment).tags
        assert unavailable_check(POSTED, "boom").conclusion is Conclusion.ACTION_REQUIRED


class TestTheCheck:
    @pytest.mark.parametrize(
        ("outcome", "conclusion"),
        [
            (Outcome.PASSED, Conclusion.SUCCESS),
            (Outcome.BLOCKED, Conclusion.FAILURE),
            (Outcome.INCONCLUSIVE, Conclusion.ACTION_REQUIRED),
            (Outcome.UNAVAILABLE, Conclusion.ACTION_REQUIRED),
        ],
    )
    def test_lets_through_what_passed_alone(self, outcome: Outcome, conclusion: Conclusion) -> None:
        """Neutral and skipped would count as met."""
        check = as_check(replace(FULL, outcome=outcome), POSTED)

        assert (check.name, check.head, check.external_id) == ("harness", HEAD, "1873.2")
        assert check.conclusion is conclusion
        assert check.details_url == "https://example.com/w"

    def test_marks_the_lines_worst_first(self) -> None:
        """Attacks at the prompt's line, lost cases at the evalset's; a case in base's form has no line here."""
        flips = tuple(replace(flip, path="evalsets/a.jsonl", line=7) for flip in FULL.flips)

        found = as_check(replace(FULL, flips=flips), POSTED).annotations

        assert [(one.level, one.path, one.line) for one in found] == [
            (Level.FAILURE, "prompts/a.prompt.yml", 16),
            (Level.FAILURE, "evalsets/a.jsonl", 7),
            (Level.WARNING, "prompts/a.prompt.yml", 12),
        ]
        assert found[1].title == "support-answer lost refund-late-017 (critical)"

    def test_marks_a_hundred_lines_at_most(self) -> None:
        """Fifty go with each request, and a run may make ten."""
        assert len(as_check(replace(FULL, findings=FULL.findings * 200), POSTED).annotations) == 100

    def test_holds_the_whole_report_where_it_fits(self) -> None:
        """Who cannot open the artifact reads it here."""
        text = as_check(FULL, POSTED).text

        assert "### `refund-late-017`" in text
        assert "Left out" not in text


class TestTheLabels:
    @pytest.mark.parametrize("outcome", [None, *Outcome])
    def test_are_never_two(self, outcome: Outcome | None) -> None:
        """What is added and what is taken away are all there are."""
        added, removed = labels(outcome)

        assert added == f"gate:{outcome or 'running'}"
        assert {added, *removed} == set(LABELS)
        assert added not in removed
