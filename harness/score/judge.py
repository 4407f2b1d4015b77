"""The kind `judge`: a rubric that a pinned model follows; several of them vote."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.core.exchange import Exchange
from harness.core.jsons import Json
from harness.core.judge import Judge
from harness.core.score import Mark, UnableError
from harness.ports import Ask
from harness.score.judging import Judgement, asked_of, form_of, judgement_of, questions
from harness.score.wording import cut, visible

KIND = "judge"


def names_in(expected: Json) -> list[str]:
    """Return the names of judges in an expectation's value."""
    return [str(name) for name in expected] if isinstance(expected, list) else [str(expected)]


@dataclass(frozen=True, slots=True)
class JudgeGrader:
    """Marks 1 where the judge passes an answer, or most of several do, and 0 where it fails it."""

    judges: Mapping[str, Judge] = field(default_factory=dict)
    """By name; who they are is known when the tree is read."""
    version: str = "1"
    needs_threshold: bool = False

    def problem(self, expected: Json, _reference: str) -> str:
        """Return what is wrong with an expectation's value; whether the judge exists is the tree's to say."""
        names = expected if isinstance(expected, list) else [expected]
        if not names or not all(isinstance(name, str) and name for name in names):
            return "must be the name of a judge, or a list of names"
        return "" if len({*names_in(expected)}) == len(names) else "names a judge twice, who has one vote"

    def calls(self, expected: Json) -> int:
        """Return how many calls a grade takes: one of each judge."""
        return len(names_in(expected))

    async def grade(self, exchange: Exchange, expected: Json, ask: Ask) -> Mark:
        """Return the mark.

        Raises:
            UnableError: The judge cannot tell; of several, those who can leave it open.
        """
        judges = [self.judges[name] for name in names_in(expected)]
        said = await asyncio.gather(*(_judgement(judge, exchange, ask) for judge in judges))
        votes = [judge.passed(one.grade) for judge, one in zip(judges, said, strict=True) if isinstance(one, Judgement)]
        reason = "; ".join(_told(judge, one) for judge, one in zip(judges, said, strict=True))
        for value in (True, False):
            if votes.count(value) * 2 > len(judges):
                return Mark(float(value), reason, votes=tuple(votes) if len(votes) == len(judges) > 1 else ())
        raise UnableError(reason)


async def _judgement(judge: Judge, exchange: Exchange, ask: Ask) -> Judgement | str:
    messages = questions(judge, asked_of(exchange), exchange.answer)
    try:
        said = await ask.complete(messages, schema=form_of(judge), model=judge.model)
        return judgement_of(said.text, judge)
    except UnableError as error:
        return str(error)


def _told(judge: Judge, said: Judgement | str) -> str:
    if isinstance(said, str):
        return said
    return f"{judge.name} says {said.grade}: {cut(visible(said.why), 120)}"


JUDGE = JudgeGrader()
