"""`junit.xml`: each check, flip and failing case as a test case with reason, expected and output."""

from html import escape  # an import of xml.sax costs 10 ms

from harness.core.verdict import Check, Failing, Flip, Lifted, Outcome, Verdict
from harness.report.summary import blame, place
from harness.report.text import visible


def as_junit(verdict: Verdict) -> str:
    """Return the verdict as JUnit XML.

    A blocked check is a failure; an inconclusive or unavailable one is an error, since it says nothing about
    the prompts, and skipped if somebody let it through. Cases fail only for what the change lost; what else fails is
    skipped, with its reason.
    """
    checks = (_check(check, verdict.leave(check)) for check in verdict.checks)
    rows = [*checks, *map(_lost, verdict.lost), *map(_fails, verdict.other_failing)]
    bad = sum("<failure" in row for row in rows)
    errors = sum("<error" in row for row in rows)
    skipped = sum("<skipped" in row for row in rows)
    counts = f'tests="{len(rows)}" failures="{bad}" errors="{errors}" skipped="{skipped}"'
    body = "\n".join(rows)
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    return f'{head}\n<testsuites {counts}>\n<testsuite name="harness" {counts}>\n{body}\n</testsuite>\n</testsuites>\n'


def _check(check: Check, leave: Lifted | None) -> str:
    name = f"{check.rule} {check.gate}".strip() + (f" [{check.slice}]" if check.slice else "")
    kind = {Outcome.BLOCKED: "failure", Outcome.PASSED: ""}.get(check.outcome, "error")
    inside = f"<{kind} type={_attr(check.outcome)} message={_attr(check.reason)}/>" if kind else ""
    inside = f"<skipped message={_attr(str(leave))}/>" if leave else inside
    return _case(place(check), name, f"{inside}<system-out>{_text(check.reason)}</system-out>")


def _lost(flip: Flip) -> str:
    text = f"{_asked(flip)}\noutput: {flip.candidate_answer}\nbase: {flip.base_answer}"
    inside = f'<failure type="lost" message={_attr(flip.reason)}>{_text(text)}</failure>'
    return _case(f"{flip.suite} / {flip.prompt}", flip.case, inside)


def _fails(item: Failing) -> str:
    message = f"{blame(item)}: {item.reason}"
    text = f"{_asked(item)}\noutput: {item.answer}"
    inside = f"<skipped message={_attr(message)}/><system-out>{_text(text)}</system-out>"
    return _case(f"{item.suite} / {item.prompt}", item.case, inside)


def _asked(item: Flip | Failing) -> str:
    return f"given: {item.vars}\nexpected: {item.expected}"


def _case(group: str, name: str, inside: str) -> str:
    return f"<testcase classname={_attr(group)} name={_attr(name)}>{inside}</testcase>"


def _attr(text: str) -> str:
    return f'"{escape(visible(text)).translate(_BREAKS)}"'


_BREAKS = {ord(character): f"&#{ord(character)};" for character in "\t\n\r"}
"""What an attribute would lose: a parser reads each as a space."""


def _text(text: str) -> str:
    return escape(visible(text), quote=False)
