"""An answer in parts, from an endpoint over a real socket, and from one that says whatever bytes it likes."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import aclosing

import pytest

from harness.adapters.openai import events
from harness.adapters.openai.provider import OpenAI
from harness.core.call import CallError
from harness.core.completion import Completion, ToolCall
from harness.core.jsons import Json
from harness.core.pin import Endpoint as At
from harness.core.pin import Pin
from harness.core.prompt import Message, Request
from tests.endpoint.client import eventually
from tests.endpoint.launch import Endpoint, endpoint

KEY = "sk-planted-/7f3a91c05e"
WORDS = "The harbour opens at nine."


@pytest.fixture(scope="module")
def running() -> Iterator[Endpoint]:
    """Return an endpoint."""
    with endpoint() as found:
        yield found


@pytest.fixture
def server(running: Endpoint) -> Endpoint:
    """Return it as new."""
    running.set(faults={}, drip=0.1, key="", redirect_to="")
    running.reset()
    return running


def pin_at(url: str) -> Pin:
    """Return a pin of an endpoint that wants a key."""
    return Pin("desk", "openai", "m", "1", {}, At(url, key_from="KEY"))


def declared(name: str) -> dict[str, Json]:
    """Return a tool."""
    return {"type": "function", "function": {"name": name, "parameters": {}}}


def request(text: str, *tools: str) -> Request:
    """Return a question."""
    return Request((Message("user", text),), tools=tuple(map(declared, tools)))


async def streamed(url: str, asked: Request) -> list[str | Completion]:
    """Return what comes of a question, part by part."""
    provider = OpenAI()
    await provider.start(pin_at(url), {"KEY": KEY})
    try:
        async with aclosing(provider.stream(pin_at(url), asked)) as parts:
            return [part async for part in parts]
    finally:
        await provider.close()


def asked(server: Endpoint, text: str = f"SAY {WORDS}", *tools: str, mode: str = "") -> tuple[list[str], Completion]:
    """Return the parts of an answer's text, and the whole."""
    *parts, whole = asyncio.run(streamed(server.url(mode), request(text, *tools)))
    assert isinstance(whole, Completion)
    return [str(part) for part in parts], whole


def said(*lines: str, ending: str = "data: [DONE]\n\n") -> list[str | Completion]:
    """Return what comes of these events."""
    return raw("".join(f"data: {line}\n\n" for line in lines) + ending)


def delta(**said: str) -> str:
    """Return an event with a part of a message, as JSON that is written here by hand."""
    fields = ", ".join(f'"{name}": "{text}"' for name, text in said.items())
    return f'{{"choices": [{{"index": 0, "delta": {{{fields}}}}}]}}'


def raw(body: str, kind: str = "text/event-stream") -> list[str | Completion]:
    """Return what comes of an answer whose bytes are these."""

    async def say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nConnection: close\r\n\r\n{body}".encode())
        await writer.drain()
        writer.close()

    async def talk() -> list[str | Completion]:
        async with await asyncio.start_server(say, "127.0.0.1", 0) as listening:
            return await streamed(f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/v1", request("x"))

    return asyncio.run(talk())


def reason(ask: Callable[[], object]) -> str:
    """Return why no answer came."""
    with pytest.raises(CallError) as caught:
        ask()
    return caught.value.reason


class TestAStream:
    def test_is_the_answer_that_would_have_come_at_once(self, server: Endpoint) -> None:
        """Its words, and at the end who said them and what they cost."""
        parts, whole = asked(server)

        assert ("".join(parts), len(parts)) == (WORDS, 5)
        assert (whole.text, whole.finish_reason, whole.model, whole.metered) == (WORDS, "stop", "m", True)
        assert whole.output_tokens == 7

    def test_joins_the_parts_of_a_tool_call(self, server: Endpoint) -> None:
        """Its name comes first, its arguments in pieces."""
        parts, whole = asked(server, 'CALL rain {"city": "Paris"}', "rain")

        assert (parts, whole.tool_calls) == ([], (ToolCall("rain", {"city": "Paris"}),))

    def test_says_a_refusal_at_its_end(self, server: Endpoint) -> None:
        """It is no content, and stands for it where there is none."""
        parts, whole = asked(server, mode="refusal")

        assert (parts, whole.finish_reason) == ([whole.text], "refusal")
        assert whole.text == "I'm sorry, I can't help with that."

    def test_of_an_endpoint_that_does_not_stream_is_one_part(self, server: Endpoint) -> None:
        """Not all can, and few of them say so."""
        parts, whole = asked(server, mode="stream-ignored")

        assert ("".join(parts), whole.text) == (WORDS, WORDS)

    def test_leaves_the_connection_to_the_next(self, server: Endpoint) -> None:
        """To begin one takes longer than many a first word."""

        async def twice() -> None:
            provider, pin = OpenAI(), pin_at(server.url())
            await provider.start(pin, {"KEY": KEY})
            for _ in range(2):
                async with aclosing(provider.stream(pin, request("x"))) as parts:
                    assert [part async for part in parts]
            await provider.close()

        asyncio.run(twice())

        assert server.counts().connections == 1

    def test_of_json_does_not_wait_for_a_space(self) -> None:
        """Only what may be a part of the key is held back."""
        assert said(*(delta(content=part) for part in ("[1,", "2,", "3]")))[:3] == ["[1,", "2,", "3]"]

    def test_that_says_no_cost_is_not_metered(self, server: Endpoint) -> None:
        """As an answer that comes at once."""
        assert not asked(server, mode="missing-usage")[1].metered

    def test_may_carry_comments_and_lines_that_end_as_on_windows(self) -> None:
        """A server sends them to keep the line open."""
        body = f": ping\r\n\r\nevent: x\r\ndata:{delta(content='Yes')}\r\n\r\ndata: [DONE]"

        assert raw(f"{body}\r\n")[:2] == ["Y", "es"]  # `es` may be the beginning of a key


class TestAStreamThatFails:
    @pytest.mark.parametrize(
        ("mode", "why"),
        [
            ("stream-ends-early", "the endpoint's answer broke off"),
            ("stream-bad-event", "the endpoint's answer is no JSON object; it begins: "),
            ("stream-error", "the endpoint's answer broke off: The server had an error."),
            ("empty-choices", "the endpoint's answer has no `choices[0].message`"),
            ("gzip-bomb", "the endpoint packs its answers, though it was asked not to"),
            ("wrong-content-type", "the endpoint's answer is no JSON object; it begins: <!doctype html>"),
            ("unauthorised", "HTTP 401: Incorrect API key provided."),
        ],
    )
    def test_says_why(self, server: Endpoint, mode: str, why: str) -> None:
        """None of it is taken for an answer."""
        server.set(huge_bytes=100)

        assert reason(lambda: asked(server, mode=mode)).startswith(why)

    def test_by_a_connection_that_breaks(self, server: Endpoint) -> None:
        """In the middle of an event."""
        server.set(faults={"reset-after": 1})

        assert reason(lambda: asked(server)).startswith("the connection broke: ")

    def test_is_not_redirected(self, server: Endpoint) -> None:
        """The key goes where the pin says."""
        server.set(redirect_to=server.url())

        assert "redirects are not followed" in reason(lambda: asked(server, mode="redirect"))
        assert len(server.requests()) == 1

    def test_by_a_pause(self, server: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
        """A line that is open and silent helps nobody."""
        monkeypatch.setattr(events, "GAP", 0.05)

        assert reason(lambda: asked(server, mode="stream-slow")) == "the endpoint's answer stopped for 0.05 s"

    def test_by_its_length(self) -> None:
        """Sixteen megabytes, and not one byte further; a line without an end is read once."""
        assert reason(lambda: raw("data: " + "x" * (16 << 20))) == "the endpoint's answer is longer than 16 MB"

    def test_by_an_event_without_choices(self) -> None:
        """It is another protocol's."""
        assert reason(lambda: said("{}")) == "a part of the endpoint's answer has no `choices`"

    def test_hangs_up_when_nobody_listens(self, server: Endpoint) -> None:
        """A model that nobody hears is paid for all the same."""
        server.set(drip=0.05)

        async def leave() -> None:
            provider = OpenAI()
            pin = pin_at(server.url("stream-slow"))
            await provider.start(pin, {"KEY": KEY})
            async with aclosing(provider.stream(pin, request(f"SAY {WORDS}"))) as parts:
                await anext(parts)
            await provider.close()

        asyncio.run(leave())

        eventually(lambda: [one.outcome for one in server.requests()] == ["abandoned"])


class TestTheKey:
    @pytest.mark.parametrize(
        "parts",
        [
            pytest.param((f"I know {KEY} now",), id="in one part"),
            pytest.param(("I know ", KEY[:9], KEY[9:], " now"), id="in two parts"),
            pytest.param(tuple(f"I know {KEY} now"), id="in single letters"),
            pytest.param(("I know ", "sk\\\\u002dpl", KEY[5:], " now"), id="half of it in escapes"),
        ],
    )
    def test_never_leaves_in_a_stream(self, parts: tuple[str, ...]) -> None:
        """What may be its beginning waits, so that a key in pieces is seen."""
        *words, whole = said(*(delta(content=part) for part in parts))

        assert isinstance(whole, Completion)
        assert "".join(map(str, words)) == whole.text == "I know *** now"

    def test_is_not_in_an_error_of_a_stream(self) -> None:
        """Which is shown."""
        assert KEY not in reason(lambda: said(f'{{"error": {{"message": "{KEY}"}}}}'))
