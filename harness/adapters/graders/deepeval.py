"""The kind `deepeval`: any metric of deepeval by its name; an extra, which is imported when a case first names one."""

from math import isfinite
from typing import Any

from harness.adapters.graders.deepeval_cases import DOCUMENTS, conversation, single
from harness.adapters.graders.deepeval_judge import judge as judge_of
from harness.adapters.graders.deepeval_metrics import KIND, VERSION, Wanted, WrongError, read
from harness.core.errors import ContentError
from harness.core.exchange import Exchange
from harness.core.jsons import Json
from harness.core.plugins import blamed
from harness.core.score import Mark, UnableError
from harness.ports import Ask

CALLS = {
    **dict.fromkeys(("AgentLoopDetection", "ExactMatch", "ToolCorrectness", "ToolPermission"), 0),
    **dict.fromkeys(("ConversationalGEval", "GEval"), 1),
    **dict.fromkeys(("ArgumentCorrectness", "ContextualPrecision", "ContextualRecall", "ContextualRelevancy"), 2),
    **dict.fromkeys(("ConversationalDAG", "Hallucination", "PromptAlignment", "RoleAdherence"), 2),
    **dict.fromkeys(("StepEfficiency", "TaskCompletion"), 2),
    **dict.fromkeys(("DAG", "Faithfulness"), 4),
    **dict.fromkeys(("GoalAccuracy", "KnowledgeRetention", "ToolUse", "TopicAdherence"), 5),
    **dict.fromkeys(("TurnContextualPrecision", "TurnContextualRecall"), 5),
    **dict.fromkeys(("TurnContextualRelevancy", "TurnFaithfulness"), 6),
    "Summarization": 7,
}
"""Calls of a grade with a reason: of one document, one claim, and two turns where it looks at them one by one."""
USUAL = 3
"""Of every other."""
FIELDS = {
    *("input", "actual_output", "expected_output", "context", "retrieval_context", "tools_called", "expected_tools"),
    *("role", "content", "scenario", "expected_outcome", "chatbot_role"),
}
"""What a test case is made of here."""
SHOWN = 300
"""Characters of a reason, at most."""


class DeepEval:
    """See `ports.Grader`."""

    version = f"deepeval {VERSION} / adapter 1"
    needs_threshold = True
    parameters = True
    """It is given the expectation's whole object."""

    def problem(self, expected: Json, reference: str) -> str:
        """Return what is wrong with an expectation, or an empty string; without the extra, that it is missing."""
        try:
            wanted = read(expected)
            with blamed(lambda cause: WrongError(f"is none that deepeval takes: {cause}")):
                needs = _needs(wanted.make(judge_of()))
        except WrongError as error:
            return str(error)
        except ContentError as error:
            return f"names nothing that can be had: {error.what}; {error.hint}"
        return _lack(wanted, needs, reference)

    def calls(self, expected: Json) -> int:
        """Return how many calls a grade takes, about; the library is not needed for that."""
        options = expected if isinstance(expected, dict) else {KIND: expected}
        name = str(options[KIND]).removesuffix("Metric")
        if name == "ToolCorrectness" and "available_tools" in options:
            return 1
        return CALLS.get(name, USUAL)

    async def grade(self, exchange: Exchange, expected: Json, ask: Ask) -> Mark:
        """Return the mark of an answer.

        Raises:
            UnableError: There is none, for a reason that it tells.
            BudgetError: The budget cannot bear a call.
        """
        wanted, judge = read(expected), judge_of(ask)
        metric = wanted.make(judge)
        _look(exchange, wanted, _needs(metric))
        shown = (conversation if wanted.talk else single)(exchange, wanted.about)
        try:
            with blamed(lambda cause: UnableError(f"{wanted.name}: {cause}")):
                await metric.a_measure(shown, _show_indicator=False)
        except UnableError as error:
            judge.first.error = judge.first.error or error
            await judge.rest()
        if judge.first.error:
            raise judge.first.error
        return Mark(_value(metric.score, wanted.name), " ".join(str(metric.reason or "").split())[:SHOWN])


def _lack(wanted: Wanted, needs: set[str], reference: str) -> str:
    """Return what a metric needs that neither its expectation nor its case says."""
    for field in sorted(needs - FIELDS):
        return f"names {wanted.name} for `{field}`, which no case has"
    for key in ("expected_tools", "scenario", "chatbot_role"):
        if key in needs and key not in wanted.about:
            return f"names {wanted.name}, which needs `{key}`"
    if "expected_output" in needs and not reference:
        return f"names {wanted.name}, which needs a case with a `reference`"
    if "expected_outcome" in needs and not (reference or "expected_outcome" in wanted.about):
        return f"names {wanted.name}, which needs `expected_outcome`, or a case with a `reference`"
    return ""


def _needs(metric: Any) -> set[str]:  # noqa: ANN401 (of either family)
    """Return the fields that a metric's test case must have."""
    from deepeval.metrics.dag.utils import extract_required_params

    if hasattr(metric, "dag"):
        fields = extract_required_params(metric.dag.root_nodes, metric.dag.multiturn)
    else:
        own = getattr(metric, "_required_test_case_params", None) or getattr(metric, "_required_params", None)
        fields = own if isinstance(own, list) else getattr(metric, "evaluation_params", None) or ()
    role = {"chatbot_role"} if getattr(metric, "_requires_chatbot_role", False) else set()
    return {field.value for field in fields} | role


def _look(exchange: Exchange, wanted: Wanted, needs: set[str]) -> None:
    """See that the case has what the metric needs.

    Raises:
        UnableError: It has not.
    """
    variable = wanted.about.get("contexts", DOCUMENTS)
    if needs & {"context", "retrieval_context"} and not exchange.contexts(variable):
        raise UnableError(f"{wanted.name} needs texts in the case's variable `{variable}`, and there are none")
    if "actual_output" in needs and not exchange.answer:
        raise UnableError(f"{wanted.name} has no text to judge: the answer is empty")


def _value(score: object, name: str) -> float:
    if isinstance(score, int | float) and isfinite(score) and 0 <= score <= 1:
        return float(score)
    raise UnableError(f"{name} came to {score!r}, which is no score")


DEEPEVAL = DeepEval()
