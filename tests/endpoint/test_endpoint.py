"""The fault server as a process: what it counts, how fast it is, and that nothing of it outlives its test."""

import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from http.client import HTTPSConnection
from pathlib import Path
from threading import Barrier

import pytest

from tests.endpoint.client import answer_on, ask, encoded, eventually, fetch, line, question
from tests.endpoint.launch import ROOT, Endpoint, certificate, endpoint

PARENT = """\
import time
from tests.endpoint.launch import endpoint

with endpoint() as server:
    print(server.port, flush=True)
    time.sleep(60)
"""
SERVER = [sys.executable, "-m", "tests.endpoint.server"]


def listens(port: int) -> bool:
    """Return whether somebody answers at this port."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except ConnectionError:
        return False
    return True


class TestTheCounts:
    def test_know_what_was_paid_for_twice(self, server: Endpoint) -> None:
        """Bodies are told apart by their bytes; errors are no answers."""
        for text in ("a", "b", "a", "c", "a"):
            ask(server, question(text))
        ask(server, question("a"), mode="quota")

        counts = server.counts()
        assert (counts.received, counts.answered, counts.distinct, counts.repeats) == (6, 5, 3, 1)
        assert counts.by_status == {200: 5, 429: 1}

    def test_know_what_it_cost(self, server: Endpoint) -> None:
        """The sum of what the answers say."""
        usages = [ask(server, question(f"SAY {'x' * size}")).document["usage"] for size in (1, 10, 100)]
        ask(server, question("x"), mode="unauthorised")

        counts = server.counts()
        assert counts.prompt_tokens == sum(usage["prompt_tokens"] for usage in usages)
        assert counts.completion_tokens == sum(usage["completion_tokens"] for usage in usages) == 1 + 3 + 25

    def test_know_how_many_waited_at_a_time(self, server: Endpoint) -> None:
        """How a test sees that a limit on requests at a time is kept."""
        server.set(latency=1)
        together = Barrier(5)

        def wait(one: int) -> None:
            together.wait()
            ask(server, question(str(one)))

        with ThreadPoolExecutor(5) as pool:
            list(pool.map(wait, range(5)))

        counts = server.counts()
        assert (counts.peak_in_flight, counts.in_flight, counts.connections) == (5, 0, 5)

    def test_do_not_count_themselves(self, server: Endpoint) -> None:
        """Looking changes nothing."""
        server.counts()
        server.requests()

        counts = server.counts()
        assert (counts.received, counts.connections, counts.by_status) == (0, 0, {})

    def test_begin_anew(self, server: Endpoint) -> None:
        """What is in flight at a reset stays in flight, and is no answer of what comes after."""
        server.set(latency=0.1)
        with line(server) as opened:
            opened.sendall(encoded(server, question("x")))
            eventually(lambda: server.counts().in_flight == 1)
            server.reset()
            assert (server.counts().in_flight, server.counts().received) == (1, 0)
            answer_on(opened)

        assert (server.counts().in_flight, server.counts().answered) == (0, 0)

    def test_have_no_other_calls(self, server: Endpoint) -> None:
        """A typing error in a control call is no request to the API."""
        assert fetch(server, "GET", "/-/count").status == 404
        assert server.counts().received == 0


class TestTheRequests:
    def test_are_told_one_by_one(self, server: Endpoint) -> None:
        """Which headers arrived, and what became of each."""
        body = json.dumps(question("x")).encode()
        ask(server, body, mode="quota", key="sk-1")
        ask(server, b"{}")

        first, second = server.requests()
        assert (first.mode, first.path, first.model) == ("quota", "/quota/v1/chat/completions", "m")
        assert (first.sha256, first.outcome) == (sha256(body).hexdigest(), "429")
        assert first.headers["authorization"] == "Bearer sk-1"
        assert (second.mode, second.model, second.outcome) == ("", "", "400")

    def test_are_the_last_two_thousand(self, server: Endpoint) -> None:
        """A long test does not fill the memory."""
        with line(server) as opened:
            for number in range(2001):
                opened.sendall(encoded(server, question("x"), mode="quota" if number == 0 else ""))
                answer_on(opened)

        seen = server.requests()
        assert (len(seen), {one.mode for one in seen}) == (2000, {""})


class TestTheProcess:
    def test_dies_with_a_parent_that_is_killed(self) -> None:
        """A test run that is killed leaves nothing behind."""
        with subprocess.Popen([sys.executable, "-c", PARENT], cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
            assert parent.stdout
            port = int(parent.stdout.readline())
            assert listens(port)
            parent.send_signal(signal.SIGKILL)

        eventually(lambda: not listens(port))

    def test_ends_with_its_block(self) -> None:
        """Also with a request that hangs."""
        with endpoint(faults="hang=1") as server, line(server) as opened:
            opened.sendall(encoded(server, question("x")))
            eventually(lambda: server.counts().hangs == 1)

        assert not listens(server.port)

    def test_ends_with_its_lifetime(self) -> None:
        """The last resort, where an input stays open; it ends quietly."""
        reading, writing = os.pipe()
        started = time.monotonic()

        ended = subprocess.run([*SERVER, "--lifetime", "0.1"], cwd=ROOT, stdin=reading, capture_output=True, check=True)

        os.close(reading)
        os.close(writing)
        assert set(json.loads(ended.stdout)) == {"port", "pid"}
        assert ended.stderr == b""
        assert time.monotonic() - started > 0.1

    def test_does_not_start_with_an_option_that_makes_no_sense(self) -> None:
        """It says which."""
        ended = subprocess.run(
            [*SERVER, "--faults", "429=2"], cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, check=False
        )

        assert ended.returncode == 2
        assert b"not parts of one whole" in ended.stderr

    @pytest.mark.skipif(shutil.which("openssl") is None, reason="a certificate is made with openssl")
    def test_speaks_tls(self, tmp_path: Path) -> None:
        """With a certificate that a client may trust, and one that trusts nobody refuses."""
        made = certificate(tmp_path)
        trusting = ssl.create_default_context(cafile=made.certificate)
        with endpoint(tls=made) as server:
            assert server.url().startswith("https://127.0.0.1:")
            assert server.counts().received == 0
            for faults in ({}, {"drip": 1.0}):
                server.set(faults=faults, drip=0)
                opened = HTTPSConnection("127.0.0.1", server.port, timeout=5, context=trusting)
                opened.request("GET", "/v1/models")
                assert json.load(opened.getresponse())["object"] == "list"
                opened.close()
            with line(server) as plain, pytest.raises(ssl.SSLCertVerificationError):
                ssl.create_default_context().wrap_socket(plain, server_hostname="127.0.0.1")
            assert server.counts().received == server.counts().answered == 2

    @pytest.mark.slow
    def test_serves_five_thousand_requests_a_second(self, server: Endpoint) -> None:
        """In the best of three turns, by its own processor time: a busy machine makes no server slower."""
        rounds, width, speeds = 300, 16, []
        opened = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(width)]

        for _ in range(3):
            before = server.counts().cpu_seconds
            for number in range(rounds):
                for one in opened:
                    one.sendall(encoded(server, question(f"SAY {number}")))
                for one in opened:
                    assert one.recv(65536).startswith(b"HTTP/1.1 200")
            speeds.append(rounds * width / (server.counts().cpu_seconds - before))
        for one in opened:
            one.close()

        assert server.counts().answered == 3 * rounds * width
        assert max(speeds) > 5000
