"""How far a run can be trusted, and what it and the requests of the prompts cost."""

from collections.abc import Iterator

from harness.core.card import Card
from harness.core.money import show_rate, show_usd
from harness.core.spending import Spending
from harness.core.verdict import Verdict
from harness.core.words import count, named
from harness.report.quoting import cell, code
from harness.report.summary import cost

PROMPTS = 5
CASES = 5
CARDS = 12


def quality(verdict: Verdict) -> Iterator[str]:
    """Yield failures, doubts and the detectors that judged."""
    run = verdict.run
    bills = f"{run.unknown:,} of which the bill is not known"
    yield f"- {count(run.failures, 'failed call')}, {run.retries:,} repeated, {bills}"
    yield f"- {run.cached:,} of {run.calls + run.cached:,} answers were known already{_source(verdict)}"
    if verdict.flaky:
        cases = [f"{code(item.case, 60)} ({item.passed}/{item.runs})" for item in verdict.flaky]
        flicker = "flickers" if len(cases) == 1 else "flicker"
        yield f"- {count(len(cases), 'case')} {flicker} on base: {named(cases, CASES)}"
    else:
        yield "- no case is seen to flicker on base"
    if verdict.incomparable:
        cases = [f"{code(item.case, 60)} {code(item.reason, 120)}" for item in verdict.incomparable]
        yield f"- {count(len(cases), 'case')} cannot be judged: {named(cases, CASES, apart='; ')}"
    else:
        yield "- every case could be judged"
    if verdict.detectors:
        yield ""
        yield "| Detector | First figure [95%] | Known blind spots |"
        yield "|:--|:--|--:|"
    yield from map(_card, verdict.detectors[:CARDS])


def cost_lines(verdict: Verdict) -> Iterator[str]:
    """Yield what the run cost, and what 1,000 requests of each judged prompt do."""
    run = verdict.run
    yield "### Cost"
    yield ""
    yield f"- This run: {cost(run)}, {count(run.calls, 'call')} in {run.seconds:.1f} s"
    for found in verdict.spending[:PROMPTS]:
        yield f"- {code(found.prompt, 60)}: {_requests(found)}"
    if len(verdict.spending) > PROMPTS:
        yield f"- and {count(len(verdict.spending) - PROMPTS, 'more prompt')}"


def _requests(found: Spending) -> str:
    if found.candidate.per_1000 is None:
        return "cost unknown, since its model has no price"
    before = show_rate(found.base.per_1000) + " → " if found.base and found.base.per_1000 is not None else ""
    told = f"{before}{show_rate(found.candidate.per_1000)} per 1,000 requests"
    if found.monthly is None:
        return told
    limit = "" if found.monthly_limit is None else f" of {show_usd(found.monthly_limit)}"
    return f"{told}, {show_usd(found.monthly)}{limit} a month"


def _source(verdict: Verdict) -> str:
    return f", from the recording {code(verdict.run.replayed, 60)}" if verdict.run.replayed else ""


def _card(card: Card) -> str:
    return f"| {cell(f'{card.kind} {card.version}', 60)} | {cell(card.figures[0], 140)} | {len(card.blind_spots)} |"
