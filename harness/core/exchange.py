"""An exchange: all that was asked and answered for one trial, which is what a judge is shown."""

from collections.abc import Iterator
from typing import NamedTuple

from harness.core.case import Case
from harness.core.completion import Completion, ToolCall
from harness.core.prompt import Message


class Exchange(NamedTuple):
    """A question with its answer, or a conversation turn by turn."""

    case: Case
    messages: tuple[Message, ...]
    """What was sent before the first answer, rendered."""
    answers: tuple[Completion, ...]
    """One for each turn of the user's; at least one."""
    turns: tuple[str, ...] = ()
    """What the user said after each answer but the last."""

    @property
    def asked(self) -> str:
        """The user's last words before the first answer."""
        return next((message.content for message in reversed(self.messages) if message.role == "user"), "")

    @property
    def answer(self) -> str:
        """The last answer."""
        return self.answers[-1].text

    @property
    def tool_calls(self) -> tuple[ToolCall, ...]:
        """Every call of a tool, in order."""
        return tuple(call for answer in self.answers for call in answer.tool_calls)

    def dialogue(self) -> Iterator[Message]:
        """Yield what the user and the assistant said, in turn."""
        yield from (message for message in self.messages if message.role != "system")
        for number, answer in enumerate(self.answers):
            yield Message("assistant", answer.text)
            if number < len(self.turns):
                yield Message("user", self.turns[number])

    def contexts(self, variable: str) -> tuple[str, ...] | None:
        """Return the texts of a variable of the case, such as the documents that were retrieved; None for none."""
        value = self.case.vars.get(variable)
        listed = value if isinstance(value, list) else [value]
        texts = [one.get("text") if isinstance(one, dict) else one for one in listed]
        return tuple(str(text) for text in texts) if value and all(isinstance(text, str) for text in texts) else None
