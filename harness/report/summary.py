"""The verdict in one sentence."""

from harness.core.verdict import Check, Outcome, Verdict


def summarise(verdict: Verdict) -> str:
    """Return what became of the change, and the first reason."""
    head = f"{verdict.outcome}{' (partial)' if verdict.scope == 'partial' else ''}"
    if not verdict.checks:
        alike = sum(pair.status == "unchanged" for pair in verdict.pairs)
        removed = len(verdict.pairs) - alike
        told = [
            f"{alike} {'pair is' if alike == 1 else 'pairs are'} unchanged",
            f"{removed} removed" if removed else "",
        ]
        return f"{head}: nothing to judge; {', '.join(filter(None, told))}"
    if verdict.outcome is Outcome.PASSED:
        judged = {(check.suite, check.prompt) for check in verdict.checks}
        return f"{head}: {_count(len(verdict.checks), 'check')} on {_count(len(judged), 'pair')}"
    worst = [check for check in verdict.checks if check.outcome is verdict.outcome]
    return f"{head}: {_count(len(worst), 'check')} of {len(verdict.checks)}; {place(worst[0])}: {worst[0].reason}"


def place(check: Check) -> str:
    """Return what a check is about: its pair, and its slice if it has one."""
    if not check.suite:
        return "this run"
    tag = f" [{check.slice}]" if check.slice else ""
    return f"{check.suite} / {check.prompt}{tag}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
