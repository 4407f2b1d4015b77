"""The fault server's HTTP: requests in any framing and any pieces, and a clear answer to what is no request."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.endpoint.client import answer_on, encoded, eventually, line, question, rest
from tests.endpoint.launch import Endpoint
from tests.endpoint.wire import Reader, Request, chunk

HEAD = b"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"


class TestAConnection:
    def test_is_kept_for_the_next_request(self, server: Endpoint) -> None:
        """A client with a pool has as many connections as it has requests at a time."""
        with line(server) as opened:
            for _ in range(20):
                opened.sendall(encoded(server, question("x")))
                assert answer_on(opened).headers["connection"] == "keep-alive"

        counts = server.counts()
        assert (counts.received, counts.connections) == (20, 1)

    @pytest.mark.parametrize("words", [b"HTTP/1.1\r\nHost: x\r\nConnection: close", b"HTTP/1.0"])
    def test_ends_when_the_client_says_so(self, server: Endpoint, words: bytes) -> None:
        """HTTP/1.0 says so by saying nothing."""
        with line(server) as opened:
            opened.sendall(b"GET /v1/models " + words + b"\r\n\r\n")

            assert b"Connection: close\r\n" in rest(opened)

    def test_answers_in_turn(self, server: Endpoint) -> None:
        """A request that comes early waits; it is neither lost nor answered first."""
        server.set(latency=0.01)
        with line(server) as opened:
            opened.sendall(b"".join(encoded(server, question(f"SAY {number}")) for number in range(3)))

            bodies = [answer_on(opened).choice["message"]["content"] for _ in range(3)]

        assert bodies == ["0", "1", "2"]
        assert server.counts().peak_in_flight == 1

    def test_says_that_a_body_may_come(self, server: Endpoint) -> None:
        """A client that asks first waits for this word."""
        head, _, body = encoded(server, question("x")).partition(b"\r\n\r\n")
        with line(server) as opened:
            opened.sendall(head + b"\r\nExpect: 100-continue\r\n\r\n")
            assert opened.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
            opened.sendall(body)

            assert answer_on(opened).status == 200

    def test_takes_a_body_in_chunks(self, server: Endpoint) -> None:
        """A client that streams its request does not know the length."""
        body = json.dumps(question("SAY chunks")).encode()
        with line(server) as opened:
            opened.sendall(
                HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunk(body[:9]) + chunk(body[9:]) + chunk(b"")
            )

            assert answer_on(opened).choice["message"]["content"] == "chunks"

    @pytest.mark.parametrize(
        ("data", "status"),
        [
            pytest.param(b"hello\r\n\r\n", 400, id="no HTTP"),
            pytest.param(b"GET / HTTP/2.0\r\nHost: x\r\n\r\n", 400, id="another version"),
            pytest.param(b"GET / HTTP/1.1\r\n\r\n", 400, id="no host"),
            pytest.param(HEAD + b"bad header\r\n\r\n", 400, id="no header"),
            pytest.param(HEAD + b"Content-Length: +1\r\n\r\n", 400, id="a length with a sign"),
            pytest.param(HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n", 400, id="two lengths"),
            pytest.param(HEAD + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400, id="two framings"),
            pytest.param(HEAD + b"Transfer-Encoding: gzip\r\n\r\n", 400, id="an unknown framing"),
            pytest.param(HEAD + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n", 400, id="a chunk of less than nothing"),
            pytest.param(HEAD + b"Transfer-Encoding: chunked\r\n\r\n1\r\nabc", 400, id="a chunk that goes on"),
            pytest.param(HEAD + b"Content-Length: 999999999\r\n\r\n", 413, id="too long a body"),
            pytest.param(b"\x16\x03\x01\x02\x00\x01", 400, id="a greeting of TLS"),
            pytest.param(HEAD + b"X: " + b"x" * 300_000, 431, id="too long a head"),
        ],
    )
    def test_ends_with_bytes_that_are_no_request(self, server: Endpoint, data: bytes, status: int) -> None:
        """What follows cannot be trusted to begin a request."""
        with line(server) as opened:
            opened.sendall(data)

            answer = rest(opened)

        assert answer.startswith(b"HTTP/1.1 %d " % status)
        assert json.loads(answer.partition(b"\r\n\r\n")[2])["error"]["code"] == "malformed_request"
        assert server.counts().by_status == {status: 1}

    def test_of_a_client_that_left_is_noted(self, server: Endpoint) -> None:
        """Requests that time out at the client are seen here."""
        server.set(latency=5)
        with line(server) as opened:
            opened.sendall(encoded(server, question("x")))
            eventually(lambda: server.counts().in_flight == 1)

        eventually(lambda: server.counts().abandoned == 1)
        assert (server.counts().in_flight, server.counts().answered) == (0, 0)


class TestTheReader:
    @given(body=st.binary(max_size=80), cuts=st.lists(st.integers(0, 300)), chunked=st.booleans())
    def test_does_not_care_how_the_bytes_arrive(self, body: bytes, cuts: list[int], *, chunked: bool) -> None:
        """The network cuts where it likes; the requests are the same."""
        if chunked:
            one = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
            one += b"".join(chunk(body[start : start + 7]) for start in range(0, len(body), 7)) + chunk(b"")
        else:
            one = HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body
        data = one * 2
        ends = [*sorted(cut for cut in cuts if cut < len(data)), len(data)]
        reader = Reader()

        found: list[Request] = []
        for start, end in zip([0, *ends], ends, strict=False):
            reader.feed(data[start:end])
            while request := reader.take():
                found.append(request)

        assert [(request.target, request.body) for request in found] == [("/v1/chat/completions", body)] * 2
        assert not reader.holds_more
