"""`report.md`: the verdict for people, in Markdown that quotes everything a model or contributor wrote."""

from collections.abc import Iterable, Iterator

from harness.core.pair import PairReport
from harness.core.verdict import Check, Lifted, Verdict
from harness.core.words import named
from harness.report.attacks import attack_tables
from harness.report.cases import failing_cases, flaky_cases, lost_cases, untold_cases
from harness.report.parts import Part, part
from harness.report.quoting import cell, code
from harness.report.spending import spending_tables
from harness.report.summary import ADVISORY, place, spent, tree
from harness.report.tables import table

CHANGED = 20
"""Changed files that are named; the rest is counted."""
REASON = 600
"""Characters of a check's reason."""
PARTIAL = "partial: only the cases that the filters select were judged"


def as_markdown(verdict: Verdict) -> str:
    """Return the report."""
    return "\n".join(line for _, lines in _parts(verdict) for line in lines) + "\n"


def report_parts(verdict: Verdict) -> Iterator[Part]:
    """Yield the same report in parts, of which the last are the first to be given up."""
    for rank, (name, lines) in enumerate(_parts(verdict)):
        yield part(name, lines, rank)


def _parts(verdict: Verdict) -> Iterator[tuple[str, Iterable[str]]]:
    """Yield the parts of the report by name; each begins with the empty line that sets it apart."""
    yield "facts", _facts(verdict)
    yield "notices", _notices(verdict)
    yield "checks", _checks(verdict)
    for piece in lost_cases(verdict):
        yield "lost cases", piece
    yield "failing cases", failing_cases(verdict)
    yield "cases that cannot be judged", untold_cases(verdict)
    yield "flickering cases", flaky_cases(verdict)
    yield "attacks", attack_tables(verdict)
    yield "spending", spending_tables(verdict)
    yield "pairs", _pairs(verdict)


def _notices(verdict: Verdict) -> Iterator[str]:
    if verdict.told:
        yield ""
    for notice in verdict.told:
        yield f"- {code(notice)}"


def _checks(verdict: Verdict) -> Iterator[str]:
    yield from table("outcome | what | rule | why", (_check(check, verdict.leave(check)) for check in verdict.checks))


def _pairs(verdict: Verdict) -> Iterator[str]:
    yield from table("pair | status | passed | pin | digest", map(_pair, verdict.pairs))
    if verdict.flips or verdict.failing:
        yield ""
        yield (
            "To look closer: `harness diff CASE` shows the question and both answers; `harness gate --failed` judges "
            "only the cases that were lost or fail."
        )


def _facts(verdict: Verdict) -> Iterator[str]:
    """Yield the outcome, and what was judged, by what and for how much."""
    yield f"# {verdict.outcome}"
    yield ""
    yield code(verdict.summary, REASON)
    advisory = f", advisory: {ADVISORY}" if verdict.advisory else ""
    yield ""
    yield "| judged | |"
    yield "|---|---|"
    yield f"| base | {cell(tree(verdict.base))} |"
    yield f"| candidate | {cell(tree(verdict.candidate))} |"
    if verdict.changed:
        yield f"| changed | {named([cell(path) for path in verdict.changed], CHANGED)} |"
    yield f"| scope | {PARTIAL if verdict.scope == 'partial' else verdict.scope} |"
    yield f"| policy | {verdict.policy}'s |"
    if verdict.weighing:
        yield f"| weighing | {cell(verdict.weighing)} |"
    yield f"| harness | {verdict.version}{advisory} |"
    yield f"| spent | {cell(spent(verdict)) if verdict.run.replayed else spent(verdict)} |"


def _check(check: Check, leave: Lifted | None) -> str:
    gate = f"{check.rule} {check.gate}".strip()
    outcome = f"{check.outcome}, let through by {cell(leave.by, 60)}" if leave else f"**{check.outcome}**"
    return f"| {outcome} | {cell(place(check))} | {cell(gate)} | {cell(check.reason, REASON)} |"


def _pair(pair: PairReport) -> str:
    passed = f"{'-' if pair.passed is None else pair.passed} of {pair.cases}"
    pin, digest = (cell(text) if text else "-" for text in (pair.pin, pair.candidate_digest[:12]))
    return f"| {cell(f'{pair.suite} / {pair.prompt}')} | {pair.status} | {passed} | {pin} | {digest} |"
