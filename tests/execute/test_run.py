"""Runs: the cache first, equal keys once, and every answer on disk before anybody sees it."""

import asyncio
from contextlib import closing
from pathlib import Path

import pytest

from harness.adapters.store import SqliteStore
from harness.core.call import CallError
from harness.core.completion import Completion
from harness.execute.run import WAVE
from tests.execute.scratch import PAYER, WORST, Model, echo, run, runner_of, spent, work


def fails_on(bad: str) -> Model:
    """Return a model that has no answer to one question."""
    return Model(lambda text, time: CallError("the endpoint is down") if text == bad else echo(text, time))


@pytest.mark.parametrize("free", [pytest.param(True, id="free"), pytest.param(False, id="paid")])
class TestARun:
    def test_gives_each_piece_of_work_its_own_answer_in_order(self, tmp_path: Path, *, free: bool) -> None:
        """Answers come back out of order, and are handed out in order."""
        texts = [f"t{number}" for number in range(WAVE + 10)]

        assert run(tmp_path, Model(free=free), *texts).texts == texts

    def test_asks_nothing_that_the_store_knows(self, tmp_path: Path, *, free: bool) -> None:
        """An unchanged trial costs nothing."""
        run(tmp_path, Model(free=free), "a", "b")
        model = Model(free=free)

        ran = run(tmp_path, model, "a", "b", "c")

        assert model.asked == ["c"]
        assert [sample.cached for _, sample in ran.samples] == [True, True, False]
        assert (ran.tally.calls, ran.tally.cached, ran.tally.cost) == (1, 2, 15)

    def test_asks_equal_trials_once(self, tmp_path: Path, *, free: bool) -> None:
        """Both trees often send the very same request."""
        model = Model(free=free)

        ran = run(tmp_path, model, "a", "a", "b")

        assert sorted(model.asked) == ["a", "b"]
        assert (ran.tally.calls, ran.tally.cached) == (2, 1)

    def test_turns_a_service_that_is_down_into_a_counted_failure(self, tmp_path: Path, *, free: bool) -> None:
        """A failure is a value, never a wrong answer and never a lost case; its double is none that was cached."""
        model = fails_on("b")
        model.free = free

        ran = run(tmp_path, model, "a", "b", "b", "c")

        assert ran.texts == ["a", "[the endpoint is down]", "[the endpoint is down]", "c"]
        assert (ran.tally.failures, ran.tally.cached) == (1, 0)
        assert ran.tally.failed == ["desk/b#0: the endpoint is down"]

    def test_does_not_remember_a_failure(self, tmp_path: Path, *, free: bool) -> None:
        """The next run asks again."""
        run(tmp_path, fails_on("b"), "b")

        assert run(tmp_path, Model(free=free), "b").texts == ["b"]

    def test_records_each_answer_with_what_explains_it(self, tmp_path: Path, *, free: bool) -> None:
        """`explain` needs the ingredients of the last time."""
        run(tmp_path, Model(free=free), "a")

        with closing(SqliteStore(tmp_path / "state.db")) as store:
            assert store.parts("desk/a#0") == {"message": "a"}


class TestARunThatIsCutOff:
    def test_keeps_what_came_back_and_books_what_is_in_flight(self, tmp_path: Path) -> None:
        """Ctrl-C loses no answer that was paid for; a call that may be answered yet counts at its worst."""
        model = Model(lambda text, time: 60.0 if text == "z" else echo(text, time))

        async def cut_off() -> None:
            with closing(SqliteStore(tmp_path / "state.db")) as store:
                async with asyncio.timeout(0.2), runner_of(store, model) as runner:
                    async for _ in runner.run(work("a", "b", "z"), (PAYER,)):
                        pass

        with pytest.raises(TimeoutError):
            asyncio.run(cut_off())
        after = Model()
        assert run(tmp_path, after, "a", "b").texts == ["a", "b"]
        assert after.asked == []
        assert spent(tmp_path) == 15 + 15 + WORST * model.asked.count("z")

    def test_reports_who_answered_when_it_was_not_one_model_alone(self, tmp_path: Path) -> None:
        """A provider that swaps the model behind a name makes base and candidate unlike."""
        names = {"a": "stub-1", "b": "stub-2"}
        model = Model(lambda text, _time: Completion(text, model=names[text], input_tokens=1, output_tokens=1))

        ran = run(tmp_path, model, "a", "b")

        told = ["the model behind `stub` (stub-1) changed: it answered as stub-1, stub-2"]
        assert list(ran.tally.surprises()) == told
