"""The one comment of a pull request: the verdict first, then what decided it, and the rest folded."""

from collections.abc import Iterable, Iterator

from harness.core.forge import Posting
from harness.core.tree import HARNESS_CHANGED, POLICY_CHANGED
from harness.core.verdict import Outcome, Verdict
from harness.core.words import count
from harness.report.change import broken, changes
from harness.report.folded import folded
from harness.report.gates import SHOWN, SIGN, gate_table
from harness.report.marker import RUNNING, Mark
from harness.report.parts import Part, fit, part
from harness.report.quality import cost_lines
from harness.report.quoting import block, code, link
from harness.report.summary import ADVISORY, tree

LIMIT = 60_000
"""Characters of a comment; GitHub takes 65,536."""
NOTICES = 8
WHY = 2_000
"""Characters of what a crash said."""


def as_comment(verdict: Verdict, posted: Posting) -> str:
    """Return the comment that shows a verdict, at most `LIMIT` characters long.

    Raises:
        ValueError: The posting's head is no full commit digest.
    """
    mark = part("mark", [_mark(posted, verdict.outcome)])
    return fit([mark, *first_screen(verdict, posted), *folded(verdict, posted)], LIMIT, elsewhere(posted))


def as_running(posted: Posting) -> str:
    """Return the comment that is shown until there is a verdict.

    Raises:
        ValueError: As of `as_comment`.
    """
    return "\n".join([
        _mark(posted, RUNNING),
        "## ⏳ Running",
        "",
        f"{code(posted.head[:7])} is being judged. This comment will show the verdict.",
        *_links(posted),
        "",
    ])  # fmt: skip


def as_unavailable(posted: Posting, why: str) -> str:
    """Return the comment of a run that ended without a verdict, with what it said last.

    Raises:
        ValueError: As of `as_comment`.
    """
    return "\n".join([_mark(posted, Outcome.UNAVAILABLE), *unavailable_lines(posted, why), ""])


def unavailable_lines(posted: Posting, why: str) -> Iterator[str]:
    """Yield what a crash came to: nothing is known, so nothing is let through."""
    yield f"## {SIGN[Outcome.UNAVAILABLE]} Unavailable: the run ended without a verdict"
    yield ""
    yield f"Nothing is known of {code(posted.head[:7])}, so nothing is let through. Mend what it says, or run it again."
    yield ""
    yield from block(f"{why[:WHY]} ... (cut)" if len(why) > WHY else why)
    yield from _links(posted)


def headline(verdict: Verdict) -> str:
    """Return the verdict in one line of our own words and numbers."""
    open_ = sum(check.outcome is verdict.outcome for check in verdict.checks)
    word = f"{verdict.outcome}".capitalize() + (" (partial)" if verdict.scope == "partial" else "")
    if not verdict.checks:
        return f"{word}: nothing to judge in {count(len(verdict.pairs), 'pair')}"
    if verdict.outcome is Outcome.PASSED:
        through = sum(bool(verdict.leave(check)) for check in verdict.checks)
        lifted = f", {through} of them inconclusive and let through" if through else ""
        return f"{word}: {count(len(verdict.checks), 'check')}{lifted}"
    return f"{word}: {open_} of {count(len(verdict.checks), 'check')}"


def first_screen(verdict: Verdict, posted: Posting) -> Iterator[Part]:
    """Yield what is never cut."""
    yield part("verdict", _head(verdict, posted))
    yield part("who let it through", _let_through(verdict))
    yield part("notices", _notices(verdict, posted))
    yield part("checks", _checks(verdict))
    yield part("what changed", changes(verdict))
    yield part("what broke", broken(verdict))
    yield part("cost", cost_lines(verdict))


def elsewhere(posted: Posting) -> str:
    """Return where the whole is."""
    return link("the full report", posted.urls.get("report", "")) + " and in `report.md` of the run's artifact"


def _mark(posted: Posting, state: str) -> str:
    return Mark(posted.number, posted.head, posted.run, posted.attempt, state).as_line()


def _head(verdict: Verdict, posted: Posting) -> Iterator[str]:
    yield f"## {SIGN[verdict.outcome]} {headline(verdict)}"
    yield ""
    against = f"{code(tree(verdict.candidate), 100)} against {code(tree(verdict.base), 100)}"
    yield f"{against} · policy from {code(verdict.policy, 20)} · harness {code(verdict.version, 40)}"
    yield from _links(posted)


def _links(posted: Posting) -> Iterator[str]:
    """Yield a line of links to what else there is; a comment without any has none."""
    words = {"report": "full report", "check": "check", "attestation": "signed verdict", "run": "run"}
    found = [link(words[key], posted.urls[key]) for key in words if posted.urls.get(key)]
    if found:
        yield ""
        yield " · ".join(found)


def _checks(verdict: Verdict) -> Iterator[str]:
    yield from gate_table(verdict, verdict.checks[:SHOWN])
    if len(verdict.checks) > SHOWN:
        yield ""
        yield f"{count(len(verdict.checks) - SHOWN, 'more check')} below, none worse than these."


def _let_through(verdict: Verdict) -> Iterator[str]:
    """Yield who answers for what the gate could not decide: a decision, and so no warning."""
    if verdict.lifted:
        yield "> [!NOTE]"
    yield from _list(
        f"{code(one.check, 120)} is inconclusive and let through by {code(one.by, 60)}: "
        f"{code(f'{one.how}, {one.reason}', 400)}{f', until {code(one.until, 20)}' if one.until else ''}"
        for one in dict.fromkeys(verdict.lifted)
    )


def _notices(verdict: Verdict, posted: Posting) -> Iterator[str]:
    """Yield what a reader must know before the numbers, as one warning."""
    found = [*_own(verdict, posted), *map(_said, _quoted(verdict, posted))]
    if found:
        yield "> [!WARNING]"
    yield from _list(found)


def _said(notice: str) -> str:
    """Return a notice as it stands where it is ours to the letter; others name what somebody else wrote."""
    return f"{notice[0].upper()}{notice[1:]}." if notice in {HARNESS_CHANGED, POLICY_CHANGED} else code(notice)


def _list(found: Iterable[str]) -> Iterator[str]:
    lines = [*found]
    yield from (f"> - {line}" for line in lines[:NOTICES])
    if len(lines) > NOTICES:
        yield f"> - and {len(lines) - NOTICES} more"


def _own(verdict: Verdict, posted: Posting) -> Iterator[str]:
    if verdict.candidate.commit and verdict.candidate.commit != posted.head:
        yield f"This verdict is of {code(verdict.candidate.commit[:7])}; the head is {code(posted.head[:7])}."
    if verdict.scope == "partial":
        yield "Only the cases that filters selected were judged."
    if verdict.advisory:
        yield f"Advisory: {ADVISORY}."
    if verdict.weighing and verdict.weighing != "blocking":
        yield f"Gates that weigh answers which vary: {code(verdict.weighing)}"


def _quoted(verdict: Verdict, posted: Posting) -> Iterator[str]:
    yield from posted.caveats
    yield from verdict.notices
    yield from verdict.run.notices
