"""What would make a verdict pass: for each check that does not, the number to reach."""

from collections.abc import Iterator

from harness.core.verdict import Check, Outcome, Rule, Verdict
from harness.report.gates import RULES, amount, percent, would_block
from harness.report.quoting import code
from harness.report.summary import place

SHOWN = 12
"""Checks whose goal is told."""
_ADVICE = {
    Rule.CRITICAL: "let every critical case pass again",
    Rule.REDEFINED: "let the edited cases pass in the form that base knows, too",
    Rule.INCOMPARABLE: "let both trees render and judge the same cases",
    Rule.CORRECTED: "let people like the answers as much as base's, or label more answers of both trees",
    Rule.UNJUDGED: "add a gate that judges it, or what the reason asks for",
}


def goals(verdict: Verdict) -> Iterator[str]:
    """Yield what each check asks for that did not pass, and that nobody let through."""
    open_ = [check for check in verdict.checks if check.outcome is not Outcome.PASSED and not verdict.leave(check)]
    for check in open_[:SHOWN]:
        name = code(check.gate, 60) if check.gate else RULES[check.rule]
        yield f"- {name} of {code(place(check), 90)}: {_goal(check)}"
    if len(open_) > SHOWN:
        yield f"- and {len(open_) - SHOWN} more"
    if verdict.outcome is Outcome.INCONCLUSIVE:
        yield (
            "- or let a person answer for it: an entry in base's `.github/waivers.yaml`, or an approval of this commit "
            "by a manager whom base lists"
        )


def _goal(check: Check) -> str:
    if check.outcome is Outcome.UNAVAILABLE:
        return "run it again once the model answers"
    if check.candidate is None:
        return _ADVICE.get(check.rule, "see its reason")
    wanted = _wanted(check, check.candidate)
    if check.outcome is Outcome.INCONCLUSIVE and not would_block(check):
        return f"show by more cases or runs that it is {wanted}"
    return f"bring it to {wanted}"


def _wanted(check: Check, candidate: float) -> str:
    """Return the number to reach and the number now."""
    if check.rule is Rule.SPENDING:
        now = amount(candidate, check.metric)
        if check.at_most is not None:
            return f"{amount(check.at_most, check.metric)} at most, now {now}"
        return f"less than {amount((check.base or 0.0) * (1 + (check.margin or 0.0)), check.metric)}, now {now}"
    if check.at_least is not None:
        return f"{percent(check.at_least)} at least, now {percent(candidate)}"
    if check.base is None or check.margin is None:
        return f"base's figure, now {percent(candidate)}"
    return f"more than {percent(max(check.base - check.margin, 0.0))}, now {percent(candidate)}"
