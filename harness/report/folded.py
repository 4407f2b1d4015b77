"""What a comment holds folded: how results moved by tag, a case in full, attacks, the run, and how to go on."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from textwrap import wrap

from harness.core.forge import Posting
from harness.core.verdict import Check, Flip, Outcome, Verdict
from harness.core.words import count
from harness.report.attack_chart import attack_classes
from harness.report.change import lost_by_turns
from harness.report.gates import SHOWN, gate_table, percent, reasons
from harness.report.goals import goals
from harness.report.parts import Part, part
from harness.report.quality import quality
from harness.report.quoting import block, cell, code

TAGS = 12
"""Tags that are shown, those first that lost most."""
WIDTH = 10
"""Characters of a bar."""
COLUMNS = 96
"""Characters of a line of a diff."""
ANSWER = 3_000
"""Characters of an answer in a diff."""
LINES = 60

_COMMIT = re.compile("[0-9a-f]{7,64}")


def folded(verdict: Verdict, posted: Posting) -> Iterator[Part]:
    """Yield the folded sections in the order in which they stand, each with how soon it is given up."""
    yield _fold("What would make it pass", goals(verdict), 1)
    yield _fold("The first lost case, base against candidate", _example(verdict), 2)
    yield _fold("Flips by tag", _tags(verdict), 5)
    yield _fold("Attacks that got through", attack_classes(verdict), 4)
    more = verdict.checks[SHOWN:]
    yield _fold(f"{count(len(more), 'more check')}", gate_table(verdict, more[: 4 * SHOWN]), 7)
    yield _fold("Reasons in full", reasons(verdict), 8)
    yield _fold("Run quality", quality(verdict), 6)
    yield _fold("How to reproduce", _reproduce(verdict, posted), 3)
    yield _fold("What happens on merge", _merge(verdict), 9)


def bar(part_: float, whole: float) -> str:
    """Return a share as a bar of text."""
    full = round(WIDTH * part_ / whole) if whole else 0
    full = max(full, 1) if part_ else 0
    return "█" * full + "░" * (WIDTH - full)


def _fold(name: str, lines: Iterable[str], rank: int) -> Part:
    """Return lines behind a summary of our own words, and nothing where there are none."""
    found = [*lines]
    return part(name, _details(name, found) if found else (), rank)


def _details(name: str, lines: Iterable[str]) -> Iterator[str]:
    yield f"<details><summary><b>{name}</b></summary>"
    yield ""
    yield from lines
    yield ""
    yield "</details>"


def _tags(verdict: Verdict) -> Iterator[str]:
    """Yield how many cases each tag lost and gained, and the pass rates where a gate has it as a slice."""
    lost = Counter(tag for flip in verdict.lost for tag in dict.fromkeys(flip.tags))
    gained = Counter(tag for flip in verdict.flips if flip.change != "lost" for tag in dict.fromkeys(flip.tags))
    tags = sorted({*lost, *gained}, key=lambda tag: (-lost[tag], -gained[tag], tag))
    slices = {check.slice: check for check in reversed(verdict.checks) if check.slice and check.margin is not None}
    if tags:
        yield "| Tag | Lost | Gained | | Pass rate |"
        yield "|:--|--:|--:|:--|:--|"
    most = max([*lost.values(), 1])
    for tag in tags[:TAGS]:
        told = f"{cell(tag, 40)} | {lost[tag]:,} | {gained[tag]:,} | {bar(lost[tag], most)} | {_rate(slices.get(tag))}"
        yield f"| {told} |"
    if len(tags) > TAGS:
        yield ""
        yield f"And {count(len(tags) - TAGS, 'more tag')}."


def _rate(check: Check | None) -> str:
    if check is None or check.base is None or check.candidate is None:
        return ""
    return f"{percent(check.base)} → {percent(check.candidate)}"


def _example(verdict: Verdict) -> Iterator[str]:
    """Yield the first lost case in full: what it gives, what it expects, and both answers line by line."""
    if not verdict.lost:
        return
    flip = lost_by_turns(verdict)[0]
    yield f"{code(flip.case, 80)} of {code(f'{flip.suite} / {flip.prompt}', 120)}"
    yield ""
    yield f"- fails by: {code(flip.reason, 400)}"
    yield f"- given: {code(flip.vars, 600)}"
    yield f"- expected: {code(flip.expected, 400)}"
    yield ""
    yield from block("\n".join(_diff(flip)), "diff")


def _diff(flip: Flip) -> Iterator[str]:
    if not flip.base_answer and not flip.candidate_answer:
        yield "  (neither answer was kept)"
        return
    yield "--- base"
    yield "+++ candidate"
    old, new = _lines(flip.base_answer), _lines(flip.candidate_answer)
    for how, start, end, begin, stop in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if how == "equal":
            yield from (f"  {line}" for line in old[start:end])
        else:
            yield from (f"- {line}" for line in old[start:end])
            yield from (f"+ {line}" for line in new[begin:stop])


def _lines(answer: str) -> list[str]:
    """Return an answer in lines that a page holds, the first of them; an empty one says so."""
    found = [piece for line in answer[:ANSWER].splitlines() for piece in wrap(line, COLUMNS) or [""]] or ["(empty)"]
    cut = len(answer) > ANSWER or len(found) > LINES
    return [*found[:LINES], "... (cut)"] if cut else found


def _reproduce(verdict: Verdict, posted: Posting) -> Iterator[str]:
    """Yield the commands, of which every word is ours or a commit."""
    base = verdict.base.commit if verdict.base else ""
    candidate = verdict.candidate.commit or posted.head
    if not _COMMIT.fullmatch(candidate):
        return
    against = f" \\\n  --against {base}" if _COMMIT.fullmatch(base) else ""
    yield f"With harness {code(verdict.version, 40)}, in a clone of this repository:"
    yield ""
    pull = f"git fetch origin refs/pull/{posted.number}/head\n"
    extra = " --all" if verdict.mode == "both" else ""
    profile = f" --profile {verdict.profile}" if verdict.profile in {"nightly", "release"} else ""
    yield from block(f"{pull}harness gate --candidate {candidate}{against}{extra}{profile}", "sh")
    if verdict.lost:
        yield ""
        yield "Then `harness diff CASE` shows one case with both answers and every expectation."


def _merge(verdict: Verdict) -> Iterator[str]:
    """Yield what the verdict means for whoever wants to merge."""
    if verdict.outcome is Outcome.PASSED:
        yield "- The check is green: nothing of the gate stands in the way."
        yield "- Once merged, this content is base: later pull requests are compared with it."
    else:
        yield "- The check is not green: where it is required, this cannot be merged."
        yield "- A new commit is judged anew, and this comment then shows its verdict."
    yield "- A change of the policy judges nothing here; it counts from the next pull request on."
