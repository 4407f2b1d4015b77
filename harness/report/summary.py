"""The verdict in one sentence, and the other sentences that several views share."""

from harness.core.money import show_usd
from harness.core.tree import Tree
from harness.core.verdict import Check, Failing, Outcome, Run, Verdict
from harness.core.words import count
from harness.report.text import one_line

ADVISORY = "the harness that judged is the working tree's own"
"""What `advisory` means."""


def summarise(verdict: Verdict) -> str:
    """Return what became of the change, and the first reason."""
    head = f"{verdict.outcome}{' (partial)' if verdict.scope == 'partial' else ''}"
    if not verdict.checks:
        alike = sum(pair.status == "unchanged" for pair in verdict.pairs)
        left_out = sum(pair.status == "not selected" for pair in verdict.pairs)
        removed = len(verdict.pairs) - alike - left_out
        told = [
            f"{alike} {'pair is' if alike == 1 else 'pairs are'} unchanged",
            f"{removed} removed" if removed else "",
            f"{left_out} not selected" if left_out else "",
        ]
        return f"{head}: nothing to judge; {', '.join(filter(None, told))}"
    if verdict.outcome is Outcome.PASSED:
        judged = {(check.suite, check.prompt) for check in verdict.checks}
        lifted = f", {len(verdict.lifted)} of them inconclusive and let through" if verdict.lifted else ""
        return f"{head}: {count(len(verdict.checks), 'check')} on {count(len(judged), 'pair')}{lifted}"
    worst = [check for check in verdict.checks if check.outcome is verdict.outcome]
    return f"{head}: {count(len(worst), 'check')} of {len(verdict.checks)}; {place(worst[0])}: {worst[0].reason}"


def place(check: Check) -> str:
    """Return what a check is about: its pair, and its slice if it has one."""
    if not check.suite:
        return "this run"
    tag = f" [{check.slice}]" if check.slice else ""
    return f"{check.suite} / {check.prompt}{tag}"


def tree(judged: Tree | None) -> str:
    """Return which files were judged or judged against; a commit that was asked for in full is named once, in short."""
    if judged is None:
        return "none"
    short = judged.commit[:7]
    named = short if judged.label == judged.commit else f"{judged.label}{short and f'@{short}'}"
    return f"{named}{' with uncommitted changes' if judged.dirty else ''}"


def blame(item: Failing) -> str:
    """Return what is known of a case that fails without being lost."""
    if item.unable:
        return "cannot be judged"
    return "base fails it too" if item.base_passed is False else "not compared with base"


def spent(verdict: Verdict) -> str:
    """Return what the run took."""
    run = verdict.run
    source = f"the recording {one_line(run.replayed, 60)}" if run.replayed else "the cache"
    told = f"{cost(run)} in {run.seconds:.1f} s; {run.cached} of {run.calls + run.cached} answers from {source}"
    return f"{told}, {count(run.calls, 'call')}"


def cost(run: Run) -> str:
    """Return what the calls of a run cost."""
    if run.unpriced:
        return "unknown: no price"
    if not run.calls and not run.failures:
        return "nothing"
    return f"{show_usd(run.cost)}{' (notional: nobody is billed)' if run.notional else ''}"
