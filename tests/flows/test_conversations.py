"""Conversations found again in the store: by the key of the first answer, as far as they were held."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.adapters.clock import SystemClock
from harness.adapters.store import SqliteStore
from harness.core.completion import Answer, Completion, ToolCall, Trial
from harness.core.pin import Pin
from harness.flows.calls import Tariff, metered
from harness.flows.conversations import Talk, hear, recall
from harness.plan.trials import after

SHORT, LONG, OTHER = Talk("a1"), Talk("a1", ("And?", "Then?")), Talk("a1", ("Why?",))
FIRST, SECOND, THIRD = Completion("One."), Completion("Two.", (ToolCall("note", {}),)), Completion("Three.")


def keep(store: SqliteStore, **answers: Completion) -> None:
    """Keep answers by key."""
    kept = [Answer(Trial(f"desk/{key}#0", key), said, {}) for key, said in answers.items()]
    store.record(kept, at=SystemClock().now())


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    """Yield a store with a conversation of three answers."""
    found = SqliteStore(tmp_path / "state.db")
    second = after("a1", "One.", "And?")
    keep(found, **{"a1": FIRST, second: SECOND, after(second, "Two.", "Then?"): THIRD})
    yield found
    found.close()


class TestConversations:
    def test_are_heard_in_order(self, store: SqliteStore) -> None:
        """Several may begin with one question, and go on otherwise."""
        assert hear(store, [SHORT, LONG, OTHER, Talk("b2", ("And?",))]) == {
            SHORT: [FIRST],
            LONG: [FIRST, SECOND, THIRD],
            OTHER: [FIRST],
        }

    def test_are_shown_as_one(self, store: SqliteStore) -> None:
        """With every call of a tool."""
        told = recall(store, [LONG])[LONG]

        assert (told.text, told.tool_calls) == ("One.\n\nTwo.\n\nThree.", (ToolCall("note", {}),))

    def test_count_as_one_request_of_mean_size(self) -> None:
        """Or a case with many turns would weigh more than others."""
        said = [Completion("One.", (), "stop", 10, 4), Completion("Two.", (), "stop", 20, 5, metered=False)]

        (call,) = metered([(LONG, True)], {LONG: said}, Tariff(Pin("p", "embedded", "reader"), None))

        assert (call.input_tokens, call.output_tokens, call.cost, call.metered) == (15, 4, None, False)
        assert call.passed
