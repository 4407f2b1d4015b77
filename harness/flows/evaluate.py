"""Evaluating one pair: render, ask, score, and lay both trees' results side by side."""

from collections.abc import AsyncIterator, Iterable, Iterator

from harness.core.completion import Completion, Failure
from harness.core.score import CaseResult
from harness.execute.run import Runner, Work
from harness.flows.rows import Slot
from harness.flows.setup import Court
from harness.flows.turns import informed, next_turn, whole
from harness.flows.vectors import Embedder, finder, texts_of
from harness.score.similar import needed

WINDOW = 256
"""Answers whose vectors are asked for, and kept, together."""

type Waiting = list[tuple[Work[Slot], Completion]]
"""Answers that are to be compared with texts."""


async def evaluate(
    runner: Runner, work: Iterator[Work[Slot]], court: Court, accounts: tuple[str, ...]
) -> AsyncIterator[int]:
    """Answer and score all work, filling its rows; yields how many trials are done.

    A conversation's next turn is asked when all works before it are answered.
    """
    done = 0
    waiting: Waiting = []
    ahead: Iterable[Work[Slot]] = work
    while ahead:
        later: list[Work[Slot]] = []
        async for item, sample in runner.run(ahead, accounts):
            match sample.outcome:
                case Failure(reason):
                    item.tag.put(CaseResult(None, {}, problem=f"no answer: {reason}"))
                case Completion() as said if item.tag.turns_left:
                    later.append(next_turn(item, said))
                    continue
                case Completion() as last:
                    said = whole(item.tag.said, last)
                    if court.embedder and needed(item.tag.case, said):
                        waiting.append((item, said))
                    else:
                        item.tag.put(court.mark(informed(item), said))
            if court.embedder and len(waiting) == WINDOW:
                await _compare(runner, waiting, court, court.embedder, accounts)
                waiting.clear()
            done += 1
            yield done
        ahead = later
    if court.embedder:
        await _compare(runner, waiting, court, court.embedder, accounts)


async def _compare(
    runner: Runner, waiting: Waiting, court: Court, embedder: Embedder, accounts: tuple[str, ...]
) -> None:
    """Score answers that are compared with texts, when the vectors of both have come."""
    texts = texts_of((item.trial.name, item.tag.case, said) for item, said in waiting)
    vectors = {work.tag: sample.outcome async for work, sample in runner.run(embedder.works(texts), accounts)}
    find = finder(vectors)
    for item, said in waiting:
        item.tag.put(court.mark(informed(item), said, find))
    failed = {text for text, outcome in vectors.items() if isinstance(outcome, Failure)}
    lost = {item.trial.key: item.trial for item, said in waiting if failed.intersection(needed(item.tag.case, said))}
    for trial in list(lost.values())[len(failed) :]:  # a vector that many answers lack is a failure of each of them
        runner.tally.miss(trial, Failure("its answer has no vector to be compared with"))
