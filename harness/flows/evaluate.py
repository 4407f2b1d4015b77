"""Evaluating one pair: render, ask, score, and lay both trees' results side by side."""

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field

from harness.core.case import Case
from harness.core.completion import Completion, Failure, Trial
from harness.core.errors import ContentError
from harness.core.judged import Judged
from harness.core.pair import Pair
from harness.core.policy import PASS
from harness.core.score import CaseResult
from harness.execute.run import Runner, Work
from harness.flows.setup import Court
from harness.flows.side import Side
from harness.flows.vectors import Embedder, finder, texts_of
from harness.plan.union import Change, Pairing
from harness.score.similar import needed

WINDOW = 256
"""Answers whose vectors are asked for, and kept, together."""

BASE, CANDIDATE, OLD_BASE, OLD_CANDIDATE = range(4)
"""The four results that a case may have: each tree on today's form, and each on the base's old form."""


@dataclass(slots=True)
class Row:
    """One case id while its results come in."""

    pairing: Pairing
    results: list[CaseResult | None] = field(default_factory=lambda: [None] * 4)
    keys: list[str] = field(default_factory=lambda: [""] * 4)
    """The key of the trial behind each result, by which its answer is found again."""
    problem: str = ""
    """Why a tree could not render it."""

    def judged(self) -> Judged:
        """Return the row as the gate wants it."""
        pairing = self.pairing
        base_form = pairing.base_form
        return Judged(
            case=pairing.id,
            change=pairing.change,
            critical=pairing.form.critical or base_form.critical,
            tags=frozenset(base_form.tags),
            base=self.results[BASE],
            candidate=self.results[CANDIDATE],
            old_base=self.results[OLD_BASE],
            old_candidate=self.results[OLD_CANDIDATE],
            own=pairing.change is not Change.REMOVED,
            measures=frozenset([PASS, *(item.metric for item in pairing.form.expect)]),
        )


type Slot = tuple[Row, int, Case]


def work_of(pair: Pair, rows: Sequence[Row], *, base: Side | None, candidate: Side | None) -> Iterator[Work[Slot]]:
    """Yield a trial for each result a pair needs; a form that a tree cannot render is noted in its row.

    Args:
        pair: Its prompt is the candidate's; the base may know it under an older name.
        rows: One for each case id.
        base: None when there is nothing to compare with.
        candidate: None for a pair that the candidate removed.
    """
    sides = ((base, BASE, OLD_BASE), (candidate, CANDIDATE, OLD_CANDIDATE))
    for row in rows:
        for side, today, old in sides:
            if side is None:
                continue
            yield from _trial(pair, row, side, today, row.pairing.form)
            if row.pairing.old_form:
                yield from _trial(pair, row, side, old, row.pairing.old_form)


def _trial(pair: Pair, row: Row, side: Side, slot: int, case: Case) -> Iterator[Work[Slot]]:
    prompt = side.name_of(pair.prompt)
    asking = side.asking(prompt)
    if not row.keys[slot]:
        try:
            row.keys[slot] = side.key(prompt, case)
        except ContentError as error:
            row.problem = f"{side.workspace.label} cannot render it: {error.what}"
            return
    yield Work(
        trial=Trial(f"{prompt}/{case.id}#0", row.keys[slot]),
        prepare=lambda: asking.prepare(side.messages(prompt, case, row.keys[slot])),
        pin=asking.pin,
        tag=(row, slot, case),
    )


type Waiting = list[tuple[Work[Slot], Completion]]
"""Answers that are to be compared with texts."""


async def evaluate(
    runner: Runner, work: Iterator[Work[Slot]], court: Court, accounts: tuple[str, ...]
) -> AsyncIterator[int]:
    """Answer and score all work, filling its rows; yields how many trials are done."""
    done = 0
    waiting: Waiting = []
    async for item, sample in runner.run(work, accounts):
        row, slot, case = item.tag
        match sample.outcome:
            case Failure(reason):
                row.results[slot] = CaseResult(None, {}, problem=f"no answer: {reason}")
            case Completion() as said if court.embedder and needed(case, said):
                waiting.append((item, said))
                if len(waiting) == WINDOW:
                    await _compare(runner, waiting, court, court.embedder, accounts)
                    waiting.clear()
            case Completion() as said:
                row.results[slot] = court.mark(case, said)
        done += 1
        yield done
    if court.embedder:
        await _compare(runner, waiting, court, court.embedder, accounts)


async def _compare(
    runner: Runner, waiting: Waiting, court: Court, embedder: Embedder, accounts: tuple[str, ...]
) -> None:
    """Score answers that are compared with texts, when the vectors of both have come."""
    texts = texts_of((item.trial.name, item.tag[2], said) for item, said in waiting)
    vectors = {work.tag: sample.outcome async for work, sample in runner.run(embedder.works(texts), accounts)}
    find = finder(vectors)
    for item, said in waiting:
        row, slot, case = item.tag
        row.results[slot] = court.mark(case, said, find)
    failed = {text for text, outcome in vectors.items() if isinstance(outcome, Failure)}
    lost = {item.trial.key: item.trial for item, said in waiting if failed.intersection(needed(item.tag[2], said))}
    for trial in list(lost.values())[len(failed) :]:  # a vector that many answers lack is a failure of each of them
        runner.tally.miss(trial, Failure("its answer has no vector to be compared with"))
