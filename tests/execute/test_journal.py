"""The journal: what it was given is on disk when it is closed, whatever happens meanwhile."""

import asyncio
from contextlib import closing
from pathlib import Path

import pytest

from harness.adapters.clock import SystemClock
from harness.adapters.store import SqliteStore
from harness.core.completion import Answer, Completion, Trial
from harness.core.ledger import Settlement
from harness.execute.journal import MOMENT, Journal

KEY = "ab" * 32


class TestClosing:
    @pytest.mark.parametrize("moments", [0, 0.2, 0.8, 1.2])
    def test_writes_everything_even_when_cut_off(self, tmp_path: Path, moments: float) -> None:
        """Somebody presses Ctrl-C while an answer waits for others: it is paid for, and must not be asked again."""
        with closing(SqliteStore(tmp_path / "state.db")) as store:

            async def interrupted() -> None:
                journal = Journal(store, SystemClock(), {})
                journal.settle(Settlement(KEY, "desk/c#0", 5, Answer(Trial("desk/c#0", KEY), Completion("9 am"), {})))
                ending = asyncio.create_task(journal.close())
                await asyncio.sleep(moments * MOMENT)
                ending.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await ending

            asyncio.run(interrupted())

            assert KEY in store.find([KEY])
