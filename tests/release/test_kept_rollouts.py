"""A target without a memory: its rollout is kept under a ref of git, and one tick at a time moves it."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from tests.release.depot import Depot
from tests.release.told import Page, page
from tests.scenarios.scratch import Result

REF = "refs/rollouts/production"
PLAN = """\
strategy:
  externals:
    - {{name: csat, url: "{url}", pointer: /csat, at_least: 4.5, interval: 1s}}
  steps:
    - {{weight: 10}}
    - {{weight: 100}}
"""


@dataclass
class Shelf:
    """A production that a webhook is told of, and a page that says how content people are."""

    depot: Depot
    told: Page
    csat: float = 4.6

    @property
    def environ(self) -> dict[str, str]:
        """What a job is given."""
        return {**self.depot.environ, "HOOK_KEY": "a key of some length", "HOOK_URL": self.told.url}

    def tick(self) -> Result:
        """Tick as a job does."""
        return self.depot.line.harness("canary", "production", "--push", "origin", environ=self.environ)

    @property
    def rollout(self) -> dict[str, Any]:
        """What the ref says."""
        found: dict[str, Any] = json.loads(self.depot.github.world.git.git("show", f"{REF}:rollout.json"))
        return found

    @property
    def weights(self) -> list[int]:
        """Which shares the target was told, oldest first."""
        return [json.loads(body)["rollout"]["weight"] for _, body in self.told.asked]


@pytest.fixture
def shelf(depot: Depot) -> Iterator[Shelf]:
    """Return one that is to go from the first release to the second."""

    class Csat(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps({"csat": found.csat}).encode())

        def log_message(self, format: str, *words: object) -> None:  # noqa: A002 (the base's name)
            """Say nothing."""

    with page() as hook, ThreadingHTTPServer(("127.0.0.1", 0), Csat) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        found = Shelf(depot, hook)
        line = depot.line
        target = "{kind: webhook, url_from: HOOK_URL, key_from: HOOK_KEY}"
        line.edit(".github/environments/production.yaml", "{kind: git}", target)
        line.add("production", PLAN.format(url=f"http://127.0.0.1:{server.server_port}/"))
        line.promote("production")
        line.git("push", "-q", "origin", "main")
        yield found
        server.shutdown()
        thread.join()


class TestATargetWithoutAMemory:
    def test_is_led_from_step_to_step_by_what_others_measure(self, shelf: Shelf) -> None:
        """One step a tick, each a commit under the ref, until the candidate answers everything."""
        said = [shelf.tick() for _ in range(4)]

        assert [one.exit_code for one in said] == [0, 0, 0, 0], [one.told for one in said]
        assert "step 1 of 2, 10 % of the sessions" in said[0].out
        assert (shelf.rollout["phase"], shelf.rollout["stable"][:12]) == ("stable", shelf.depot.line.second)
        assert shelf.weights[0] == 10

    def test_is_taken_back_by_what_others_measure(self, shelf: Shelf) -> None:
        """In the target at once, and in git by the same tick."""
        shelf.tick()
        shelf.csat = 3.0

        told = [shelf.tick() for _ in range(2)]

        assert 1 in [one.exit_code for one in told], [one.told for one in told]
        assert shelf.weights[-1] == 0
        assert f"release: sha256:{shelf.depot.line.first}" in shelf.depot.served("production")
        assert "`csat` failed" in shelf.depot.served("production")

    def test_is_not_told_of_what_nobody_proves(self, shelf: Shelf) -> None:
        """Somebody writes a digest into the file by hand: what no gate let pass goes nowhere."""
        line = shelf.depot.line
        path = ".github/environments/production.yaml"
        line.write(path, re.sub("sha256:[0-9a-f]{64}", f"sha256:{'0' * 64}", line.read(path)))
        line.commit("by hand")
        line.git("push", "-q", "origin", "main")

        told = shelf.tick()

        assert (told.exit_code, "there is no verdict for release 000000000000 here" in told.err) == (1, True)
        assert shelf.told.asked == []

    def test_is_not_given_the_candidate_at_once_because_what_ran_before_is_not_proven(self, shelf: Shelf) -> None:
        """A tag that is missing is no leave to skip the plan."""
        for git in (shelf.depot.line.git, shelf.depot.github.world.git.git):
            for tag in git("tag", "--list", f"verdict/{shelf.depot.line.first}/*").split():
                git("tag", "-d", tag)

        told = shelf.tick()

        assert (told.exit_code, f"no verdict for release {shelf.depot.line.first}" in told.err) == (1, True)
        assert shelf.told.asked == []

    def test_that_cannot_be_told_is_told_by_the_next_tick(self, shelf: Shelf) -> None:
        """The ref is moved before; what is told again does nothing twice."""
        url, shelf.told.url = shelf.told.url, "http://127.0.0.1:9/told"
        command = [sys.executable, "-m", "harness", "canary", "production", "--push", "origin"]
        environ = {**shelf.depot.line.environ(), **shelf.environ}
        with subprocess.Popen(command, cwd=shelf.depot.line.root, env=environ, stderr=subprocess.DEVNULL) as killed:
            while not shelf.depot.github.world.git.tip(REF):
                assert killed.poll() is None
            killed.kill()
        shelf.told.url = url

        told = shelf.tick()

        assert told.exit_code == 0, told.told
        assert shelf.weights

    def test_is_moved_by_one_of_two_at_once(self, shelf: Shelf) -> None:
        """The ref takes the commit that comes first."""
        command = [sys.executable, "-m", "harness", "canary", "production", "--push", "origin"]
        environ = {**shelf.depot.line.environ(), **shelf.environ}
        both = [
            subprocess.Popen(command, cwd=shelf.depot.line.root, env=environ, stdout=subprocess.PIPE, text=True)
            for _ in range(2)
        ]

        said = [one.communicate(timeout=60)[0] for one in both]

        commits = shelf.depot.github.world.git.git("rev-list", "--count", REF)
        moves = shelf.rollout["moves"]
        assert int(commits) <= 2, said
        assert moves <= int(commits), said
