"""Exchanges that a judge by script finds good or bad, and an `Ask` that asks it without a network."""

import asyncio
from collections.abc import Mapping, Sequence

from harness.core.case import Case
from harness.core.completion import Completion, ToolCall
from harness.core.exchange import Exchange
from harness.core.jsons import Json
from harness.core.prompt import Message
from tests.graders.script import BAD, reply, vector

RIGHT = "RIGHT"


class Scripted:
    """See `ports.Ask`; remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.logprobs: list[int] = []

    async def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: Mapping[str, Json] | None = None,
        logprobs: int = 0,
        sample: int = 0,  # noqa: ARG002 (the port's)
        model: str = "",  # noqa: ARG002 (the port's)
    ) -> Completion:
        """Answer by the script."""
        self.asked.append(messages[-1].content)
        self.logprobs.append(logprobs)
        await asyncio.sleep(0)  # as a network would, it lets others go on
        return self.answer(messages, schema)

    def answer(self, messages: Sequence[Message], schema: Mapping[str, Json] | None) -> Completion:
        """Return what the judge says."""
        return Completion(reply([message._asdict() for message in messages], schema))

    async def embed(self, text: str) -> tuple[float, ...]:
        """Return the script's vector."""
        return tuple(vector(text))


def exchange(*, good: bool = True) -> Exchange:
    """Return a conversation of two turns with a document and a tool; in a bad one, all of them are wrong."""
    word = RIGHT if good else BAD
    case = Case("fee", {"documents": [f"The fee is {word}."]}, (), reference=f"It is {RIGHT}.")
    calls = (ToolCall("search", {"fee": word}),) if good else (ToolCall("buy", {"fee": word}),) * 6
    asked = (Message("system", "Be kind."), Message("user", "What is the fee?"))
    said = f"It is {word}."
    return Exchange(case, asked, (Completion(said, calls), Completion(said)), ("Are you sure?",))
