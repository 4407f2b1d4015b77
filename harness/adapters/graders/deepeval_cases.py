"""What deepeval is shown of an exchange: a test case of its own, with a trace of the tools."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from harness.core.completion import Completion
from harness.core.exchange import Exchange

if TYPE_CHECKING:
    from deepeval.test_case import ConversationalTestCase, LLMTestCase, ToolCall, Turn

DOCUMENTS = "documents"
"""The variable of a case that holds what was retrieved, where the expectation names no other."""


def single(exchange: Exchange, about: Mapping[str, Any]) -> "LLMTestCase":
    """Return the last answer as a test case."""
    from deepeval.test_case import LLMTestCase

    contexts = _contexts(exchange, about)
    case = LLMTestCase(
        input=exchange.asked,
        actual_output=exchange.answer,
        expected_output=exchange.case.reference or None,
        context=contexts,
        retrieval_context=contexts,
        tools_called=[call for answer in exchange.answers for call in _tools(answer)],
        expected_tools=about.get("expected_tools"),
    )
    case.multimodal = False  # else an answer that writes `[DEEPEVAL:IMAGE:...]` would be taken for one with an image
    case._trace_dict = trace(exchange)  # noqa: SLF001 (where its own tracing puts it)
    return case


def conversation(exchange: Exchange, about: Mapping[str, Any]) -> "ConversationalTestCase":
    """Return the whole dialogue as a test case."""
    from deepeval.test_case import ConversationalTestCase

    case = ConversationalTestCase(
        turns=list(_turns(exchange, _contexts(exchange, about))),
        scenario=about.get("scenario"),
        expected_outcome=about.get("expected_outcome") or exchange.case.reference or None,
        chatbot_role=about.get("chatbot_role"),
    )
    case.multimodal = False
    return case


def trace(exchange: Exchange) -> dict[str, Any]:
    """Return what was done, step by step, as deepeval's tracing would tell it."""
    steps: list[dict[str, Any]] = []
    for answer in exchange.answers:
        tools = (
            {"type": "tool", "name": one.name, "input": one.arguments, "children": []} for one in answer.tool_calls
        )
        steps += [{"type": "llm", "name": "answer", "output": answer.text, "children": []}, *tools]
    said = {"input": exchange.asked, "output": exchange.answer}
    return {"type": "agent", "name": exchange.case.id, **said, "children": steps}


def _contexts(exchange: Exchange, about: Mapping[str, Any]) -> list[str] | None:
    texts = exchange.contexts(about.get("contexts", DOCUMENTS))
    return list(texts) if texts else None


def _tools(answer: Completion) -> "list[ToolCall]":
    from deepeval.test_case import ToolCall

    return [ToolCall(name=call.name, input_parameters=call.arguments) for call in answer.tool_calls]


def _turns(exchange: Exchange, contexts: list[str] | None) -> "Iterator[Turn]":
    from deepeval.test_case import Turn

    said = list(exchange.dialogue())
    first = len(said) - len(exchange.answers) - len(exchange.turns)
    for number, message in enumerate(said):
        place, odd = divmod(number - first, 2)
        answer = exchange.answers[place] if place >= 0 and not odd else None
        more = {"tools_called": _tools(answer), "retrieval_context": contexts} if answer else {}
        yield Turn(role=message.role, content=message.content, **more)
