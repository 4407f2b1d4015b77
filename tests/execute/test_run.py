"""Runs: the cache first, equal keys once, and every answer on disk before anybody sees it."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

import pytest

from harness.core.completion import Answer, Completion, Failure, Sample, Trial
from harness.core.errors import UnavailableError
from harness.core.pin import Pin
from harness.core.prompt import Message, Request
from harness.execute.run import WAVE, Runner, Work

PIN = Pin("reader", "embedded", "reader")


class MemoryStore:
    """A store that forgets at exit."""

    def __init__(self) -> None:
        self.answers: dict[str, Completion] = {}
        self.records: list[Answer] = []

    def find(self, keys: Iterable[str]) -> dict[str, Completion]:
        """Return the answers among these keys."""
        return {key: self.answers[key] for key in keys if key in self.answers}

    def record(self, answers: Sequence[Answer], *, at: datetime) -> None:
        """Keep answers."""
        assert at.tzinfo is not None
        self.records += answers
        self.answers |= {answer.trial.key: answer.completion for answer in answers}

    def parts(self, trial: str) -> Mapping[str, str] | None:
        """Return what a trial was made of."""
        return next((answer.parts for answer in self.records if answer.trial.name == trial), None)


class StoppedClock:
    """A clock that shows one moment."""

    def now(self) -> datetime:
        """Return that moment."""
        return datetime(2026, 1, 1, tzinfo=UTC)

    def elapsed(self) -> float:
        """Return that nothing passed."""
        return 0.0


class Model:
    """Answers with the question, and counts."""

    def __init__(self, *, fails_on: str = "", hangs_on: str = "") -> None:
        self.asked: list[str] = []
        self.fails_on = fails_on
        self.hangs_on = hangs_on

    async def __call__(self, _pin: Pin, request: Request) -> Completion:
        """Answer one request."""
        text = request.messages[0].content
        self.asked.append(text)
        if text == self.fails_on:
            raise UnavailableError("the endpoint is down")
        if text == self.hangs_on:
            await asyncio.sleep(60)
        return Completion(text, cost=None if text == "unpriced" else 5)


def work(*texts: str) -> list[Work[str]]:
    """Return one piece of work for each text; equal texts are equal trials."""
    return [
        Work(
            Trial(f"desk/{text}#0", text.encode().hex()),
            lambda text=text: Request((Message("user", text),)),  # type: ignore[misc]  # a default argument binds it
            PIN,
            lambda: {"model": "m"},
            text,
        )
        for text in texts
    ]


def run(store: MemoryStore, model: Model, *texts: str) -> tuple[list[tuple[str, Sample]], Runner]:
    """Run some work to its end."""
    runner = Runner(store, StoppedClock(), model)

    async def collect() -> list[tuple[str, Sample]]:
        return [(item.tag, sample) async for item, sample in runner.run(work(*texts))]

    return asyncio.run(collect()), runner


class TestARun:
    def test_gives_each_piece_of_work_its_own_answer_in_order(self) -> None:
        """Answers come back out of order, and are handed out in order."""
        texts = [f"t{number}" for number in range(WAVE + 10)]

        samples, _ = run(MemoryStore(), Model(), *texts)

        assert [(tag, sample.outcome.text) for tag, sample in samples if isinstance(sample.outcome, Completion)] == [
            (text, text) for text in texts
        ]

    def test_asks_nothing_that_the_store_knows(self) -> None:
        """An unchanged trial costs nothing."""
        store = MemoryStore()
        run(store, Model(), "a", "b")
        model = Model()

        samples, runner = run(store, model, "a", "b", "c")

        assert model.asked == ["c"]
        assert [sample.cached for _, sample in samples] == [True, True, False]
        assert (runner.tally.calls, runner.tally.cached, runner.tally.cost) == (1, 2, 5)

    def test_asks_equal_trials_once(self) -> None:
        """Both trees often send the very same request."""
        model = Model()

        _, runner = run(MemoryStore(), model, "a", "a", "b")

        assert sorted(model.asked) == ["a", "b"]
        assert (runner.tally.calls, runner.tally.cached) == (2, 1)

    def test_turns_a_service_that_is_down_into_a_counted_failure(self) -> None:
        """A failure is a value, never a wrong answer and never a lost case."""
        samples, runner = run(MemoryStore(), Model(fails_on="b"), "a", "b", "c")

        assert samples[1][1].outcome == Failure("the endpoint is down")
        assert runner.tally.failures == 1
        assert runner.tally.failed == ["desk/b#0: the endpoint is down"]

    def test_does_not_remember_a_failure(self) -> None:
        """The next run asks again."""
        store = MemoryStore()
        run(store, Model(fails_on="b"), "b")

        samples, _ = run(store, Model(), "b")

        assert samples[0][1].outcome == Completion("b", cost=5)

    def test_counts_calls_without_a_price_apart(self) -> None:
        """Unknown is not free."""
        _, runner = run(MemoryStore(), Model(), "unpriced", "a")

        assert (runner.tally.unpriced, runner.tally.cost) == (1, 5)

    def test_records_each_answer_with_what_explains_it(self) -> None:
        """`explain` needs the ingredients of the last time."""
        store = MemoryStore()

        run(store, Model(), "a")

        assert store.parts("desk/a#0") == {"model": "m"}

    def test_keeps_what_came_back_when_it_is_cut_off(self) -> None:
        """Ctrl-C loses no answer that was paid for."""
        store, model = MemoryStore(), Model(hangs_on="z")
        runner = Runner(store, StoppedClock(), model, concurrency=2)

        async def cut_off() -> None:
            async with asyncio.timeout(0.05):
                async for _ in runner.run(work("a", "b", "z")):
                    pass

        with pytest.raises(TimeoutError):
            asyncio.run(cut_off())
        assert sorted(answer.completion.text for answer in store.records) == ["a", "b"]
