"""Answers that pass through a gateway as the model says them, over real sockets on both sides."""

import asyncio
import json
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from harness.adapters.clock import SystemClock
from harness.adapters.http_server import bind, serve_http
from harness.adapters.openai.provider import OpenAI
from harness.adapters.serve_journal import Journal
from harness.content.templates import Templates
from harness.core.environment import Environment, Step, Strategy
from harness.core.pin import Endpoint as At
from harness.core.pin import Pin, Price
from harness.core.prompt import Message, Prompt
from harness.core.rollout import Arm, Desired
from harness.flows import serve as serving_flow
from harness.flows.answers import Answers
from harness.flows.desired import Wanted
from harness.flows.driving import Driver, Sources
from harness.flows.rollout_journal import RolloutJournal
from harness.flows.serve import Dish, Serving
from harness.gateway.counts import Counts, Standing
from harness.gateway.receipts import Receipts
from harness.plan.trials import asking
from tests.endpoint.launch import Endpoint, endpoint
from tests.flows.test_answers import measured

pytest.importorskip("uvicorn", reason="the extra `serve` is not installed")

OLD, NEW = "a" * 64, "b" * 64
SAID = "The harbour opens at nine."
HEAD = b"POST /v1/prompts/desk HTTP/1.1\r\nhost: x\r\nconnection: close\r\n"


@pytest.fixture(scope="module")
def running() -> Iterator[Endpoint]:
    """Return an endpoint."""
    with endpoint() as found:
        yield found


@pytest.fixture
def server(running: Endpoint) -> Endpoint:
    """Return it as new."""
    running.set(faults={}, drip=0.05)
    running.reset()
    return running


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    """Return an empty journal."""
    found = Journal(tmp_path / "serve.db")
    yield found
    found.close()


class Desk(NamedTuple):
    """A gateway in which a candidate has all sessions, and where it listens."""

    port: int
    driver: Driver
    counts: Counts

    @property
    def bad(self) -> Mapping[str, int]:
        """How many sessions of the candidate were bad; nothing where none was counted."""
        window = self.driver.tally.evidence(SystemClock().now()).windows.get((0, Arm.CANDIDATE))
        return {"sessions": window.sessions, **window.bad} if window else {}

    @property
    def statuses(self) -> set[str]:
        """The statuses that were counted."""
        lines = self.counts.lines(Standing(self.driver.rollout, holding=False, looked=0))
        return {line.partition('status="')[2][:3] for line in lines if line.startswith("harness_requests_total{")}


class Heard(NamedTuple):
    """What a client got of a stream."""

    status: int
    release: str
    events: list[str]

    @property
    def text(self) -> str:
        """The words of it."""
        deltas = (json.loads(event)["choices"][0]["delta"] for event in self.events[:-1])
        return "".join(delta.get("content", "") for delta in deltas)


def release(digest: str, provider: OpenAI, pin: Pin, text: str) -> Serving:
    """Return a release with one prompt."""
    prompt = Prompt("desk", "m", (Message("user", text),))
    return Serving(digest, {"desk": Dish(asking(prompt, pin, {}), Templates(prompt, {}), provider, Price(1, 1))})


@asynccontextmanager
async def desk(journal: Journal, url: str, *, text: str = f"SAY {SAID}", slow: float = 30) -> AsyncIterator[Desk]:
    """Serve a candidate that asks an endpoint, beside a stable release that asks it too."""
    pin, provider = Pin("m", "openai", "m", "1", {}, At(url)), OpenAI()
    await provider.start(pin, {})
    plan = Strategy(steps=(Step(100, timedelta(hours=1)),), slow=timedelta(seconds=slow))
    said = Wanted("", Environment("staging", NEW), Desired(1, NEW, plan))

    async def loaded(digest: str) -> Serving:
        return release(digest, provider, pin, text)

    source = Sources(lambda _seen: said, lambda _said: [OLD], loaded, measured)
    driver = Driver(source, RolloutJournal(journal, "staging"), SystemClock(), lambda _said: None)
    await driver.look()
    counts = Counts("staging")
    answers = Answers(driver, counts, Receipts(b"key"))
    listening = bind(0)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 14)
    task = asyncio.create_task(serve_http({("POST", "/v1/prompts/{name}"): answers.chat}, listening))
    try:
        yield Desk(listening.getsockname()[1], driver, counts)
    finally:
        signal.raise_signal(signal.SIGTERM)
        await task
        await provider.close()


async def begin(port: int, **values: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Ask for a stream, and return the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    body = json.dumps({"vars": values, "stream": True}).encode()
    writer.write(HEAD + b"content-length: %d\r\n\r\n" % len(body) + body)
    return reader, writer


async def leave(writer: asyncio.StreamWriter) -> None:
    """Hang up."""
    writer.close()
    await writer.wait_closed()


async def ask(port: int) -> Heard:
    """Ask for a stream, and read it to its end."""
    reader, writer = await begin(port)
    head, _, body = (await reader.read()).decode().partition("\r\n\r\n")
    await leave(writer)
    lines = [line for line in body.split("\r\n") if line.startswith("data: ")]
    events = [event for line in lines for event in line.removeprefix("data: ").split("\n\ndata: ")]
    released = head.partition("x-harness-release: ")[2][:64]
    return Heard(int(head.split(" ")[1]), released, [event.strip() for event in events])


async def until(holds: Callable[[], bool]) -> None:
    """Wait until this holds, five seconds at most."""
    async with asyncio.timeout(5):
        while not holds():  # noqa: ASYNC110 (another process, and what this one counts)
            await asyncio.sleep(0.005)


def play[T](story: Callable[[], Awaitable[T]]) -> T:
    """Return what comes of a story."""

    async def run() -> T:
        return await story()

    return asyncio.run(run())


class TestAStream:
    def test_leaves_before_the_model_has_said_all_of_it(self, server: Endpoint, journal: Journal) -> None:
        """Whoever waits reads along."""

        async def story() -> tuple[bool, Heard]:
            async with desk(journal, server.url("stream-slow")) as found:
                reader, writer = await begin(found.port)
                await reader.readuntil(b"The")
                early = [one.outcome for one in server.requests()] == ["open"]
                await leave(writer)
                return early, await ask(found.port)

        early, heard = play(story)

        assert early
        assert (heard.status, heard.text, heard.events[-1]) == (200, SAID, "[DONE]")

    def test_is_evidence_once_it_has_ended(self, server: Endpoint, journal: Journal) -> None:
        """How long it took is counted to its end, and what it cost by its own count."""

        async def story() -> tuple[Mapping[str, int], set[str], str]:
            async with desk(journal, server.url("stream-slow"), slow=0.2) as found:
                await ask(found.port)
                text = "\n".join(found.counts.lines(Standing(found.driver.rollout, holding=False, looked=0)))
                return found.bad, found.statuses, text

        bad, statuses, text = play(story)

        assert (bad, statuses) == ({"sessions": 1, "slow": 1}, {"200"})
        assert 'kind="output"} 7\n' in text
        assert "harness_cost_usd_total{" in text

    def test_that_declines_is_a_refusal(self, server: Endpoint, journal: Journal) -> None:
        """It is looked for in the whole text, of which no part says it."""
        declines = "SAY I'm sorry, but I can't help with that."

        async def story() -> Mapping[str, int]:
            async with desk(journal, server.url(), text=declines) as found:
                await ask(found.port)
                return found.bad

        assert play(story) == {"sessions": 1, "refusals": 1}

    def test_says_the_call_of_a_tool_at_its_end(self, server: Endpoint, journal: Journal) -> None:
        """Nobody can use half of one."""

        async def story() -> Heard:
            async with desk(journal, server.url("tool-arguments-not-json")) as found:
                return await ask(found.port)

        heard = play(story)

        (call,) = json.loads(heard.events[-3])["choices"][0]["delta"]["tool_calls"]
        assert (call["function"]["name"], heard.events[-1]) == ("lookup", "[DONE]")


class TestAStreamThatBreaksOff:
    @pytest.mark.parametrize("mode", ["stream-ends-early", "stream-error", "stream-bad-event"])
    def test_ends_in_an_error_and_counts_as_one(self, server: Endpoint, journal: Journal, mode: str) -> None:
        """What was said of it cannot be taken back; that it has no end is told."""

        async def story() -> tuple[Heard, Mapping[str, int], set[str]]:
            async with desk(journal, server.url(mode)) as found:
                return await ask(found.port), found.bad, found.statuses

        heard, bad, statuses = play(story)

        assert (heard.status, heard.text[:3]) == (200, "The")
        assert json.loads(heard.events[-1])["error"]["code"] == 502
        assert (bad, statuses) == ({"sessions": 1, "errors": 1}, {"502"})

    def test_before_its_first_word_is_refused_like_any_other(self, server: Endpoint, journal: Journal) -> None:
        """A status says more than an event."""

        async def story() -> tuple[Heard, Mapping[str, int]]:
            async with desk(journal, server.url("html-500")) as found:
                return await ask(found.port), found.bad

        heard, bad = play(story)

        assert (heard.status, bad) == (502, {"sessions": 1, "errors": 1})

    def test_has_a_deadline_in_all(self, server: Endpoint, journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
        """A drip that never pauses for long ends too."""
        monkeypatch.setattr(serving_flow, "PATIENCE", 0.2)

        async def story() -> tuple[Heard, Mapping[str, int]]:
            async with desk(journal, server.url("stream-slow")) as found:
                return await ask(found.port), found.bad

        heard, bad = play(story)

        assert json.loads(heard.events[-1])["error"]["code"] == 504
        assert bad["errors"] == 1


class TestAClient:
    def test_that_goes_away_hangs_up_on_the_model_and_blames_nobody(self, server: Endpoint, journal: Journal) -> None:
        """A closed window is no fault of a release."""

        async def story() -> tuple[Mapping[str, int], set[str]]:
            async with desk(journal, server.url("stream-slow")) as found:
                reader, writer = await begin(found.port)
                await reader.readuntil(b"The")
                await leave(writer)
                await until(lambda: [one.outcome for one in server.requests()] == ["abandoned"])
                await until(lambda: bool(found.statuses))
                return found.bad, found.statuses

        assert play(story) == ({}, {"499"})

    def test_that_reads_slowly_makes_no_release_slow(self, server: Endpoint, journal: Journal) -> None:
        """A release would be taken back by whoever does not read: the model's time is what counts."""

        async def story() -> Mapping[str, int]:
            async with desk(journal, server.url(), text="SAY {{ words }}") as found:
                _, writer = await begin(found.port, words="word " * 4000)
                await until(lambda: bool(found.bad))
                await leave(writer)
                return found.bad

        assert play(story) == {"sessions": 1}


@pytest.mark.slow
class TestTwoHundredStreams:
    def test_end_on_the_release_they_began_on(self, server: Endpoint, journal: Journal) -> None:
        """An abort in the middle of them all takes none of them away."""

        async def story() -> tuple[list[Heard], Heard]:
            async with desk(journal, server.url("stream-slow")) as found:
                coming = [asyncio.create_task(ask(found.port)) for _ in range(200)]
                await asyncio.sleep(0.2)
                assert not await found.driver.abort("the phone rings", 1)
                return [await one for one in coming], await ask(found.port)

        heard, after = play(story)

        assert {(one.text, one.events[-1]) for one in heard} == {(SAID, "[DONE]")}
        assert NEW in {one.release for one in heard}
        assert after.release == OLD
