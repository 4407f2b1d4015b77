"""What a gateway makes of an answer that nobody expected."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import override

import pytest

from harness.adapters.clock import SystemClock
from harness.adapters.embedded import Embedded
from harness.adapters.http_server import Call
from harness.adapters.serve_journal import Journal
from harness.content.templates import Templates
from harness.core.completion import Completion
from harness.core.environment import Environment, External, Step, Strategy
from harness.core.pin import Pin
from harness.core.prompt import Message, Prompt, Request
from harness.core.rollout import Arm, Desired, Measured
from harness.flows.answers import Answers
from harness.flows.desired import Wanted
from harness.flows.driving import Driver, Sources
from harness.flows.rollout_journal import RolloutJournal
from harness.flows.serve import Dish, Serving
from harness.gateway.counts import Counts
from harness.gateway.receipts import Receipts
from harness.plan.trials import asking
from harness.ports import Provider

OLD, NEW = "a" * 64, "b" * 64
ASK = Call("desk", b'{"vars": {}}')
PLAN = Strategy(steps=(Step(100),))


class Broken(Embedded):
    """A provider with a bug."""

    @override
    async def complete(self, _pin: Pin, _request: Request) -> Completion:
        """Break."""
        raise ZeroDivisionError


def release(digest: str, template: str = "Hello", provider: Provider | None = None) -> Serving:
    """Return a release with one prompt."""
    prompt, pin = Prompt("desk", "reader", (Message("user", template),)), Pin("reader", "embedded", "reader", "1")
    return Serving(digest, {"desk": Dish(asking(prompt, pin, {}), Templates(prompt, {}), provider or Embedded(), None)})


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    """Return an empty journal."""
    found = Journal(tmp_path / "serve.db")
    yield found
    found.close()


async def gateway(journal: Journal, candidate: Serving) -> tuple[Driver, Answers]:
    """Return a gateway in which a candidate has all sessions, beside a release that just answers."""
    said = Wanted("", Environment("staging", NEW), Desired(1, NEW, PLAN))

    async def serving(digest: str) -> Serving:
        return candidate if digest == NEW else release(OLD)

    source = Sources(lambda _seen: said, lambda _said: [OLD], serving, measured)
    driver = Driver(source, RolloutJournal(journal, "staging"), SystemClock(), lambda _said: None)
    await driver.look()
    return driver, Answers(driver, Counts("staging"), Receipts(b"key"))


def bad(driver: Driver) -> Mapping[str, int]:
    """Return how many sessions of the candidate were bad."""
    return driver.tally.evidence(datetime.now(UTC)).windows[0, Arm.CANDIDATE].bad


async def measured(_externals: Sequence[External], _now: datetime) -> tuple[Measured, ...]:
    """Return nothing."""
    return ()


class TestABug:
    def test_of_a_candidate_is_evidence_against_it(self, journal: Journal) -> None:
        """It is answered with 500 by the server, and no session that met it is lost to the count."""

        async def story() -> Driver:
            driver, answers = await gateway(journal, release(NEW, provider=Broken()))
            with pytest.raises(ZeroDivisionError):
                await answers.chat(ASK)
            return driver

        assert bad(asyncio.run(story())) == {"errors": 1}


class TestARefusal:
    def test_of_what_the_stable_release_takes_is_evidence_against_the_candidate(self, journal: Journal) -> None:
        """An application does not send a new variable on the day that a prompt wants it."""

        async def story() -> tuple[Driver, int]:
            driver, answers = await gateway(journal, release(NEW, "Hello {{ name }}"))
            return driver, (await answers.chat(ASK)).status

        driver, status = asyncio.run(story())

        assert (status, bad(driver)) == (400, {"errors": 1})

    def test_of_what_no_release_takes_is_the_clients_own_affair(self, journal: Journal) -> None:
        """Whoever sends nonsense aborts no rollout."""

        async def story() -> Driver:
            driver, answers = await gateway(journal, release(NEW))
            for call in (Call("desk", b"{"), Call("disk", b"{}"), Call("desk", b'{"vars": {"x": 1}}')):
                assert (await answers.chat(call)).status in {400, 404}
            return driver

        assert asyncio.run(story()).tally.evidence(datetime.now(UTC)).windows == {}
