"""Evaluating one pair: what is sent is what was keyed."""

from itertools import count
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from harness.core.case import Case
from harness.core.errors import ContentError, UnavailableError
from harness.core.pair import Pair
from harness.core.pin import Pin
from harness.core.prompt import Message, Prompt
from harness.flows.evaluate import Row, work_of
from harness.plan.trials import asking
from harness.plan.union import Change, Pairing

if TYPE_CHECKING:
    from harness.flows.side import Side

PAIR = Pair("regression", "desk")
ASKING = asking(Prompt("desk", "reader", ()), Pin("reader", "embedded", "reader"), {})
CASE = Case("c1", {}, ())


class Fickle:
    """A side whose template never says the same twice, or fails the second time."""

    workspace = SimpleNamespace(label="here")

    def __init__(self, limit: int = 99) -> None:
        self.times = count()
        self.limit = limit

    def name_of(self, prompt: str) -> str:
        """Know no other name."""
        return prompt

    def asking(self, _prompt: str) -> object:
        """Return a prompt with its pin."""
        return ASKING

    def render(self, _prompt: str, _case: Case) -> tuple[Message, ...]:
        """Say something new each time."""
        if (number := next(self.times)) >= self.limit:
            raise ContentError("the template was stopped")
        return (Message("user", f"take {number}"),)


class TestARequest:
    @pytest.mark.parametrize(
        ("side", "told"),
        [(Fickle(), "its messages differ each time they are rendered"), (Fickle(1), "the template was stopped")],
        ids=["differs", "fails"],
    )
    def test_is_sent_only_as_it_was_keyed(self, side: Fickle, told: str) -> None:
        """An answer kept under the key of other messages would poison the store."""
        row = Row(Pairing("c1", Change.SAME, CASE))

        (work,) = work_of(PAIR, [row], base=None, candidate=cast("Side", side))

        with pytest.raises(UnavailableError, match=told):
            work.prepare()
