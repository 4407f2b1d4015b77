"""A right and a wrong exchange for each metric of ragas, and a judge by script that counts."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from harness.adapters.graders.ragas import RAGAS
from harness.core.case import Case
from harness.core.completion import Completion, ToolCall
from harness.core.exchange import Exchange
from harness.core.jsons import Json
from harness.core.prompt import Message
from harness.core.score import Mark
from harness.ports import Ask
from tests.graders.script import reply, vector

QUESTION = "How long does a refund take?"
RIGHT = "A refund takes 30 days."
WRONG = "WRONG: a refund takes 60 days."
DOCUMENTS: Json = ["A refund takes 30 days.", "Ask for it by mail.", "Islands cost more."]
ASTRAY: Json = ["WRONG", "WRONG again", "WRONG as well"]


class Scripted:
    """Asks the judge by script; the first questions get what is said instead."""

    def __init__(self, *instead: str | Exception) -> None:
        self.instead = list(instead)
        self.asked: list[tuple[str, int]] = []

    async def complete(  # noqa: D102 (of the port)
        self,
        messages: Sequence[Message],
        *,
        schema: Mapping[str, Json] | None = None,
        logprobs: int = 0,  # noqa: ARG002 (ragas wants none)
        sample: int = 0,
        model: str = "",  # noqa: ARG002 (the one that is named `judge`)
    ) -> Completion:
        self.asked.append((messages[-1].content, sample))
        said = self.instead.pop(0) if self.instead else reply([one._asdict() for one in messages], schema)
        if isinstance(said, Exception):
            raise said
        return Completion(said)

    async def embed(self, text: str) -> tuple[float, ...]:  # noqa: D102 (of the port)
        self.asked.append((text, 0))
        return tuple(vector(text))


def exchange(answer: str = RIGHT, *, reference: str = RIGHT, calls: Sequence[ToolCall] = (), **vars: Json) -> Exchange:  # noqa: A002 (as a case has it)
    """Return a question with an answer."""
    case = Case("refund", {"documents": DOCUMENTS, **vars}, (), reference=reference)
    messages = (Message("system", "Be brief."), Message("user", QUESTION))
    return Exchange(case, messages, (Completion(answer, tool_calls=tuple(calls)),))


def graded(metric: Json, shown: Exchange, ask: Ask | None = None) -> Mark:
    """Return what a metric says of an exchange."""
    return asyncio.run(RAGAS.grade(shown, metric, ask or Scripted()))


def called(order: str) -> Exchange:
    """Return an answer that calls a tool."""
    return exchange("I look.", calls=[ToolCall("find", {"order": order})])


class Contrast(NamedTuple):
    """A metric with an exchange that it finds good, and one that it finds worse."""

    metric: dict[str, Json]
    good: Exchange
    bad: Exchange
    best: float = 1.0

    @property
    def name(self) -> str:
        """The metric's name."""
        return str(self.metric["ragas"])


def contrast(
    name: str, bad: Exchange, good: Exchange | None = None, *, best: float = 1.0, **parameters: Json
) -> Contrast:
    """Return a contrast to a right answer."""
    return Contrast({"ragas": name, **parameters}, good or exchange(), bad, best)


CALL: Json = [{"name": "find", "args": {"order": "7"}}]
EACH = [
    *(
        contrast(name, exchange(WRONG))
        for name in (
            *("AgentGoalAccuracy", "AgentGoalAccuracyWithReference", "AgentGoalAccuracyWithoutReference"),
            *("AnswerAccuracy", "AnswerCorrectness", "CHRFScore", "ContextPrecisionWithoutReference"),
            *("ContextUtilization", "DomainSpecificRubrics", "ExactMatch", "FactualCorrectness", "Faithfulness"),
            *("NonLLMStringSimilarity", "ResponseGroundedness", "RubricsScoreWithReference"),
            *("RubricsScoreWithoutReference", "SQLSemanticEquivalence", "SemanticSimilarity", "StringPresence"),
        )
    ),
    *(
        contrast(name, exchange(documents=ASTRAY))
        for name in ("ContextPrecision", "ContextPrecisionWithReference", "ContextRecall", "ContextRelevance")
    ),
    contrast("AnswerRelevancy", exchange(WRONG), best=0.636396),
    contrast("ContextEntityRecall", exchange(), exchange(documents=[RIGHT])),
    contrast("InstanceSpecificRubrics", exchange(WRONG), rubrics={"score0": "nonsense", "score10": "as agreed"}),
    contrast("NoiseSensitivity", exchange(reference=WRONG), mode="irrelevant"),
    contrast("QuotedSpansAlignment", exchange('"it takes 60 days"'), exchange('"a refund takes 30 days"')),
    contrast("SummaryScore", exchange(WRONG), reference_contexts="documents", length_penalty=False),
    contrast("ToolCallAccuracy", called("8"), called("7"), reference_tool_calls=CALL),
    contrast("ToolCallF1", called("8"), called("7"), reference_tool_calls=CALL),
    contrast("TopicAdherence", exchange(WRONG), reference_topics=["refunds"]),
]


def scores() -> str:
    """Return the scores of all metrics, good and bad, as JSON."""
    return json.dumps(
        {one.name: [graded(one.metric, one.good).value, graded(one.metric, one.bad).value] for one in EACH}
    )
