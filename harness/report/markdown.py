"""`report.md`: the verdict for people, in Markdown that quotes everything a model or contributor wrote."""

from collections.abc import Iterator

from harness.core.verdict import Check, Failing, Flip, Verdict
from harness.report.summary import place
from harness.report.text import one_line, visible

SHOWN = 10
"""Cases that are written out; the rest is counted."""


def as_markdown(verdict: Verdict) -> str:
    """Return the report."""
    return "\n".join(_lines(verdict)) + "\n"


def _lines(verdict: Verdict) -> Iterator[str]:
    yield f"# {verdict.outcome}"
    yield ""
    yield code(verdict.summary)
    yield ""
    base = f"{verdict.base.label} {verdict.base.commit[:12]}" if verdict.base else "none"
    trees = f"Base {code(base)}, candidate {code(verdict.candidate.label)}"
    yield f"{trees}, policy from {verdict.policy}, scope {verdict.scope}."
    for notice in verdict.notices:
        yield f"- {code(notice)}"
    if verdict.checks:
        yield ""
        yield "| outcome | what | rule | why |"
        yield "|---|---|---|---|"
        for check in verdict.checks:
            yield _row(check)
    yield from _flips(verdict)
    yield from _failing(verdict)
    yield from _pairs(verdict)
    run = verdict.run
    yield ""
    yield f"{run.calls} calls, {run.cached} answers from the cache."


def _row(check: Check) -> str:
    gate = f"{check.rule} {check.gate}".strip()
    return f"| **{check.outcome}** | {code(place(check))} | {code(gate)} | {code(check.reason)} |"


def _flips(verdict: Verdict) -> Iterator[str]:
    lost = [flip for flip in verdict.flips if flip.change == "lost"]
    if not verdict.flips:
        return
    yield ""
    yield f"## {len(lost)} lost, {len(verdict.flips) - len(lost)} gained"
    for flip in lost[:SHOWN]:
        yield from _flip(flip)
    if len(lost) > SHOWN:
        yield ""
        yield f"and {len(lost) - SHOWN} more in `verdict.json`."


def _flip(flip: Flip) -> Iterator[str]:
    critical = " (critical)" if flip.critical else ""
    yield ""
    yield f"### {code(flip.case)}{critical}"
    yield ""
    yield f"{code(flip.reason)}, judged in the {flip.form}'s form. Expected: {code(flip.expected)}"
    yield from fence("base", flip.base_answer)
    yield from fence("candidate", flip.candidate_answer)


def _failing(verdict: Verdict) -> Iterator[str]:
    if not verdict.failing:
        return
    yield ""
    yield f"## {len(verdict.failing)} of the candidate's cases fail, whatever base does"
    yield ""
    for item in verdict.failing[:SHOWN]:
        yield _fails(item)
    if len(verdict.failing) > SHOWN:
        yield f"- and {len(verdict.failing) - SHOWN} more in `verdict.json`"


def _fails(item: Failing) -> str:
    return f"- {code(f'{item.prompt}/{item.case}')}: {code(item.reason)}"


def _pairs(verdict: Verdict) -> Iterator[str]:
    yield ""
    yield "| pair | status | cases | digest |"
    yield "|---|---|---|---|"
    for pair in verdict.pairs:
        digest = pair.candidate_digest[:12] or "-"
        yield f"| {code(f'{pair.suite} / {pair.prompt}')} | {pair.status} | {pair.cases} | `{digest}` |"


def code(text: str, limit: int = 300) -> str:
    """Return text as a code span that nothing inside can end or leave, also within a table."""
    flat = one_line(text, limit).replace("|", "¦")
    runs = [len(run) for run in "".join(char if char == "`" else " " for char in flat).split()]
    ticks = "`" * (max(runs, default=0) + 1)
    pad = " " if flat.startswith("`") or flat.endswith("`") or not flat else ""
    return f"{ticks}{pad}{flat}{pad}{ticks}"


def fence(title: str, text: str) -> Iterator[str]:
    """Yield text as a fenced block that nothing inside can end."""
    shown = visible(text) or "(empty)"
    ticks = "```"
    while ticks in shown:
        ticks += "`"
    yield ""
    yield f"{title}:"
    yield ""
    yield f"{ticks}text"
    yield shown
    yield ticks
