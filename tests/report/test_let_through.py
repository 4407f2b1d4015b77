"""A verdict that somebody let through: no view shows it as open, and each says who answers for it and why."""

import re
from dataclasses import replace

from harness.core.verdict import Check, Lifted, Outcome, Rule
from harness.report.comment import as_comment
from harness.report.html.headline import headline
from harness.report.html.page import as_html
from harness.report.junit import as_junit
from harness.report.markdown import as_markdown
from tests.report.hostile import FULL
from tests.report.pages import Page
from tests.report.posting import POSTED, rows
from tests.report.verdicts import HOSTILE

DOUBT = Check(Outcome.INCONCLUSIVE, Rule.REDEFINED, "regression", "desk", "3 of 9 cases were redefined")
FINE = Check(Outcome.PASSED, Rule.CRITICAL, "regression", "desk", "all pass")
WAIVED = Lifted("regression/desk", "mia", "waiver", "the old wording is gone", "2026-12-31")
THROUGH = replace(
    FULL, outcome=Outcome.PASSED, exit_code=0, checks=(DOUBT, FINE), lifted=(WAIVED,), flips=(), failing=(),
    notices=(), advisory=False, weighing="", run=replace(FULL.run, notices=(), replayed=""),
    candidate=replace(FULL.candidate, commit=POSTED.head),
)  # fmt: skip


class TestTheComment:
    def test_says_who_let_it_through_and_why_without_a_warning(self) -> None:
        """A decision that was taken is no alarm."""
        comment = as_comment(THROUGH, POSTED)

        assert "## ✅ Passed: 2 checks, 1 of them inconclusive and let through" in comment
        assert (
            "> [!NOTE]\n> - `regression/desk` is inconclusive and let through by `mia`: "
            "`waiver, the old wording is gone`, until `2026-12-31`\n"
        ) in comment
        assert "WARNING" not in comment
        assert "What would make it pass" not in comment

    def test_shows_the_check_as_let_through(self) -> None:
        """Not as one that still stands in the way."""
        head, _, doubt, fine = rows(as_comment(THROUGH, POSTED), "| | Check")

        assert head[-1] == "Decided by"
        assert doubt[0] == "☑️\u00a0let\u00a0through"
        assert doubt[-1] == "`3 of 9 cases were redefined`<br>`waiver by mia`"
        assert fine[0] == "✅\u00a0passed"

    def test_warns_of_everything_else_as_before(self) -> None:
        """A leave covers its check alone."""
        comment = as_comment(replace(THROUGH, notices=("a model changed",)), POSTED)

        assert "> [!WARNING]\n> - `a model changed`" in comment
        assert comment.index("[!NOTE]") < comment.index("[!WARNING]")

    def test_keeps_a_hostile_reason_as_text(self) -> None:
        """Whoever waives is trusted to decide, and not to write Markdown."""
        calm, wild = (
            Page(
                as_comment(
                    replace(THROUGH, lifted=(replace(WAIVED, by=text, how=text, reason=text, until=text),)), POSTED
                )
            )
            for text in ("mia", HOSTILE)
        )

        assert wild.tags == calm.tags


class TestTheOtherViews:
    def test_of_people_name_who_did_it(self) -> None:
        """Beside the check, and among what is told first."""
        page = re.sub("<[^>]*>", "", as_html(THROUGH))

        assert "inconclusive let through by mia" in page
        assert "let through by mia: waiver, the old wording is gone, until 2026-12-31" in page
        assert headline(THROUGH).figures[0] == ("1 of 2", "checks passed, 1 let through")
        assert "| inconclusive, let through by `mia` | `regression / desk` |" in as_markdown(THROUGH)

    def test_of_machines_count_no_error(self) -> None:
        """A build that reads JUnit ends as the gate does."""
        found = as_junit(THROUGH)

        assert 'failures="0" errors="0" skipped="1"' in found
        assert "let through by mia: waiver" in found

    def test_call_a_check_open_that_nobody_let_through(self) -> None:
        """The leave of one pair is not another's."""
        other = replace(THROUGH, checks=(replace(DOUBT, prompt="other"),))

        assert "**⚠️\u00a0inconclusive**" in as_comment(other, POSTED)
        assert 'errors="1"' in as_junit(other)
