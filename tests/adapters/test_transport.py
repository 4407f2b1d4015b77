"""One call over a real socket whose other end says whatever bytes it likes: the key is nowhere in what comes of it."""

import asyncio
from email.utils import formatdate

import pytest

from harness.adapters.openai.address import Address
from harness.adapters.openai.transport import LIMIT, Transport
from harness.adapters.openai.wire import read_chat
from harness.core.call import CallError
from harness.core.jsons import Json

KEY = "sk-planted-/7f3a91c05e"
ESCAPED = "".join(f"\\u{ord(char):04x}" for char in KEY)


def post(answer: bytes) -> dict[str, Json]:
    """Ask an endpoint that answers with these bytes and hangs up."""

    async def say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n{}")
        writer.write(answer)
        await writer.drain()
        writer.close()

    async def talk() -> dict[str, Json]:
        async with await asyncio.start_server(say, "127.0.0.1", 0) as server:
            transport = Transport(Address(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", KEY))
            try:
                return await transport.post("", {})
            finally:
                await transport.close()

    return asyncio.run(talk())


def refused(answer: bytes) -> CallError:
    """Return the error that an answer is."""
    with pytest.raises(CallError) as caught:
        post(answer)
    return caught.value


def http(body: str, *, status: str = "200 OK", headers: str = "") -> bytes:
    """Return an answer in order."""
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body.encode())}\r\n{headers}\r\n{body}".encode()


class TestTheKey:
    @pytest.mark.parametrize(
        "said",
        [
            pytest.param(KEY, id="in clear"),
            pytest.param(ESCAPED, id="in escapes"),
            pytest.param(ESCAPED.upper().replace("U", "u"), id="in escapes of large letters"),
            pytest.param(KEY.replace("/", "\\/"), id="with a stroke escaped"),
            pytest.param(KEY[:5] + ESCAPED[30:], id="in escapes from the sixth letter on"),
            pytest.param("\\n" + KEY, id="after the end of a line"),
            pytest.param("\\\\" + ESCAPED, id="after a backslash"),
        ],
    )
    def test_is_not_in_an_answer(self, said: str) -> None:
        """An endpoint that repeats it would have it in the store, in reports and in recordings."""
        found = post(http(f'{{"model": "{said}", "{said}": 1}}'))

        assert all(KEY not in text for text in (str(found["model"]), *found))
        assert "***" in str(found["model"])

    @pytest.mark.parametrize("depth", [1, 2, 3])
    def test_is_not_in_json_within_json(self, depth: int) -> None:
        """Arguments of tools are JSON in a string, and an answer may be JSON that scorers read."""
        said = ESCAPED.replace("\\", "\\" * 2**depth)

        assert "***" in str(post(http(f'{{"arguments": "{said}"}}'))["arguments"])

    @pytest.mark.parametrize(
        "answer",
        [
            http(KEY),
            http(ESCAPED),
            http("x" * 50 + KEY),
            http(f'{{"error": {{"message": "{ESCAPED}", "code": "{ESCAPED}"}}}}', status=f"500 {KEY}"),
            http(f'{{"error": "{ESCAPED}"}}', status=f"403 {KEY}"),
            http("{}", status=f"429 {KEY}", headers=f"Retry-After: {KEY}\r\n"),
            http("{}", headers=f"Content-Encoding: {KEY}\r\n"),
            http("", status=f"307 {KEY}", headers=f"Location: http://{KEY}/\r\n"),
            f"HTTP/1.1 200 OK\r\n{KEY} no colon\r\n\r\n".encode(),
            f"HTTP/1.1 {KEY}\r\n\r\n".encode(),
            f"{KEY} 200 OK\r\n\r\n".encode(),
            f"HTTP/1.1 200 OK\r\nContent-Length: {KEY}\r\n\r\n".encode(),
            f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{KEY}\r\n".encode(),
            *(f"HTTP/1.1 200 OK\r\nX: {'a' * room}{KEY}{'a' * 9000}\r\n\r\n".encode() for room in (80, 90)),
        ],
        ids=str,
    )
    def test_is_not_in_an_error_not_even_a_part_of_it(self, answer: bytes) -> None:
        """An error's words are cut to a length, and a cut key is no longer found as such."""
        reason = refused(answer).reason

        assert not any(KEY[start : start + 6] in reason for start in range(len(KEY) - 6))
        assert ESCAPED[:12] not in reason

    def test_does_not_make_a_long_answer_a_long_wait(self) -> None:
        """A million backslashes are looked through once."""
        found = post(http('{"a": "' + "\\" * 1_000_000 + '"}'))

        assert found == {"a": "\\" * 500_000}


class TestAnAnswer:
    def test_with_half_a_character_is_one_that_can_be_written(self) -> None:
        """Half a surrogate pair has no bytes: neither a report nor a terminal could hold it."""
        assert post(http('{"a": "\\ud83d room", "b": "\\ud83d\\ude00"}')) == {"a": "? room", "b": "\U0001f600"}

    @pytest.mark.parametrize(
        "body", ["[]", "null", '{"a": NaN}', '{"a": 1e999}', '{"a": ' + "[" * 99 + "]" * 99 + "}", '{"a": ' + "9" * 999]
    )
    def test_that_no_store_or_recording_can_hold_is_none(self, body: str) -> None:
        """What Python alone calls JSON would be written as that, and read by nobody else."""
        assert refused(http(body)).reason.startswith("the endpoint's answer is no JSON object; it begins: ")

    def test_is_read_to_sixteen_megabytes(self) -> None:
        """And not one byte further."""
        assert refused(http(" " * (LIMIT + 1))).reason == "the endpoint's answer is longer than 16 MB"

    def test_that_is_a_page_of_a_server_in_trouble_is_asked_for_again(self) -> None:
        """Its words are for people with a browser."""
        error = refused(http("<!doctype html><h1>Sorry</h1>", status="500 Trouble"))

        assert (error.reason, error.retry, error.billed, error.fatal) == ("HTTP 500", True, False, False)

    @pytest.mark.parametrize("tokens", ["1e3", "-1", "true", "null", '"5"', "1000000000", "9" * 40])
    def test_whose_count_of_tokens_is_none_is_not_metered(self, tokens: str) -> None:
        """It is then booked at the worst that it can have cost: one number must not empty the budget of a day."""
        usage = f'"usage": {{"prompt_tokens": {tokens}, "completion_tokens": 5}}'

        said = read_chat(post(http(f'{{"choices": [{{"message": {{"content": "yes"}}}}], {usage}}}')))

        assert (said.metered, said.input_tokens, said.output_tokens) == (False, 0, 0)


class TestRetryAfter:
    @pytest.mark.parametrize(
        ("value", "least", "most"),
        [
            pytest.param("7", 7, 7, id="seconds"),
            pytest.param(formatdate(4e9, usegmt=True), 1e9, 4e9, id="a date"),
            pytest.param("Thu, 01 Jan 1970 00:00:00 GMT", 0, 0, id="a date that is over"),
            pytest.param("9" * 500, float("inf"), float("inf"), id="for ever"),
        ],
    )
    def test_is_seconds_or_a_date(self, value: str, least: float, most: float) -> None:
        """Both forms of the header."""
        wait = refused(http("{}", status="429 No", headers=f"Retry-After: {value}\r\n")).wait

        assert wait is not None
        assert least <= wait <= most

    @pytest.mark.parametrize("value", ["soon", "", "-1", "1e9", "Mon, 01 Jan 99999999999999999999 00:00:00 GMT"])
    def test_is_nothing_when_it_is_neither(self, value: str) -> None:
        """A year that no calendar has is no error of ours."""
        assert refused(http("{}", status="429 No", headers=f"Retry-After: {value}\r\n")).wait is None
