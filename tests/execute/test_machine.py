"""The client, the budget, the cache and the journal together, through any history: the bill is always covered."""

import asyncio
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from harness.adapters.store import SqliteStore
from harness.core.call import CallError
from harness.core.completion import Completion
from harness.core.digest import digest
from harness.core.errors import BudgetError
from harness.core.ledger import Claim, Grant
from tests.execute.scratch import PAYER, WORST, Model, collect, echo

LIMIT = 400
NOW = datetime(2026, 1, 1, tzinfo=UTC)
OUTCOMES: dict[str, CallError | None] = {
    "answers": None,
    "breaks": CallError("the connection broke", retry=True, billed=True),
    "is busy": CallError("HTTP 429", retry=True, busy=True),
    "is wrong": CallError("HTTP 400"),
}
QUESTIONS = [chr(letter) for letter in range(ord("a"), ord("z"))]


class History(RuleBasedStateMachine):
    """Runs, crashes, restarts and prunings in any order, against a model that keeps its own bill."""

    def __init__(self) -> None:
        """Begin with an empty store."""
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.path = self.folder / "state.db"
        self.store = SqliteStore(self.path)
        self.model = Model()
        self.kept: set[str] = set()

    @rule(
        texts=st.lists(st.sampled_from(QUESTIONS), unique=True, max_size=25),
        fate=st.lists(st.sampled_from(sorted(OUTCOMES)), max_size=12),
    )
    def a_run(self, texts: Sequence[str], fate: list[str]) -> None:
        """Ask some questions; what becomes of each call is fate."""
        left = list(fate)

        def behave(text: str, time: int) -> Completion | CallError:
            return (OUTCOMES[left.pop()] if left else None) or echo(text, time)

        self.model.behave = behave
        asked = len(self.model.asked)
        known = self.kept & set(texts)
        with suppress(BudgetError):
            ran = asyncio.run(collect(self.store, self.model, texts, {PAYER: LIMIT}))
            self.kept |= {text for text, said in zip(texts, ran.texts, strict=True) if said == text}
        assert not known & set(self.model.asked[asked:]), "an answer that was kept was asked for again"

    @rule(text=st.sampled_from(QUESTIONS), billed=st.integers(0, WORST))
    def a_crash(self, text: str, billed: int) -> None:
        """Another process claims a trial, is billed for it or not, and dies."""
        other = SqliteStore(self.path)
        key = digest("t", text)
        (said,) = other.commit([], [Claim(key, f"desk/{text}#0", WORST, (PAYER,))], limits={PAYER: LIMIT}, at=NOW)
        if said.grant is Grant.GRANTED:
            self.model.billed += billed
        if other._owner:  # noqa: SLF001 (a dead process lets go of its lock and does nothing else)
            os.close(other._owner._file)  # noqa: SLF001
            other._owner = None  # noqa: SLF001
        other.close()

    @rule()
    def a_restart(self) -> None:
        """The same store in another process."""
        self.store.close()
        self.store = SqliteStore(self.path)

    @rule()
    def a_pruning(self) -> None:
        """Every answer is forgotten; what was paid is not."""
        self.store.prune(before=datetime(2100, 1, 1, tzinfo=UTC))
        self.kept.clear()

    @invariant()
    def the_bill_is_covered_and_the_budget_kept(self) -> None:
        """What the model charges was set aside or booked, and all of it fits."""
        assert self.model.billed <= self.store.spent([PAYER])[PAYER] <= LIMIT

    @invariant()
    def the_books_agree(self) -> None:
        """The account is the sum of the ledger and of the claims."""
        with closing(sqlite3.connect(self.path)) as db:
            (spent, held) = db.execute("SELECT total(spent), total(held) FROM accounts").fetchone()
            assert spent == db.execute("SELECT total(cost) FROM ledger").fetchone()[0]
            assert held == db.execute("SELECT total(amount) FROM claims").fetchone()[0]

    @invariant()
    def what_was_kept_is_found(self) -> None:
        """Nothing is lost."""
        keys = {digest("t", text): text for text in self.kept}
        assert {keys[key]: said.text for key, said in self.store.find(keys).items()} == {k: k for k in self.kept}

    def teardown(self) -> None:
        """Leave nothing behind."""
        self.store.close()
        shutil.rmtree(self.folder)


History.TestCase.settings = settings(max_examples=15, stateful_step_count=15, suppress_health_check=list(HealthCheck))
TestHistory = pytest.mark.timeout(300)(History.TestCase)
