"""Claims on a real disk: one owner for a trial, one balance for an account, and nothing left by the dead."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from harness.adapters.store import SqliteStore
from harness.core.completion import Answer, Completion, Trial
from harness.core.errors import ContentError
from harness.core.ledger import Claim, Grant, Granted, Settlement

NOW = datetime(2026, 5, 1, tzinfo=UTC)
DAY = "day 2026-05-01"
KEY = "ab" * 32
OTHER = "cd" * 32


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[list[SqliteStore]]:
    """Two stores on one file, as two processes have them."""
    with ExitStack() as stores:
        yield [stores.enter_context(closing(SqliteStore(tmp_path / "state.db"))) for _ in range(2)]


def claim(store: SqliteStore, key: str = KEY, amount: int = 100, limit: int = 1_000) -> Granted:
    """Claim one trial."""
    (granted,) = store.commit([], [Claim(key, "desk/c#0", amount, (DAY,))], limits={DAY: limit}, at=NOW)
    return granted


def settle(store: SqliteStore, cost: int, key: str = KEY, answer: str | None = None) -> None:
    """End a claim, with an answer or with nothing."""
    said = Answer(Trial("desk/c#0", key), Completion(answer, cost=cost), {}) if answer is not None else None
    store.commit([Settlement(key, "desk/c#0", cost, said)], [], limits={}, at=NOW)


class TestAClaim:
    def test_sets_its_worst_cost_aside(self, opened: list[SqliteStore]) -> None:
        """Reserved before the call."""
        assert claim(opened[0]).grant is Grant.GRANTED
        assert opened[1].spent([DAY]) == {DAY: 100}

    def test_belongs_to_one(self, opened: list[SqliteStore]) -> None:
        """Two processes never ask for one trial at once."""
        claim(opened[0])

        assert claim(opened[1]).grant is Grant.TAKEN

    def test_is_not_needed_for_what_is_answered(self, opened: list[SqliteStore]) -> None:
        """The other process was faster."""
        claim(opened[0])
        settle(opened[0], 7, answer="9 am")

        assert claim(opened[1]).grant is Grant.ANSWERED
        assert opened[1].find([KEY])[KEY].text == "9 am"

    def test_beyond_what_is_left_is_refused_with_what_is_held(self, opened: list[SqliteStore]) -> None:
        """What calls in flight hold may come free."""
        claim(opened[0], amount=700)

        assert claim(opened[1], OTHER, amount=301) == Granted(Grant.OVER, DAY, 700)
        settle(opened[0], 10)
        assert claim(opened[1], OTHER, amount=301).grant is Grant.GRANTED

    def test_up_to_what_is_left_is_granted(self, opened: list[SqliteStore]) -> None:
        """To the micro-dollar."""
        claim(opened[0], amount=700)

        assert claim(opened[1], OTHER, amount=300).grant is Grant.GRANTED

    def test_settled_with_nothing_costs_nothing(self, opened: list[SqliteStore]) -> None:
        """A refused call is free."""
        claim(opened[0])
        settle(opened[0], 0)

        assert opened[0].spent([DAY]) == {DAY: 0}
        assert opened[0].size().calls == 0

    def test_settled_with_an_answer_costs_what_it_cost(self, opened: list[SqliteStore]) -> None:
        """The rest comes free."""
        claim(opened[0])
        settle(opened[0], 7, answer="9 am")

        assert opened[0].spent([DAY]) == {DAY: 7}


KILLED = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from harness.adapters.store import SqliteStore
from harness.core.ledger import Claim
store = SqliteStore(Path(sys.argv[1]))
store.commit([], [Claim("ab" * 32, "desk/c#0", 100, ("day 2026-05-01",))], limits={}, at=datetime.now(UTC))
print("claimed", flush=True)
time.sleep(60)
"""


BUSY = """
import sqlite3, sys, time
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("BEGIN IMMEDIATE")
print("begun", flush=True)
time.sleep(0.4)
db.execute("COMMIT")
"""


class TestACommit:
    def test_leaves_room_for_other_answers_to_be_recorded(self, opened: list[SqliteStore]) -> None:
        """A gate may compare a model that is free with one that is not: both write through one connection."""
        store = opened[0]

        async def both() -> None:
            for number in range(50):
                key, other = f"{number:064x}", f"{number + 100:064x}"
                claims = [Claim(key, "desk/c#0", 1, (DAY,))]
                going = asyncio.create_task(asyncio.to_thread(store.commit, [], claims, limits={}, at=NOW))
                await asyncio.sleep(0)
                store.record([Answer(Trial("desk/d#0", other), Completion("9 am", cost=0), {})], at=NOW)
                assert [said.grant for said in await going] == [Grant.GRANTED]

        asyncio.run(both())

        assert (store.spent([DAY]), store.size().answers) == ({DAY: 50}, 50)

    def test_and_a_record_wait_together_for_another_process(self, opened: list[SqliteStore]) -> None:
        """Whichever comes first: neither needs the other's thread to go on."""
        store = opened[0]

        async def both() -> list[Granted]:
            claims = [Claim(KEY, "desk/c#0", 100, (DAY,))]
            going = asyncio.create_task(asyncio.to_thread(store.commit, [], claims, limits={}, at=NOW))
            await asyncio.sleep(0.1)
            store.record([Answer(Trial("desk/d#0", OTHER), Completion("9 am", cost=0), {})], at=NOW)
            return await going

        command = [sys.executable, "-c", BUSY, str(store.path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as writing:
            assert writing.stdout
            assert writing.stdout.readline() == b"begun\n"
            granted = asyncio.run(both())

        assert (granted, store.spent([DAY])) == ([Granted(Grant.GRANTED)], {DAY: 100})
        assert OTHER in store.find([OTHER])

    def test_is_over_before_the_store_closes(self, opened: list[SqliteStore]) -> None:
        """A connection that is closed under a thread takes the process with it."""
        store = opened[0]
        claims = [Claim(KEY, "desk/c#0", 100, (DAY,))]
        command = [sys.executable, "-c", BUSY, str(store.path)]
        with ThreadPoolExecutor(1) as pool, subprocess.Popen(command, stdout=subprocess.PIPE) as writing:
            assert writing.stdout
            assert writing.stdout.readline() == b"begun\n"
            going = pool.submit(store.commit, [], claims, limits={}, at=NOW)
            time.sleep(0.1)
            store.close()

            assert going.result() == [Granted(Grant.GRANTED)]

        assert opened[1].spent([DAY]) == {DAY: 100}

    def test_that_fails_leaves_nothing_and_holds_up_nobody(self, opened: list[SqliteStore]) -> None:
        """All or none; and the next one begins as if nothing had been."""
        claims = [Claim(KEY, "desk/c#0", 100, (DAY,)), Claim("no digest", "desk/d#0", 100, (DAY,))]

        with pytest.raises(ValueError, match="hexadecimal"):
            opened[0].commit([], claims, limits={}, at=NOW)

        assert opened[1].spent([DAY]) == {DAY: 0}
        assert claim(opened[0]) == claim(opened[1], OTHER) == Granted(Grant.GRANTED)


class TestTheDead:
    def test_are_settled_in_full_by_the_next_who_claims(self, tmp_path: Path) -> None:
        """Nobody knows whether the call of a killed process was answered: it counts at its worst, and once."""
        path = tmp_path / "state.db"
        dying = subprocess.Popen([sys.executable, "-c", KILLED, str(path)], stdout=subprocess.PIPE)
        assert dying.stdout
        dying.stdout.readline()
        with closing(SqliteStore(path)) as store:
            assert claim(store).grant is Grant.TAKEN
            os.kill(dying.pid, signal.SIGKILL)
            dying.wait()

            assert claim(store, amount=50).grant is Grant.GRANTED
            assert store.spent([DAY]) == {DAY: 100 + 50}
            settle(store, 3, answer="9 am")
            assert store.spent([DAY]) == {DAY: 100 + 3}
        dying.stdout.close()
        assert list(tmp_path.glob("*-owner-*")) == []

    def test_hold_no_money_for_ever(self, tmp_path: Path) -> None:
        """Whoever is short of what a killed process held gets to know that it is spent, and does not wait for it."""
        path = tmp_path / "state.db"
        dying = subprocess.Popen([sys.executable, "-c", KILLED, str(path)], stdout=subprocess.PIPE)
        assert dying.stdout
        dying.stdout.readline()
        with closing(SqliteStore(path)) as store:
            assert claim(store, OTHER, amount=1).grant is Grant.GRANTED
            os.kill(dying.pid, signal.SIGKILL)
            dying.wait()

            assert claim(store, "ef" * 32, amount=100, limit=150) == Granted(Grant.OVER, DAY, 1)
        dying.stdout.close()

    def test_and_the_living_are_told_apart_by_a_lock_that_the_system_frees(self, opened: list[SqliteStore]) -> None:
        """A process that merely takes its time keeps what it holds."""
        claim(opened[0])

        assert claim(opened[1], OTHER).grant is Grant.GRANTED
        assert opened[1].spent([DAY]) == {DAY: 200}


class TestDamage:
    def test_of_one_answer_is_seen_when_it_is_read(self, tmp_path: Path) -> None:
        """A flipped bit inside a page is nothing that SQLite looks for."""
        path = tmp_path / "state.db"
        with closing(SqliteStore(path)) as store:
            claim(store)
            settle(store, 7, answer="refund")
        path.write_bytes(path.read_bytes().replace(b"refund", b"refuse"))

        with closing(SqliteStore(path)) as store, pytest.raises(ContentError, match="is not what was written"):
            store.find([KEY])

    def test_of_a_file_that_was_cut_off_is_seen(self, tmp_path: Path) -> None:
        """Half a ledger is no ledger."""
        path = tmp_path / "state.db"
        with closing(SqliteStore(path)) as store:
            for number in range(200):
                claim(store, f"{number:064x}", amount=1)
                settle(store, 1, f"{number:064x}", answer="x" * 400)
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

        with pytest.raises(ContentError, match="the store is damaged"), closing(SqliteStore(path)) as store:
            store.find([f"{number:064x}" for number in range(200)])
