"""Lifting: an inconclusive check passes by leave of somebody whom base names; a blocked one never does."""

from collections.abc import Sequence
from dataclasses import replace

from harness.core.authority import Authority, CheckWaiver
from harness.core.forge import Approval
from harness.core.verdict import Check, Lifted, Outcome, Verdict


def lift(
    verdict: Verdict, authority: Authority, approvals: Sequence[Approval], today: str, *, also: str = ""
) -> Verdict:
    """Return the verdict: passed, if it was inconclusive and every such check is let through.

    Args:
        verdict: Of a whole gate; what is returned keeps its summary.
        authority: As base says.
        approvals: That stand on the pull request; those of other commits than the one judged count for nothing.
        today: As `2026-12-31`; a waiver holds to the end of its last day.
        also: Another commit that is known to propose the same; empty where there is none.
    """
    open_checks = [check for check in verdict.checks if check.outcome is Outcome.INCONCLUSIVE]
    consent = _consent(verdict, authority, approvals, also)
    lifted = [_lifted(check, verdict, authority, consent, today) for check in open_checks]
    if verdict.outcome is not Outcome.INCONCLUSIVE or verdict.scope != "full":
        return verdict
    if not lifted or not all(lifted):
        return verdict
    return replace(verdict, outcome=Outcome.PASSED, exit_code=0, lifted=tuple(filter(None, lifted)))


def _lifted(
    check: Check, verdict: Verdict, authority: Authority, consent: tuple[str, str] | None, today: str
) -> Lifted | None:
    """Return by whom a check is let through, or None."""
    name = check.about
    for waiver in authority.waivers:
        if waiver.check == name and today <= waiver.expires and _covers(waiver, verdict, check):
            return Lifted(name, waiver.owner, "waiver", waiver.reason, waiver.expires)
    return Lifted(name, consent[0], "approval", consent[1]) if consent else None


def _covers(waiver: CheckWaiver, verdict: Verdict, check: Check) -> bool:
    """Return whether a waiver is about the content that was judged."""
    pairs = (pair for pair in verdict.pairs if (pair.suite, pair.prompt) == (check.suite, check.prompt))
    return any(pair.candidate_digest == waiver.digest for pair in pairs)


def _consent(
    verdict: Verdict, authority: Authority, approvals: Sequence[Approval], also: str
) -> tuple[str, str] | None:
    """Return the first manager by name who approved what was judged, and what was approved; None if nobody did."""
    judged = verdict.candidate.commit
    counted = {judged: f"approved {judged[:7]}", also: f"approved {also[:7]}, which proposes the same"}
    named = {login.casefold(): login for login in authority.managers}  # GitHub's logins are the same in either case
    found = (
        (named[one.login.casefold()], counted[one.commit])
        for one in approvals
        if one.commit and one.commit in counted and one.login.casefold() in named
    )
    return min(found, default=None)
