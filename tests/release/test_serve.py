"""`harness serve`: a release that git says, and no other, answers over a real socket."""

import re
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress

import pytest

from tests.release.served import VARS, Served, gateway, wait_for
from tests.release.shop import Line

pytest.importorskip("uvicorn", reason="the extra `serve` is not installed")


def counted(served: Served) -> Counter[str]:
    """Return how many requests were counted, by the line that says it."""
    lines = served.get("/metrics").body.decode().splitlines()
    said = (line.rpartition(" ") for line in lines if line.startswith("harness_requests_total"))
    return Counter({labels: int(count) for labels, _, count in said})


@pytest.fixture(scope="module")
def desk(released: Line, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Return a gateway whose release no test changes."""
    line = Line(released.fork(tmp_path_factory.mktemp("desk")).root, *released.releases)
    line.promote("staging", line.first)
    with gateway(line) as found:
        yield found


class TestARelease:
    def test_answers_by_its_prompt(self, desk: Served, released: Line) -> None:
        """The same words that were judged, filled with what the customer's application found."""
        said = desk.ask({"vars": VARS})

        assert (said.status, said.text) == (200, "The harbour room 7 opens at 10 minutes past nine. [rooms/7]")
        assert said.release.startswith(released.first)
        assert said.data["harness"]["release"] == said.release
        assert said.data["usage"]["total_tokens"] > 20

    def test_answers_clients_of_openai(self, desk: Served) -> None:
        """The model is a prompt; its variables go beside the messages, which come after the prompt's own."""
        turns = [{"role": "assistant", "content": "Which room?"}, {"role": "user", "content": "room 7"}]

        said = desk.ask({"model": "desk", "messages": turns, "vars": VARS}, "/v1/chat/completions")

        assert (said.status, said.data["object"], said.data["model"]) == (200, "chat.completion", "desk")

    def test_is_swapped_when_git_says_another(self, served: Served, promoted: Line) -> None:
        """Every answer while it happens comes whole, from the one release or the other."""

        def ask(_number: int) -> tuple[int, str]:
            said = served.ask({"vars": VARS})
            return said.status, said.release[:12]

        with ThreadPoolExecutor(4) as pool:
            before = list(pool.map(ask, range(20)))
            promoted.promote("staging", promoted.second)
            during = list(pool.map(ask, range(200)))
            wait_for(lambda: ask(0)[1] == promoted.second)

        assert set(before) == {(200, promoted.first)}
        assert set(during) <= {(200, promoted.first), (200, promoted.second)}

    def test_is_served_again_after_a_rollback(self, served: Served, promoted: Line) -> None:
        """One commit is enough."""
        promoted.promote("staging", promoted.second)
        wait_for(lambda: served.get("/healthz").data["release"].startswith(promoted.second))

        assert promoted.harness("rollback", "staging", "--reason", "slow").exit_code == 0

        wait_for(lambda: served.get("/healthz").data["release"].startswith(promoted.first))

    def test_stays_when_the_next_may_not_be_served(self, served: Served, promoted: Line) -> None:
        """Somebody writes a release into the file that no gate let pass: it is not served, and that is told."""
        path = ".github/environments/staging.yaml"
        now = promoted.read(path)
        promoted.write(path, re.sub("sha256:[0-9a-f]{64}", f"sha256:{'0' * 64}", now))
        promoted.commit("by hand")

        wait_for(lambda: bool(served.get("/healthz").data["holding"]))

        assert served.ask({"vars": VARS}).release.startswith(promoted.first)
        assert served.get("/healthz").data["holding"] == "there is no verdict for release 000000000000 here"
        assert b'harness_holding{environment="staging"} 1\n' in served.get("/metrics").body

    def test_that_is_quarantined_is_not_served_at_all(self, promoted: Line) -> None:
        """A gateway that starts has nothing good to keep."""
        path = ".github/environments/staging.yaml"
        digest = re.findall("sha256:[0-9a-f]{64}", promoted.read(path))[0]
        promoted.add("staging", f'quarantine:\n  - {{release: "{digest}", reason: wrong}}\n')

        told = promoted.harness("serve", "staging", "--port", "0")

        assert told.exit_code == 1
        assert "what staging is to run is quarantined: wrong" in told.err


class TestAnEnd:
    def test_lets_answers_come_home(self, promoted: Line) -> None:
        """Whoever ends the process ends no answer."""
        with gateway(promoted) as served, ThreadPoolExecutor(4) as pool:
            coming = [pool.submit(served.ask, {"vars": VARS}) for _ in range(8)]
            statuses = {one.result().status for one in coming}
            code = served.end()

        assert (statuses, code) == ({200}, 0)


class TestARequest:
    @pytest.mark.parametrize(
        ("path", "body", "status", "why"),
        [
            ("/v1/prompts/desk", b"{", 400, "the body is not JSON"),
            ("/v1/prompts/desk", b"[]", 400, "the body must be a JSON object"),
            ("/v1/prompts/desk", b"\xff", 400, "the body is not JSON"),
            ("/v1/prompts/desk", {"vars": []}, 400, "`vars` must be an object"),
            ("/v1/prompts/desk", {"vars": {}}, 400, "'documents' is undefined"),
            ("/v1/prompts/desk", {"vars": {**VARS, "tone": "kind"}}, 400, "the prompt uses no variable `tone`"),
            ("/v1/prompts/desk", {"temperature": 1}, 400, "`temperature` is the release's to say"),
            ("/v1/prompts/desk", {"stream": "yes"}, 400, "`stream` must be true or false"),
            ("/v1/prompts/desk", {"user": 7}, 400, "`user` must be a text"),
            ("/v1/feedback", {"id": "chatcmpl-7", "vote": "up"}, 404, "no answer of this gateway has that `id`"),
            ("/v1/feedback", {"id": "chatcmpl-7", "vote": "maybe"}, 400, "a vote needs"),
            ("/v1/rollout/abort", {"why": "", "generation": 1}, 400, "an abort needs"),
            ("/v1/rollout/abort", {"why": "slow", "generation": 99}, 409, "this is generation 2, not 99"),
            ("/v1/rollout/abort", {"why": "slow", "generation": 2}, 409, "no candidate is on its way"),
            ("/v1/prompts/desk", {"model": "other"}, 400, "the path names `desk`, and `model` another"),
            ("/v1/prompts/disk", {"vars": VARS}, 404, "there is no prompt `disk`; prompts: desk"),
            ("/v1/chat/completions", {"vars": VARS}, 400, "`model` must name a prompt"),
            ("/v1/chat/completions", {"model": "desk", "messages": [{"role": "system", "content": "x"}]}, 400, "role"),
            ("/v1/chat/completions", {"model": "desk", "messages": "x"}, 400, "`messages` must be a list"),
            ("/v1/prompts/desk", b" " * (2 << 20), 413, "the body is too long"),
            ("/v1/prompts", {}, 404, "there is no such page"),
            ("/metrics", {}, 405, "this page is asked otherwise"),
        ],
    )
    def test_that_is_wrong_is_told_why(self, desk: Served, path: str, body: object, status: int, why: str) -> None:
        """As a client of OpenAI's reads it; what the release decides nobody else may."""
        said = desk.ask(body, path)

        assert (said.status, why in said.why) == (status, True), said.body

    @pytest.mark.parametrize(
        ("line", "head", "end"),
        [("GET /healthz", b"HTTP/1.1 200 ", b"}"), ("HEAD /healthz", b"HTTP/1.1 405 ", b"\r\n\r\n")],
    )
    def test_is_answered_in_one_piece(self, desk: Served, line: str, head: bytes, end: bytes) -> None:
        """Head and body leave together, and a head without a body is not kept back for one."""
        host, _, port = desk.url.removeprefix("http://").partition(":")

        with closing(socket.create_connection((host, int(port)), timeout=5)) as wire:
            wire.sendall(f"{line} HTTP/1.1\r\nhost: x\r\n\r\n".encode())
            said = wire.recv(1 << 16)

        assert (said.startswith(head), said.endswith(end)) == (True, True), said

    def test_is_counted_by_release_and_prompt(self, desk: Served) -> None:
        """A name that no release has is counted under none, or whoever asks could fill the memory."""
        before = counted(desk)
        release = desk.ask({"vars": VARS}).release
        desk.ask({"vars": VARS}, "/v1/prompts/disk")

        text = desk.get("/metrics").body.decode()
        more = counted(desk) - before

        where = f'environment="staging",arm="stable",release="{release}"'
        assert f"harness_release_info{{{where}}} 1" in text
        assert more == {
            f'harness_requests_total{{{where},prompt="desk",status="200"}}': 1,
            f'harness_requests_total{{{where},prompt="",status="404"}}': 1,
        }
        assert f'harness_request_seconds_bucket{{{where},prompt="desk",le="+Inf"}} ' in text


class TestAStart:
    def test_needs_an_environment_that_runs_something(self, line: Line) -> None:
        """Each mistake has its sentence, and nothing listens."""
        nothing = line.harness("serve", "staging", "--port", "0")
        unknown = line.harness("serve", "stagin", "--port", "0")
        nowhere = line.harness("serve", "staging", "--port", "0", "--ref", "origin/main")

        assert (nothing.exit_code, unknown.exit_code, nowhere.exit_code) == (1, 2, 2)
        assert "staging runs no release yet" in nothing.err
        assert "there is no environment `stagin` on HEAD" in unknown.err
        assert "there is no commit `origin/main`" in nowhere.err

    def test_needs_its_extra(self, promoted: Line) -> None:
        """Whoever only gates installs no server."""
        code = "import sys; sys.modules['uvicorn'] = None; from harness.cli.main import run; "
        code += "sys.exit(run(['serve', 'staging', '--port', '0']))"

        done = subprocess.run(
            [sys.executable, "-c", code], cwd=promoted.root, capture_output=True, text=True, check=False
        )

        assert done.returncode == 2
        assert done.stderr.endswith('hint: run `pip install "prompt-harness[serve]"`\n')


class TestAHead:
    def test_has_an_end(self, desk: Served) -> None:
        """Whoever only ever sends headers gets no memory for them, and a long body behind a short head is none."""
        host, _, port = desk.url.removeprefix("http://").partition(":")
        with socket.create_connection((host, int(port)), timeout=10) as line:
            line.sendall(b"GET /healthz HTTP/1.1\r\nhost: x\r\n")
            with suppress(ConnectionError):
                for number in range(40):
                    line.sendall(b"x-%d: %s\r\n" % (number, b"y" * 4000))
            said = line.recv(100)
        long = desk.ask({"vars": {**VARS, "question": "?" * 200_000}})

        assert said.startswith(b"HTTP/1.1 431 ")
        assert long.status == 200

    @pytest.mark.slow
    def test_that_never_comes_is_not_waited_for(self, desk: Served) -> None:
        """Nobody holds connections open by half a head each."""
        host, _, port = desk.url.removeprefix("http://").partition(":")
        with socket.create_connection((host, int(port)), timeout=20) as line:
            line.sendall(b"GET /healthz HTTP/1.1\r\n")

            assert line.recv(100) == b""


class TestARemote:
    @pytest.mark.slow
    def test_that_says_nothing_is_given_up(self, promoted: Line) -> None:
        """It takes every connection, and that is all."""
        with closing(socket.create_server(("127.0.0.1", 0))) as mute:
            began = time.monotonic()
            told = promoted.harness("serve", "staging", "--fetch", f"http://127.0.0.1:{mute.getsockname()[1]}/a.git")

        assert told.exit_code == 4
        assert "git fetch failed" in told.err
        assert time.monotonic() - began < 30
