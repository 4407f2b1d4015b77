"""The gateway: answers by the release that an environment runs, and looks whether git says another by now."""

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import NamedTuple

from harness.adapters.clock import SystemClock
from harness.adapters.dice import unique
from harness.adapters.git import Git
from harness.adapters.http_server import Call, Reply, Routes
from harness.adapters.signing import PublicKey
from harness.core.digest import short
from harness.core.errors import HarnessError
from harness.core.jsons import Json
from harness.flows.serve import Serving, serving, wanted
from harness.flows.trees import World
from harness.gateway.counts import Counts, Series
from harness.gateway.wire import Answered, Ask, UnansweredError, as_completion, as_refusal, read_ask

_FAULTS = {408: "the body came too slowly", 413: "the body is too long"}


class Place(NamedTuple):
    """Where it is said what is served."""

    environment: str
    ref: str
    remote: str = ""
    """Whom to ask for what is new before each look; empty for nobody."""


class Gateway:
    """One environment, served. It never serves what is not proven: then the last good release stays."""

    def __init__(self, world: World, key: PublicKey, place: Place, tell: Callable[[str], None]) -> None:
        """Take where it is said what is served, whose signature counts, and who hears of changes."""
        self._world = world
        self._key = key
        self._place = place
        self._tell = tell
        self._clock = SystemClock()
        self._serving = Serving("", {})
        self._why = ""
        self._counts = Counts()

    async def begin(self) -> None:
        """Load what is to be served.

        Raises:
            HarnessError: It may not be served, or cannot be found.
        """
        await self._swap(await self._wanted())

    async def watch(self, seconds: float) -> None:
        """Look every few seconds for another release, and serve it from then on."""
        while True:
            await asyncio.sleep(seconds)
            try:
                await self._look()
                self._hold("")
            except HarnessError as error:
                self._hold(error.what)

    async def _look(self) -> None:
        release = await self._wanted()
        if release != self._serving.release:
            await self._swap(release)

    async def _wanted(self) -> str:
        if self._place.remote:
            git = Git(self._world.root)
            await asyncio.to_thread(git.run, "fetch", "--quiet", "--tags", "--force", self._place.remote)
        return await asyncio.to_thread(wanted, self._world, self._place.environment, self._place.ref)

    async def _swap(self, release: str) -> None:
        self._serving = await serving(self._world, self._key, release)
        self._counts.serving = release
        self._tell(f"serving release {short(release)}")

    def _hold(self, why: str) -> None:
        """Say once why the last good release stays."""
        self._counts.holding = bool(why)
        if why and why != self._why:
            self._tell(f"holding release {short(self._serving.release)}: {why}")
        self._why = why

    @property
    def routes(self) -> Routes:
        """What can be asked."""
        return {
            ("POST", "/v1/chat/completions"): self._chat,
            ("POST", "/v1/prompts/{name}"): self._chat,
            ("GET", "/healthz"): self._health,
            ("GET", "/metrics"): self._metrics,
        }

    async def _chat(self, call: Call) -> Reply:
        serving, began, prompt = self._serving, self._clock.elapsed(), ""
        try:
            ask = _ask(call)
            prompt = ask.prompt if ask.prompt in serving.dishes else ""
            status, body = 200, await self._answered(serving, ask)
        except UnansweredError as error:
            status, body = error.status, as_refusal(error.status, error.message)
        self._counts.add(Series(serving.release, prompt), status, self._clock.elapsed() - began)
        return _reply(status, body, {"x-harness-release": serving.release})

    async def _answered(self, serving: Serving, ask: Ask) -> dict[str, Json]:
        said = await serving.answer(ask)
        at = int(self._clock.now().timestamp())
        return as_completion(Answered(said, ask.prompt, serving.release, unique(), at))

    async def _health(self, _call: Call) -> Reply:
        return _reply(200, {"release": self._serving.release, "holding": self._why})

    async def _metrics(self, _call: Call) -> Reply:
        text = "".join(f"{line}\n" for line in self._counts.lines())
        return Reply(200, text.encode(), "text/plain; version=0.0.4; charset=utf-8")


def _ask(call: Call) -> Ask:
    if call.fault:
        raise UnansweredError(call.fault, _FAULTS[call.fault])
    return read_ask(call.body, call.name)


def _reply(status: int, body: Mapping[str, Json], headers: Mapping[str, str] | None = None) -> Reply:
    return Reply(status, json.dumps(body, ensure_ascii=False).encode(errors="replace"), headers=headers or {})
