"""What a gateway makes of an answer that nobody expected."""

import asyncio
import json
from collections.abc import Sequence
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

OLD, NEW = "a" * 64, "b" * 64
PLAN = Strategy(steps=(Step(100),))


class Broken(Embedded):
    """A provider with a bug."""

    @override
    async def complete(self, _pin: Pin, _request: Request) -> Completion:
        """Break."""
        raise ZeroDivisionError


async def served(release: str) -> Serving:
    """Return a release with one prompt; that of the new one breaks."""
    prompt, pin = Prompt("desk", "reader", (Message("user", "Hello"),)), Pin("reader", "embedded", "reader", "1")
    provider = Broken() if release == NEW else Embedded()
    return Serving(release, {"desk": Dish(asking(prompt, pin, {}), Templates(prompt, {}), provider, None)})


async def measured(_externals: Sequence[External], _now: datetime) -> tuple[Measured, ...]:
    """Return nothing."""
    return ()


class TestABug:
    def test_of_a_candidate_is_evidence_against_it(self, tmp_path: Path) -> None:
        """It is answered with 500 by the server, and no session that met it is lost to the count."""
        journal = Journal(tmp_path / "serve.db")
        said = Wanted("", Environment("staging", NEW), Desired(1, NEW, PLAN))
        source = Sources(lambda _seen: said, lambda _said: [OLD], served, measured)
        driver = Driver(source, RolloutJournal(journal, "staging"), SystemClock(), lambda _said: None)
        answers = Answers(driver, Counts("staging"), Receipts(b"key"))

        async def story() -> None:
            await driver.look()
            with pytest.raises(ZeroDivisionError):
                await answers.chat(Call("desk", json.dumps({"vars": {}}).encode()))

        asyncio.run(story())
        journal.close()

        assert driver.tally.evidence(datetime.now(UTC)).windows[0, Arm.CANDIDATE].bad == {"errors": 1}
