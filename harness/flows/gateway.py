"""The gateway: what can be asked of it, by whoever uses a prompt and by whoever manages its rollout."""

import asyncio
from collections.abc import Callable, Mapping

from harness.adapters.clock import SystemClock
from harness.adapters.dice import unique
from harness.adapters.http_server import Call, Reply, Routes
from harness.adapters.serve_journal import Journal
from harness.adapters.signing import PublicKey
from harness.content.rollouts import evidence_json, rollout_json
from harness.core.jsons import Json
from harness.core.rollout import Advice, Phase
from harness.flows.answers import Answers, refused
from harness.flows.canary import opinion
from harness.flows.desired import Place
from harness.flows.driving import TICK, Driver, sources
from harness.flows.rollout_journal import RolloutJournal
from harness.flows.trees import World
from harness.gateway.counts import Counts, Standing
from harness.gateway.receipts import Receipts
from harness.gateway.split import Session, session_of
from harness.gateway.wire import UnansweredError, as_bytes, read_abort


class Gateway:
    """One environment, served."""

    def __init__(self, world: World, key: PublicKey, place: Place, tell: Callable[[str], None]) -> None:
        """Take where it is said what is served, whose signature counts, and who hears of changes.

        Raises:
            UnavailableError: Another gateway serves the environment from here.
        """
        self._journal = Journal(world.state / f"serve-{place.environment}.db")
        noted = RolloutJournal(self._journal, place.environment)
        self._driver = Driver(sources(world, key, place, tell), noted, SystemClock(), tell)
        self._counts = Counts(place.environment)
        self._answers = Answers(self._driver, self._counts, Receipts(self._journal.secret()))

    async def begin(self) -> None:
        """Load what is to be served.

        Raises:
            HarnessError: It may not be served, or cannot be found.
        """
        await self._driver.begin()

    async def watch(self, seconds: float) -> None:
        """Look at git every few seconds, at the evidence more often, and let a candidate warm up meanwhile."""
        probing = asyncio.create_task(self._probe())
        try:
            await self._driver.watch(seconds)
        finally:
            probing.cancel()

    def close(self) -> None:
        """Let another gateway have the journal."""
        self._journal.close()

    @property
    def routes(self) -> Routes:
        """What can be asked."""
        return {
            ("POST", "/v1/chat/completions"): self._answers.chat,
            ("POST", "/v1/prompts/{name}"): self._answers.chat,
            ("POST", "/v1/feedback"): self._answers.vote,
            ("GET", "/v1/rollout"): self._rollout,
            ("POST", "/v1/look"): self._look,
            ("POST", "/v1/rollout/abort"): self._abort,
            ("GET", "/healthz"): self._health,
            ("GET", "/metrics"): self._metrics,
        }

    async def _probe(self) -> None:
        while True:
            await asyncio.sleep(TICK)
            self._answers.shadows.probe(self._driver.arms, _nobody)

    async def _rollout(self, _call: Call) -> Reply:
        driver = self._driver
        rollout, evidence = driver.rollout, driver.evidence()
        done = rollout.phase is Phase.STABLE and rollout.stable == driver.desired.release
        said = opinion(driver.desired.strategy, rollout, evidence, evidence.at)
        return _reply(
            200,
            {
                "rollout": rollout_json(rollout),
                "weight": rollout.weight,
                "evidence": evidence_json(evidence),
                "verdict": Advice.ADVANCE.value if done else said.advice.value,
                "why": "" if done else said.why,
                "holding": driver.holding,
            },
        )

    async def _look(self, call: Call) -> Reply:
        await self._driver.look()
        return await self._rollout(call)

    async def _abort(self, call: Call) -> Reply:
        try:
            why, generation = read_abort(call.body)
        except UnansweredError as error:
            return refused(error)
        if changed := await self._driver.abort(why, generation):
            return refused(UnansweredError(409, changed))
        return await self._rollout(call)

    async def _health(self, _call: Call) -> Reply:
        rollout = self._driver.rollout
        told: dict[str, Json] = {"release": rollout.stable, "candidate": rollout.candidate}
        return _reply(200, {**told, "holding": self._driver.holding})

    async def _metrics(self, _call: Call) -> Reply:
        standing = Standing(self._driver.rollout, bool(self._driver.holding), self._driver.looked)
        text = "".join(f"{line}\n" for line in self._counts.lines(standing))
        return Reply(200, text.encode(), "text/plain; version=0.0.4; charset=utf-8")


def _nobody() -> Session:
    """Return the session of a probe."""
    return session_of("", unique())


def _reply(status: int, body: Mapping[str, Json]) -> Reply:
    return Reply(status, as_bytes(body))
