"""The kind `preferred`: a judge sets an answer beside the case's reference, in both orders."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import fmean

from harness.core.exchange import Exchange
from harness.core.fence import fenced
from harness.core.json_reader import NotJsonError, read_said
from harness.core.jsons import Json
from harness.core.judge import Judge
from harness.core.prompt import Message
from harness.core.score import Mark, UnableError
from harness.ports import Ask
from harness.score.judging import asked_of, frame_of

KIND = "preferred"
WORTH = {"first": 1.0, "neither": 0.5, "second": 0.0}
"""What each word of a judge is worth to the answer that is shown first."""
_FORM: Mapping[str, Json] = {
    "type": "object",
    "properties": {"why": {"type": "string"}, "better": {"type": "string", "enum": list(WORTH)}},
    "required": ["why", "better"],
    "additionalProperties": False,
}
_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class PreferredGrader:
    """Marks 1 where the answer is preferred in both orders, 0 where the reference is, and else what lies between.

    A judge that prefers what it sees first, or last, says the opposite when the two change places: that is 0.5.
    """

    judges: Mapping[str, Judge] = field(default_factory=dict)
    """By name; who they are is known when the tree is read."""
    version: str = "1"
    needs_threshold: bool = True

    def problem(self, expected: Json, reference: str) -> str:
        """Return what is wrong with an expectation's value; whether the judge exists is the tree's to say."""
        if not isinstance(expected, str) or not expected:
            return "must be the name of a judge"
        return "" if reference.strip() else "needs a case with a `reference`, beside which the answer is set"

    def calls(self, _expected: Json) -> int:
        """Return how many calls a grade takes: one in each order."""
        return 2

    async def grade(self, exchange: Exchange, expected: Json, ask: Ask) -> Mark:
        """Return the mark.

        Raises:
            UnableError: The judge does not say which is better, in one of the orders.
        """
        judge, reference = self.judges[str(expected)], exchange.case.reference
        ahead, behind = await asyncio.gather(
            _better(judge, exchange, (exchange.answer, reference), ask),
            _better(judge, exchange, (reference, exchange.answer), ask),
        )
        value = fmean((WORTH[ahead], 1 - WORTH[behind]))
        if ahead == behind != "neither":
            return Mark(value, f"the {ahead} that is shown is better, whichever it is")
        told = {0.0: "the reference is better", 0.5: "neither is better", 1.0: "the answer is better"}
        return Mark(value, told.get(value, "one of the two is better in one of the orders"))


async def _better(judge: Judge, exchange: Exchange, shown: tuple[str, str], ask: Ask) -> str:
    first, second = shown
    asked = asked_of(exchange)
    material = fenced({**({"asked": asked} if asked else {}), "first": first, "second": second})
    told = "\n\n".join(
        (
            "You are shown two answers to the same question, and say which is better by one rubric and nothing else.",
            f"The rubric:\n{judge.rubric.strip()}",
            frame_of(material.mark),
            'Answer with a JSON object: {"why": one sentence, "better": "first", "second" or "neither"}.',
        )
    )
    said = await ask.complete(
        (Message("system", told), Message("user", material.text)), schema=_FORM, model=judge.model
    )
    try:
        better = read_said(said.text, deepest=_DEEPEST).get("better")
    except NotJsonError:
        raise UnableError(f"judge `{judge.name}` answered no JSON") from None
    if not isinstance(better, str) or better not in WORTH:
        raise UnableError(f"judge `{judge.name}` does not say which is better")
    return better


PREFERRED = PreferredGrader()
