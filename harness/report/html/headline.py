"""The first screen: what became of the change, in a word, a sentence and a few figures."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from harness.core.money import show_rate, show_usd
from harness.core.tree import Tree
from harness.core.verdict import Verdict
from harness.report.html.part import Part, part
from harness.report.summary import ADVISORY, spent, tree
from harness.report.text import one_line

CHANGED = 50
"""Changed files that are named."""
SENTENCE = 600
"""Characters of the summary."""
_PROFILES = ("nightly", "release")
_COMMIT = re.compile(r"[0-9a-f]{7,64}")


class Figure(NamedTuple):
    """A number and what it counts."""

    number: str
    counts: str


class Fact(NamedTuple):
    """Something that the judgement rests on."""

    name: str
    value: str


class Headline(NamedTuple):
    """What the page begins with."""

    word: str
    title: str
    base: str
    candidate: str
    sentence: str
    figures: tuple[Figure, ...]
    facts: tuple[Fact, ...]
    changed: Part[str]
    command: str
    """What judges the same once more; empty where there is no such command."""
    why_not: str


def headline(verdict: Verdict) -> Headline:
    """Return the beginning of the page."""
    partial = " (partial)" if verdict.scope == "partial" else ""
    against = f" against {tree(verdict.base)}" if verdict.base else ""
    return Headline(
        word=f"{verdict.outcome.capitalize()}{partial}",
        title=one_line(f"{verdict.outcome.capitalize()}{partial}: {tree(verdict.candidate)}{against}"),
        base=tree(verdict.base),
        candidate=tree(verdict.candidate),
        sentence=one_line(verdict.summary.removeprefix(f"{verdict.outcome}{partial}: "), SENTENCE),
        figures=tuple(_figures(verdict)),
        facts=tuple(_facts(verdict)),
        changed=part(verdict.changed, CHANGED, str),
        command="" if (why_not := _unrepeatable(verdict)) else _command(verdict),
        why_not=why_not,
    )


def _figures(verdict: Verdict) -> Iterator[Figure]:
    same = sum(check.outcome is verdict.outcome for check in verdict.checks)
    if verdict.checks:
        through = sum(bool(verdict.leave(check)) for check in verdict.checks)
        lifted = f", {through} let through" if through else ""
        yield Figure(f"{same} of {len(verdict.checks)}", f"checks {verdict.outcome}{lifted}")
    if verdict.flips:
        yield Figure(f"{len(verdict.lost):,}", f"cases lost, {len(verdict.flips) - len(verdict.lost):,} gained")
    decided = sum(found.cases - found.undecided for found in verdict.attacks)
    if decided:
        yield Figure(f"{sum(found.succeeded for found in verdict.attacks)} of {decided}", "attacks succeeded")
    if len(verdict.spending) == 1:
        (found,) = verdict.spending
        before = f", was {show_rate(found.base.per_1000)}" if found.base and found.base.per_1000 is not None else ""
        if found.candidate.per_1000 is not None:
            yield Figure(show_rate(found.candidate.per_1000), f"for 1,000 requests{before}")
    run = verdict.run
    notional = " (notional)" if run.notional else ""
    yield Figure("unknown" if run.unpriced else show_usd(run.cost), f"spent by this run{notional}, {run.seconds:.1f} s")


def _facts(verdict: Verdict) -> Iterator[Fact]:
    yield Fact("base", _whole(verdict.base))
    yield Fact("candidate", _whole(verdict.candidate))
    yield Fact("policy", f"{verdict.policy}'s")
    yield Fact("scope", f"{verdict.scope}, {verdict.mode}, {verdict.profile}")
    if verdict.weighing:
        yield Fact("weighing", verdict.weighing)
    yield Fact("harness", f"{verdict.version}{f', advisory: {ADVISORY}' if verdict.advisory else ''}")
    yield Fact("spent", spent(verdict))


def _whole(judged: Tree | None) -> str:
    """Return which files these are, with all the digits of their commit."""
    return f"{tree(judged)}, {judged.commit}" if judged and judged.commit else tree(judged)


def _unrepeatable(verdict: Verdict) -> str:
    """Return why no command judges just this once more; nothing where one does."""
    if verdict.candidate.dirty:
        return "the candidate holds changes that are in no commit"
    if verdict.scope == "partial":
        return "filters left cases out, and the verdict does not say which filters"
    trees = [verdict.candidate, *([verdict.base] if verdict.base else [])]
    return "" if all(_COMMIT.fullmatch(judged.commit) for judged in trees) else "not all of it has a commit"


def _command(verdict: Verdict) -> str:
    """Return how to judge the same again, in which a commit's own digits are all that is anybody else's."""
    words = ["harness gate --candidate", verdict.candidate.commit]
    words += ["--against", verdict.base.commit] if verdict.base else []
    words += ["--policy candidate"] if verdict.policy == "candidate" else []
    words += ["--all"] if verdict.mode != "paired" else []
    words += [f"--profile {verdict.profile}"] if verdict.profile in _PROFILES else []
    return " ".join(words)
