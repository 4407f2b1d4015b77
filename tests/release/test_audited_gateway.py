"""A gateway that writes the audit log: every answer leaves a line, without its words."""

import json
import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.release.full_disk import no_room
from tests.release.guarded import ask, events
from tests.release.served import VARS, Served, gateway
from tests.release.shop import Line
from tests.release.test_keys import copy_of

pytest.importorskip("uvicorn", reason="the extra `serve` is not installed")


@pytest.fixture(scope="module")
def kept(released: Line, tmp_path_factory: pytest.TempPathFactory) -> Line:
    """Return a repository whose staging runs a release; nobody served it yet, and no test changes it."""
    line = copy_of(released, tmp_path_factory.mktemp("kept"))
    line.promote("staging", line.first)
    return line


@pytest.fixture(scope="module")
def logged(kept: Line, tmp_path_factory: pytest.TempPathFactory) -> Line:
    """Return a copy that is served, and so has a log."""
    return copy_of(kept, tmp_path_factory.mktemp("logged"))


@pytest.fixture(scope="module")
def served(logged: Line) -> Iterator[Served]:
    """Return a gateway of it."""
    with gateway(logged) as found:
        yield found


class TestARequest:
    def test_is_written_down_without_its_words(self, served: Served, logged: Line) -> None:
        """Which prompt, release and session, and what became of it; the session by a pseudonym."""
        session = {"x_harness_session": "planted-person@example.com"}
        body = {"vars": {**VARS, "question": "planted question"}}
        came = [
            ask(served, "POST", "/v1/prompts/desk", body, **session),
            ask(
                served, "POST", "/v1/chat/completions", {**body, "model": "desk", "user": "planted-person@example.com"}
            ),
        ]

        first, second = events(logged.root, "ask")[-2:]
        data = json.loads(came[0].body)
        assert (first["prompt"], first["status"], first["id"]) == ("desk", 200, data["id"][-16:])
        assert first["release"] == came[0].headers["x-harness-release"]
        assert first["session"] == second["session"] != ""
        text = logged.read(".harness/audit/staging.jsonl")
        assert "planted" not in text
        assert data["choices"][0]["message"]["content"] not in text

    def test_that_is_wrong_is_written_down_too(self, served: Served, logged: Line) -> None:
        """Without the word that stood where a prompt's name belongs: it may be anything."""
        ask(served, "POST", "/v1/prompts/planted-word", {"vars": VARS})

        assert events(logged.root, "ask")[-1].items() >= {"what": "ask", "status": 404}.items()
        assert "planted" not in logged.read(".harness/audit/staging.jsonl")

    def test_leaves_a_log_that_can_be_read_whatever_number_it_says(self, served: Served, logged: Line) -> None:
        """Else anybody could make a whole log look as if somebody had changed it."""
        came = ask(served, "POST", "/v1/rollout/abort", {"why": "planted", "generation": 10**400})

        assert (came.status, events(logged.root, "abort")[-1]["status"]) == (400, 400)
        assert logged.harness("audit", "verify").exit_code == 0

    def test_leaves_the_log_whole(self, served: Served, logged: Line) -> None:
        """While it is written, too; the head can be asked for."""
        with ThreadPoolExecutor(4) as pool:
            asked = [pool.submit(ask, served, "POST", "/v1/prompts/desk", {"vars": VARS}) for _ in range(50)]
            checked = [logged.harness("audit", "verify") for _ in range(3)]
        head = json.loads(ask(served, "GET", "/v1/audit").body)

        assert {one.result().status for one in asked} == {200}
        assert {one.exit_code for one in checked} == {0}
        assert head == {"lines": len(events(logged.root)), "head": head["head"], "lost": 0}
        assert logged.harness("audit", "verify", "--head", head["head"]).exit_code == 0


class TestAKilledProcess:
    @pytest.mark.parametrize("kill", [signal.SIGKILL, signal.SIGTERM])
    def test_has_written_down_every_answer_that_went_out(
        self, kept: Line, tmp_path: Path, kill: signal.Signals
    ) -> None:
        """The line is in the file before the answer leaves."""
        line = copy_of(kept, tmp_path)
        with gateway(line) as served, ThreadPoolExecutor(4) as pool:
            came = list(pool.map(lambda _: ask(served, "POST", "/v1/prompts/desk", {"vars": VARS}), range(40)))
            os.kill(served.process.pid, kill)
            served.process.wait(20)

        ids = {json.loads(one.body)["id"][-16:] for one in came}
        told = line.harness("audit", "verify")
        assert (told.exit_code, told.out.splitlines()[1:], len(ids)) == (0, [], 40)
        assert ids == {event["id"] for event in events(line.root, "ask")}


class TestAFullDisk:
    @pytest.mark.parametrize(("mode", "status"), [("on", 200), ("strict", 503)])
    def test_ends_the_answers_only_where_that_was_said(
        self, kept: Line, tmp_path: Path, mode: str, status: int
    ) -> None:
        """Who must prove everything answers nothing without proof; everybody else goes on, and counts what is lost."""
        line = copy_of(kept, tmp_path)
        with gateway(line, "staging", "--audit", mode) as served:

            def statuses() -> list[int]:
                return [ask(served, "POST", "/v1/prompts/desk", {"vars": VARS}).status for _ in range(3)]

            before = statuses()
            with no_room(served.process.pid, line.root / ".harness/audit/staging.jsonl"):
                during = statuses()
                brake = ask(served, "POST", "/v1/rollout/abort", {"why": "bad", "generation": 99}).status
                lost = json.loads(ask(served, "GET", "/v1/audit").body)["lost"]
                metrics = ask(served, "GET", "/metrics").body.decode()
            after = statuses()

        assert (before, during, after) == ([200] * 3, [status] * 3, [200] * 3)
        assert brake == 409
        assert lost >= 1
        assert f'harness_audit_lost_total{{environment="staging"}} {lost}\n' in metrics
        assert line.harness("audit", "verify").exit_code == 0
        assert sum(event["lines"] for event in events(line.root, "lost")) == lost

    def test_is_no_matter_where_nothing_is_written(self, kept: Line, tmp_path: Path) -> None:
        """Whoever has a log of another kind."""
        line = copy_of(kept, tmp_path)
        with gateway(line, "staging", "--audit", "off") as served:
            asked = ask(served, "POST", "/v1/prompts/desk", {"vars": VARS}).status

        assert (asked, (line.root / ".harness/audit").exists()) == (200, False)
