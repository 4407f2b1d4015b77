"""The check of a pull request's head: its conclusion, the first screen, and the report as far as it fits."""

from harness.core.forge import CheckRun, Conclusion, Posting
from harness.core.verdict import Outcome, Verdict
from harness.report.annotations import annotations
from harness.report.comment import elsewhere, first_screen, headline, unavailable_lines
from harness.report.markdown import report_parts
from harness.report.parts import fit

NAME = "harness"
LIMIT = 65_535
"""Characters of a check's summary, and of its text."""
CONCLUSION = {
    Outcome.PASSED: Conclusion.SUCCESS,
    Outcome.BLOCKED: Conclusion.FAILURE,
    Outcome.INCONCLUSIVE: Conclusion.ACTION_REQUIRED,
    Outcome.UNAVAILABLE: Conclusion.ACTION_REQUIRED,
}


def as_check(verdict: Verdict, posted: Posting) -> CheckRun:
    """Return the check that shows a verdict."""
    where = elsewhere(posted)
    return CheckRun(
        NAME,
        posted.head,
        external_id(posted),
        headline(verdict),
        fit([*first_screen(verdict, posted)], LIMIT, where),
        fit([*report_parts(verdict)], LIMIT, where),
        CONCLUSION[verdict.outcome],
        annotations(verdict),
        _details(posted),
    )


def running_check(posted: Posting) -> CheckRun:
    """Return the check that is shown until there is a verdict."""
    summary = "The change is being judged."
    return CheckRun(NAME, posted.head, external_id(posted), "Running", summary, details_url=_details(posted))


def unavailable_check(posted: Posting, why: str) -> CheckRun:
    """Return the check of a run that ended without a verdict."""
    return CheckRun(
        NAME,
        posted.head,
        external_id(posted),
        "Unavailable: the run ended without a verdict",
        "\n".join(unavailable_lines(posted, why)) + "\n",
        conclusion=CONCLUSION[Outcome.UNAVAILABLE],
        details_url=_details(posted),
    )


def external_id(posted: Posting) -> str:
    """Return which run made a check."""
    return f"{posted.run}.{posted.attempt}"


def _details(posted: Posting) -> str:
    return posted.urls.get("run", "") or posted.urls.get("report", "")
