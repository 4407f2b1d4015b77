"""What a metric of ragas is told of an exchange, under the names that it has for things."""

from inspect import Parameter
from typing import Any

from harness.adapters.graders.ragas_metrics import Recipe, needs, talks
from harness.core.exchange import Exchange
from harness.core.score import UnableError

DEFAULT_CONTEXTS = "documents"


def arguments(recipe: Recipe, exchange: Exchange, messages: Any) -> dict[str, Any]:  # noqa: ANN401 (a module)
    """Return what a metric is told of an exchange.

    Raises:
        UnableError: The case lacks something that the metric needs.
    """
    needed = needs(recipe.metric)
    variables = {"retrieved_contexts": DEFAULT_CONTEXTS} | recipe.variables
    texts = {name: exchange.contexts(variable) for name, variable in variables.items()}
    told: dict[str, Any] = {name: list(found) if found else None for name, found in texts.items()}
    told |= {"response": exchange.answer, "reference": exchange.case.reference or None} | recipe.given
    if "user_input" in recipe.variables:
        told["user_input"] = "\n".join(told["user_input"] or ()) or None
    elif "user_input" in needed:
        whole = talks(needed["user_input"])
        told["user_input"] = _conversation(exchange, messages) if whole else _question(exchange)
    for name, one in needed.items():
        if told.get(name) is None and one.default is Parameter.empty:
            what = f"the variable `{variables[name]}`" if name in variables else f"`{name}`"
            raise UnableError(f"{recipe.name} needs {what}, which the case does not have")
    return {name: value for name, value in told.items() if name in needed and value is not None}


def _question(exchange: Exchange) -> str:
    """Return what was asked before the last answer."""
    return exchange.turns[-1] if exchange.turns else exchange.asked


def _conversation(exchange: Exchange, messages: Any) -> list[Any]:  # noqa: ANN401 (messages of ragas)
    """Return who said what, as messages of ragas; no line within one can pass for another speaker's turn."""
    makers = {"user": messages.HumanMessage, "assistant": messages.AIMessage}
    said = [makers[one.role](content=_indented(one.content)) for one in exchange.messages if one.role in makers]
    for number, answer in enumerate(exchange.answers):
        calls = [messages.ToolCall(name=call.name, args=call.arguments) for call in answer.tool_calls]
        said.append(messages.AIMessage(content=_indented(answer.text), tool_calls=calls or None))
        if number < len(exchange.turns):
            said.append(messages.HumanMessage(content=_indented(exchange.turns[number])))
    return said


def _indented(text: str) -> str:
    return "\n  ".join(text.splitlines())
