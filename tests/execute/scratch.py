"""A model in memory with a bill of its own, and runs against it with the real store."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from harness.adapters.clock import SystemClock
from harness.adapters.store import SqliteStore
from harness.core.call import CallError
from harness.core.completion import Completion, Failure, Sample, Trial
from harness.core.digest import digest
from harness.core.jsons import Json
from harness.core.pin import Endpoint, Pin, Price
from harness.core.prompt import Message, Request
from harness.core.tally import Tally
from harness.execute.client import Client
from harness.execute.journal import Journal
from harness.execute.line import Lines
from harness.execute.run import Runner, Work
from harness.ports import Store

PRICE = Price(1_000_000, 1_000_000)
"""One micro-USD a token."""
PIN = Pin("stub", "memory", "stub-1", price=PRICE, endpoint=Endpoint(concurrency=8, timeout=0.5))
PAYER = "day 2026-01-01"

type Behave = Callable[[str, int], Completion | CallError | float]
"""Says what becomes of a question at its n-th asking: an answer, an error, or seconds to be silent."""


def echo(text: str, _time: int) -> Completion:
    """Answer with the question: ten tokens there, five back."""
    return Completion(text, input_tokens=10, output_tokens=5)


@dataclass
class Model:
    """A provider that keeps its own bill, so that ours has something to be held against."""

    behave: Behave = echo
    free: bool = False
    embeds: int = 0
    asked: list[str] = field(default_factory=list)
    billed: int = 0
    """Tokens that somebody has to pay for, whether or not the answer arrived."""
    flying: int = 0
    peak: int = 0

    def problems(self, _pin: Pin) -> Sequence[str]:
        """Find nothing wrong."""
        return ()

    def identity(self, _pin: Pin) -> Mapping[str, Json]:
        """Be itself."""
        return {}

    def deterministic(self, _pin: Pin, _request: Request) -> bool:
        """Promise nothing."""
        return False

    async def start(self, _pin: Pin, _environ: Mapping[str, str]) -> None:
        """Need nothing."""

    async def close(self) -> None:
        """Hold nothing."""

    async def complete(self, _pin: Pin, request: Request) -> Completion:
        """Answer, fail or hang as told; whatever may have been answered is billed."""
        text = request.messages[0].content
        self.asked.append(text)
        self.flying += 1
        self.peak = max(self.peak, self.flying)
        try:
            await asyncio.sleep(0)
            said = self.behave(text, self.asked.count(text))
            if isinstance(said, float):
                self.billed += 15
                await asyncio.sleep(said)
                said = echo(text, 0)
            elif isinstance(said, CallError):
                self.billed += 15 * said.billed
                raise said
            else:
                self.billed += said.input_tokens + said.output_tokens
        finally:
            self.flying -= 1
        return said


def work(*texts: str) -> list[Work[str]]:
    """Return one piece of work for each text; equal texts are equal trials."""
    return [Work(Trial(f"desk/{text}#0", digest("t", text)), _prepare(text), PIN, text) for text in texts]


def _prepare(text: str) -> Callable[[], tuple[Request, Mapping[str, str]]]:
    return lambda: (Request((Message("user", text),), {"max_tokens": 20}), {"message": text})


WORST = 1 + 32 * 2 + 20
"""Micro-USD set aside for a question of one letter: a byte, two frames, and `max_tokens`."""


def runner_of(store: Store, model: Model, limits: Mapping[str, int] | None = None) -> Runner:
    """Return a runner that asks a model in memory and never waits before it asks again."""
    clock = SystemClock()

    async def start(_pin: Pin) -> Model:
        return model

    journal = Journal(store, clock, limits or {})
    client = Client(store, journal, Lines(start, clock), price=lambda pin: pin.price, roll=lambda: 0.0)
    return Runner(store, clock, client, lambda _pin: model if model.free else None)


async def collect(store: Store, model: Model, texts: Sequence[str], limits: Mapping[str, int] | None = None) -> "Ran":
    """Run some work to its end."""
    async with runner_of(store, model, limits) as runner:
        samples = [(item.tag, sample) async for item, sample in runner.run(work(*texts), (PAYER,))]
    return Ran(samples, runner.tally)


@dataclass(frozen=True)
class Ran:
    """What a run gave."""

    samples: list[tuple[str, Sample]]
    tally: Tally

    @property
    def texts(self) -> list[str]:
        """What was said, trial by trial; a failure's reason in brackets."""
        return [
            f"[{sample.outcome.reason}]" if isinstance(sample.outcome, Failure) else sample.outcome.text
            for _, sample in self.samples
        ]


def run(path: Path, model: Model, *texts: str, limits: Mapping[str, int] | None = None) -> Ran:
    """Run some work to its end, with a store of its own process."""
    with closing(SqliteStore(path / "state.db")) as store:
        return asyncio.run(collect(store, model, texts, limits))


def spent(path: Path) -> int:
    """Return what the store says was spent."""
    with closing(SqliteStore(path / "state.db")) as store:
        return store.spent([PAYER])[PAYER]
