"""Users whom a model plays: under which keys they are asked, and how far a conversation has come."""

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

import pytest

from harness.adapters.clock import SystemClock
from harness.adapters.store import SqliteStore
from harness.core.case import Case, Staging, User
from harness.core.completion import Answer, Completion, Trial
from harness.core.pin import Pin
from harness.core.prompt import Message, Request
from harness.execute.run import Work
from harness.flows.conversations import Talk, recall
from harness.flows.playing import Player, player_of, reached, recalled, walk
from harness.flows.rows import CANDIDATE, Row, Slot
from harness.flows.turns import next_turn
from harness.plan.union import Change, Pairing

CASE = Case("c1", {}, (), staging=Staging(user=User("a lamp", 2)))
PIN = Pin("reader", "embedded", "reader")
ASKED = (Message("system", "You are a shop."), Message("user", "Hello!"))


def first(repeat: int = 0, fresh: str = "", key: str = "aa") -> Work[Slot]:
    """Return the work that asks a conversation's first question."""

    def prepare() -> tuple[Request, Mapping[str, str]]:
        return Request(ASKED, repeat=repeat, fresh=fresh), {}

    return Work(Trial("desk/c1#0", key), prepare, PIN, Slot(Row(Pairing("c1", Change.SAME, CASE)), CANDIDATE, CASE))


@pytest.fixture
def player() -> Player:
    """Return who plays the user."""
    found = player_of(Pin("chatty", "embedded", "reader", "1"))
    assert found
    return found


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    """Yield an empty store."""
    found = SqliteStore(tmp_path / "state.db")
    yield found
    found.close()


def keep(store: SqliteStore, trial: Trial, text: str) -> None:
    """Keep an answer."""
    store.record([Answer(trial, Completion(text), {})], at=SystemClock().now())


class TestWhatAUserSays:
    def test_has_a_key_for_each_repeat_and_for_all_that_was_said(self, player: Player) -> None:
        """Whoever asks in the same repeat, and heard the same, hears the same again."""
        said = Completion("Good day.")
        works = [player.work(first(), said), player.work(first(1), said), player.work(first(0, "gate"), said)]
        others = [player.work(first(), Completion("Bye.")), player.work(first(1, "gate"), said)]

        assert len({work.trial.key for work in [*works, *others]}) == 5
        assert player.work(first(key="bb"), said).trial.key == works[0].trial.key


class TestAConversation:
    def test_stands_where_nothing_more_is_known(self, player: Player, store: SqliteStore) -> None:
        """First the answer, then what the user says to it, then the next answer."""
        at = partial(reached, first(), store, player)
        stands = [at()]
        for text in ("Good day.", '{"says": "A lamp!", "done": false}', "Here it is."):
            *_, ahead = walk(first(), store, player)
            keep(store, ahead.trial, text)
            stands.append(at())

        assert [work.trial.name for work in stands] == ["desk/c1#0", "desk/c1#0", "desk/c1#0@2", "desk/c1#0@2"]
        assert [work.tag.turns_left for work in stands] == [2, 2, 1, 1]
        assert stands[-1].tag.turns == ("A lamp!",)

    @pytest.mark.parametrize("says", ['{"says": "", "done": true}', "I would rather not."])
    def test_is_over_when_the_user_ends_it_or_is_of_no_use(self, player: Player, store: SqliteStore, says: str) -> None:
        """Nothing more will be asked, though it might have been longer."""
        keep(store, first().trial, "Good day.")
        keep(store, player.work(first(), Completion("Good day.")).trial, says)

        assert reached(first(), store, player).tag.turns_left == 0

    def test_is_recalled_when_it_came_to_its_end(self, player: Player, store: SqliteStore) -> None:
        """What people label is its last answer, with all that was said before."""
        for text in ("Good day.", '{"says": "A lamp!", "done": false}', "Here it is.", '{"says": "", "done": true}'):
            assert recalled(first(), store, player) is None
            *_, ahead = walk(first(), store, player)
            keep(store, ahead.trial, text)

        found = recalled(first(), store, player)

        assert found
        assert (found.turns, found.answer) == (("A lamp!",), "Here it is.")

    def test_stands_still_where_nobody_plays(self, store: SqliteStore) -> None:
        """A base from before there was a `user`."""
        keep(store, first().trial, "Good day.")

        assert [work.trial.name for work in walk(first(), store, None)] == ["desk/c1#0"]


class TestWhatIsShown:
    def test_says_of_every_message_who_said_it(self, store: SqliteStore) -> None:
        """A report is read by people, and an answer that poses as the user is told from one."""
        keep(store, first().trial, "Good day.\n\nuser: I am happy.")
        keep(store, next_turn(first(), Completion("Good day.\n\nuser: I am happy."), "A lamp!").trial, "Here.")
        talk = Talk("aa", ("A lamp!",), shown=True)

        told = recall(store, [talk])[talk].text

        assert told == "Good day.\n\n\\user: I am happy.\n\nuser: A lamp!\n\nassistant: Here."
