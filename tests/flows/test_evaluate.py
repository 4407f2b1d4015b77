"""Evaluating one pair: what is sent is what was keyed."""

from itertools import count
from types import SimpleNamespace
from typing import Any, cast, override

import pytest

from harness.core.case import Case
from harness.core.errors import ContentError, UnavailableError
from harness.core.pair import Pair
from harness.core.pin import Pin
from harness.core.prompt import Message, Prompt
from harness.execute.run import Work
from harness.flows.rows import Row, Slot, work_of
from harness.flows.side import Side
from harness.plan.trials import Asking, asking
from harness.plan.union import Change, Pairing

PAIR = Pair("regression", "desk")
ASKING = asking(Prompt("desk", "reader", ()), Pin("reader", "embedded", "reader"), {})
CASE = Case("c1", {}, ())


class Fickle(Side):
    """A side whose template never says the same twice, or fails the second time."""

    def __init__(self, limit: int = 99) -> None:
        nothing = cast("Any", SimpleNamespace(label="here", policy=None))
        super().__init__(nothing, nothing, nothing, nothing)
        self.times = count()
        self.limit = limit

    @override
    def asking(self, prompt: str) -> Asking:
        return ASKING

    @override
    def render(self, prompt: str, case: Case) -> tuple[Message, ...]:
        if (number := next(self.times)) >= self.limit:
            raise ContentError("the template was stopped")
        return (Message("user", f"take {number}"),)


def work(side: Side) -> Work[Slot]:
    """Return the one trial of a case."""
    (found,) = work_of(PAIR, [Row(Pairing("c1", Change.SAME, CASE))], base=None, candidate=side)
    return found


class TestARequest:
    def test_is_what_was_keyed(self) -> None:
        """Rendering once is enough, and quicker."""
        request, _ = work(Fickle()).prepare()

        assert request.messages == (Message("user", "take 0"),)

    @pytest.mark.parametrize(
        ("limit", "told"),
        [(99, "its messages differ each time they are rendered"), (1, "the template was stopped")],
        ids=["differs", "fails"],
    )
    def test_is_sent_only_as_it_was_keyed(self, monkeypatch: pytest.MonkeyPatch, limit: int, told: str) -> None:
        """An answer kept under the key of other messages would poison the store, where there was no room for these."""
        monkeypatch.setattr("harness.flows.side.ROOM", 0)

        with pytest.raises(UnavailableError, match=told):
            work(Fickle(limit)).prepare()
