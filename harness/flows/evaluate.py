"""Evaluating one pair: render, ask, score, and lay both trees' results side by side."""

from collections.abc import AsyncIterator, Iterator

from harness.core.completion import Completion, Failure
from harness.core.score import CaseResult
from harness.execute.run import Runner, Work
from harness.flows.playing import last_answers
from harness.flows.rows import Slot
from harness.flows.setup import Court
from harness.flows.turns import exchange_of, informed, whole
from harness.flows.vectors import finder, texts_of
from harness.score.similar import Find, needed, no_vectors

WINDOW = 256
"""Answers about which others are asked together, and which are kept until then."""

type Waiting = list[tuple[Work[Slot], Completion]]
"""Last answers that are marked by what somebody else says of them."""


async def evaluate(
    runner: Runner, work: Iterator[Work[Slot]], court: Court, accounts: tuple[str, ...]
) -> AsyncIterator[int]:
    """Answer and score all work, filling its rows; yields how many trials are done."""
    done = 0
    waiting: Waiting = []
    async for item, outcome in last_answers(runner, work, court.player, accounts):
        match outcome:
            case Failure(reason):
                item.tag.put(CaseResult(None, {}, problem=f"no answer: {reason}"))
            case Completion() as last:
                said = whole(item.tag.said, last)
                compared = court.embedder and needed(item.tag.case, said)
                if compared or court.grading.graded(item.tag.case):
                    waiting.append((item, last))
                else:
                    item.tag.put(court.mark(informed(item), said))
        if len(waiting) == WINDOW:
            await _hear(runner, waiting, court, accounts)
            waiting.clear()
        done += 1
        yield done
    if waiting:
        await _hear(runner, waiting, court, accounts)


async def _hear(runner: Runner, waiting: Waiting, court: Court, accounts: tuple[str, ...]) -> None:
    """Score answers when others have said what they say of them: vectors first, then grades."""
    find = await _vectors(runner, waiting, court, accounts)
    wanted = [list(court.grading.wanted(item.trial.name, exchange_of(item, last))) for item, last in waiting]
    given = await court.grading.ask(runner, [one for some in wanted for one in some], accounts)
    for (item, last), some in zip(waiting, wanted, strict=True):
        said = whole(item.tag.said, last)
        item.tag.put(court.mark(informed(item), said, find, court.grading.told(some, given)))


async def _vectors(runner: Runner, waiting: Waiting, court: Court, accounts: tuple[str, ...]) -> Find:
    """Return what finds the vectors that the kind `similar` compares."""
    if court.embedder is None:
        return no_vectors
    answers = [(item, whole(item.tag.said, last)) for item, last in waiting]
    texts = texts_of((item.trial.name, item.tag.case, said) for item, said in answers)
    vectors = {work.tag: sample.outcome async for work, sample in runner.run(court.embedder.works(texts), accounts)}
    failed = {text for text, outcome in vectors.items() if isinstance(outcome, Failure)}
    lost = {item.trial.key: item.trial for item, said in answers if failed.intersection(needed(item.tag.case, said))}
    for trial in list(lost.values())[len(failed) :]:  # a vector that many answers lack is a failure of each of them
        runner.tally.miss(trial, Failure("its answer has no vector to be compared with"))
    return finder(vectors)
