"""Remarks at lines of the candidate: attacks at the line that lets them in, lost cases at the line that says them."""

from collections.abc import Iterator

from harness.core.finding import Finding
from harness.core.forge import Annotation, Level
from harness.core.verdict import Flip, Verdict
from harness.core.words import count
from harness.report.text import one_line

MOST = 100
"""Annotations of a check."""
MESSAGE = 600
_LEVELS = {"error": Level.FAILURE, "warning": Level.WARNING, "note": Level.NOTICE}
_WORST = list(Level)


def annotations(verdict: Verdict) -> tuple[Annotation, ...]:
    """Return the remarks, worst first, at most `MOST`; text is plain, and on one line."""
    found = [*map(_finding, verdict.findings), *_lost(verdict)]
    return tuple(sorted(found, key=lambda one: _WORST.index(one.level))[:MOST])


def _finding(finding: Finding) -> Annotation:
    told = f"{count(len(finding.cases), 'case')} through {one_line(finding.carrier, 60)}: {finding.message}"
    title = one_line(f"{finding.rule}: an attack gets through", 120)
    path, line = one_line(finding.path, MESSAGE), max(1, finding.line)
    return Annotation(path, line, _LEVELS[finding.level], title, one_line(told, MESSAGE))


def _lost(verdict: Verdict) -> Iterator[Annotation]:
    """Yield the lost cases whose line is known; one in base's form has none here."""
    return (_case(flip) for flip in verdict.lost if flip.line and flip.form != "base")


def _case(flip: Flip) -> Annotation:
    level = Level.FAILURE if flip.critical else Level.WARNING
    title = one_line(f"{flip.prompt} lost {flip.case}{' (critical)' if flip.critical else ''}", 120)
    return Annotation(
        one_line(flip.path, MESSAGE), flip.line, level, title, one_line(flip.reason, MESSAGE) or "no reason"
    )
