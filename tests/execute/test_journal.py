"""The journal: what it was given is on disk when it is closed, whatever happens meanwhile."""

import asyncio
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import override

import pytest

from harness.adapters.clock import SystemClock
from harness.adapters.store import SqliteStore
from harness.core.completion import Answer, Completion, Trial
from harness.core.ledger import Claim, Granted, Settlement
from harness.execute.journal import MOMENT, RIDE, Journal

KEYS = [f"{number:064x}" for number in range(12)]
SLOW = 0.05
"""Seconds that a slow disk takes."""


class Noting(SqliteStore):
    """A store that notes what is written together."""

    slow = 0.0

    def __init__(self, path: Path) -> None:
        """Begin with nothing written."""
        super().__init__(path)
        self.written: list[tuple[int, int]] = []

    @override
    def commit(
        self, done: Sequence[Settlement], wanted: Sequence[Claim], *, limits: Mapping[str, int], at: datetime
    ) -> list[Granted]:
        time.sleep(self.slow)
        self.written.append((len(done), len(wanted)))
        return super().commit(done, wanted, limits=limits, at=at)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Noting]:
    """Return an empty store."""
    with closing(Noting(tmp_path / "state.db")) as opened:
        yield opened


def claim(key: str) -> Claim:
    """Return a claim of five micro-USD."""
    return Claim(key, f"desk/{key}", 5)


def answer(key: str) -> Settlement:
    """Return what ends that claim: an answer."""
    return Settlement(key, f"desk/{key}", 5, Answer(Trial(f"desk/{key}", key), Completion("9 am"), {}))


class TestClosing:
    @pytest.mark.parametrize("share", [0, 0.2, 0.8])
    def test_writes_everything_even_when_cut_off(self, store: Noting, share: float) -> None:
        """Somebody presses Ctrl-C while an answer is written: it is paid for, and must not be asked again."""
        store.slow = SLOW

        async def interrupted() -> None:
            journal = Journal(store, SystemClock(), {})
            journal.settle(answer(KEYS[0]))
            ending = asyncio.create_task(journal.close())
            await asyncio.sleep(share * SLOW)
            ending.cancel()
            with pytest.raises(asyncio.CancelledError):
                await ending

        asyncio.run(interrupted())

        assert KEYS[0] in store.find(KEYS[:1])

    def test_writes_what_was_wanted_while_it_wrote(self, store: Noting) -> None:
        """An answer that comes while the disk is busy is on it too when the journal is closed."""
        store.slow = SLOW

        async def late() -> None:
            journal = Journal(store, SystemClock(), {})
            journal.settle(answer(KEYS[0]))
            await asyncio.sleep(SLOW / 2)
            journal.settle(answer(KEYS[1]))
            await journal.close()

        asyncio.run(late())

        assert set(store.find(KEYS[:2])) == set(KEYS[:2])


class TestWaiting:
    def test_one_write_takes_all_that_came_within_a_moment(self, store: Noting) -> None:
        """Three claims at the start are one transaction."""

        async def claimed() -> None:
            journal = Journal(store, SystemClock(), {})
            await asyncio.gather(*map(journal.claim, map(claim, KEYS[:3])))

        asyncio.run(claimed())

        assert store.written == [(0, 3)]

    def test_claims_go_along_with_the_next_answer_while_others_are_open(self, store: Noting) -> None:
        """A claim that no slot waits for is not worth a write of its own."""

        async def riding() -> float:
            journal = Journal(store, SystemClock(), {})
            await asyncio.gather(*map(journal.claim, map(claim, KEYS[:8])))
            later = asyncio.create_task(journal.claim(claim(KEYS[8])))
            await asyncio.sleep(MOMENT)
            began = time.monotonic()
            journal.settle(answer(KEYS[0]))
            await later
            return time.monotonic() - began

        took = asyncio.run(riding())

        assert store.written == [(0, 8), (1, 1)]
        assert took < RIDE

    def test_a_claim_that_nothing_takes_along_is_written_by_itself(self, store: Noting) -> None:
        """No answer comes, and another call may go out all the same."""

        async def alone() -> None:
            journal = Journal(store, SystemClock(), {})
            await journal.claim(claim(KEYS[0]))
            await journal.claim(claim(KEYS[1]))

        asyncio.run(alone())

        assert store.written == [(0, 1), (0, 1)]

    def test_a_quarter_of_all_claims_answered_waits_for_no_more(self, store: Noting) -> None:
        """Answers that arrive together are written in parts, so that slots are free while the rest is read."""

        async def answered() -> None:
            journal = Journal(store, SystemClock(), {})
            await asyncio.gather(*map(journal.claim, map(claim, KEYS)))
            saved = [journal.settle(answer(key)) for key in KEYS[:3]]
            await asyncio.sleep(MOMENT / 5)  # the rest is read a little later
            saved += [journal.settle(answer(key)) for key in KEYS[3:6]]
            await asyncio.gather(*saved)

        asyncio.run(answered())

        assert store.written == [(0, 12), (3, 0), (3, 0)]
