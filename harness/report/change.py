"""What changed and what broke, as the first screen of a pull request shows it."""

import re
from collections import Counter
from collections.abc import Iterator

from harness.core.pair import PairReport
from harness.core.verdict import Failing, Flip, Verdict
from harness.core.words import count, named
from harness.report.quoting import cell, code
from harness.report.tables import wide

CASES = 10
"""Cases that are shown."""
PATHS = 6
PROMPTS = 6
REASON = 120
_RUNS = re.compile(r"([0-9]+/[0-9]+) -> ([0-9]+/[0-9]+)")


def changes(verdict: Verdict) -> Iterator[str]:
    """Yield the files that differ, and what became of the pairs that rest on them."""
    told = _told(verdict)
    if not verdict.changed and not told:
        return
    yield "### What changed"
    yield ""
    if verdict.changed:
        yield f"- Files: {named([code(path, 120) for path in verdict.changed], PATHS)}"
    for (prompt, what), suites in list(told.items())[:PROMPTS]:
        yield f"- {code(prompt, 80)} in {named([code(suite, 40) for suite in suites], 4)}: {what}"
    if len(told) > PROMPTS:
        yield f"- and {count(len(told) - PROMPTS, 'more change')} of prompts"


def _told(verdict: Verdict) -> dict[tuple[str, str], list[str]]:
    """Return by prompt and by what became of it the suites; several suites mostly tell the same."""
    told: dict[tuple[str, str], list[str]] = {}
    for pair in verdict.pairs:
        if what := _what(pair):
            told.setdefault((pair.prompt, what), []).append(pair.suite)
    return told


def _what(pair: PairReport) -> str:
    """Return what became of a pair, or nothing where it is as it was."""
    if pair.status in {"added", "removed"}:
        return pair.status
    told = [named([code(why, 120) for why in pair.why], 5)] if pair.why else []
    counts = [(pair.added, "added"), (pair.removed, "removed"), (pair.edited, "edited")]
    if any(number for number, _ in counts):
        told.append("cases " + ", ".join(f"{number:,} {how}" for number, how in counts if number))
    if " -> " in pair.pin:
        told.append(f"answered by {code(pair.pin, 160)}")
    return "; ".join(told)


def broken(verdict: Verdict) -> Iterator[str]:
    """Yield the lost cases, then those that fail otherwise and are not base's own."""
    if not verdict.flips and not verdict.other_failing:
        return
    lost = lost_by_turns(verdict)
    known = [item for item in verdict.other_failing if item.base_passed is False and not item.critical]
    others = [item for item in verdict.other_failing if item.base_passed is not False or item.critical]
    yield f"### What broke: {count(len(lost), 'case')} lost, {len(verdict.flips) - len(lost):,} gained"
    failing = others[: max(CASES - len(lost), 0)]
    shown: tuple[Flip | Failing, ...] = (*lost[:CASES], *failing)
    prompts = len({item.prompt for item in shown}) > 1
    if shown:
        yield ""
        yield f"| {wide('Case', [item.case for item in shown])} | Result | Why |"
        yield "|:--|:--|:--|"
    for item in shown:
        case = f"{cell(item.case, 60)}{'<br>**critical**' if item.critical else ''}"
        where = f"<br>{cell(item.prompt, 60)}" if prompts else ""
        yield f"| {case}{where} | {_moved(item)} | {cell(item.reason, REASON)} |"
    left = (max(len(lost) - CASES, 0), len(others) - len(failing), len(known))
    yield from _not_shown(*left)


def lost_by_turns(verdict: Verdict) -> list[Flip]:
    """Return the lost cases, critical ones first, one of each pair after the other, so that none hides the others."""
    turns: Counter[tuple[str, str, bool]] = Counter()
    ranked: list[tuple[bool, int, Flip]] = []
    for flip in verdict.lost:
        pair = (flip.suite, flip.prompt, flip.critical)
        ranked.append((not flip.critical, turns[pair], flip))
        turns[pair] += 1
    return [flip for _, _, flip in sorted(ranked, key=lambda one: one[:2])]


def _not_shown(lost: int, failing: int, known: int) -> Iterator[str]:
    told = [
        f"{lost:,} more lost" if lost else "",
        f"{failing:,} more failing" if failing else "",
        f"{count(known, 'case')} that {'fails' if known == 1 else 'fail'} on base, too" if known else "",
    ]
    if any(told):
        yield ""
        yield f"Not shown: {', '.join(filter(None, told))}."


def _moved(item: Flip | Failing) -> str:
    """Return what a case came to on both trees, where answers vary by the runs that passed."""
    if isinstance(item, Failing):
        base = {True: "passes", False: "fails", None: "not asked"}[item.base_passed]
        return f"{base} → **{'cannot be judged' if item.unable else 'fails'}**"
    runs = _RUNS.fullmatch(item.runs)
    moved = f"{runs[1]} → **{runs[2]}**" if runs else "passes → **fails**"
    old = "<br>in the form that base knows" if item.form == "base" else ""
    return moved.replace(" ", "\u00a0") + old
