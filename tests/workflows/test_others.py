"""The workflows beside the gate: advice, the queue's first look, more answers after a merge, and drift."""

import re
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

from harness.flows.workflow_host import RunReport
from harness.flows.workflow_run import run_workflow
from harness.flows.workflows import started_by
from harness.workflows.contexts import Site
from tests.workflows.world import KEY, World


def run(world: World, name: str, workflow: str) -> RunReport:
    """Run the one workflow of this name that an event starts."""
    event = world.proposed(name) if name == "pull_request" else world.happened(name)
    (started,) = (one for one in started_by(world.host, event) if one.workflow.name == workflow)
    return run_workflow(world.host, started)


class TestAdvice:
    def test_is_given_without_a_secret_and_shown_in_the_summary(self, tmp_path: Path) -> None:
        """The pull request's own file and harness: worth reading, and nothing that anybody relies on."""
        world = World.at(tmp_path)

        report = run(world, "pull_request", "pr-eval")

        assert report.succeeded, [job.log for job in report.jobs]
        assert report.job("preview").summary == "# passed\n"
        assert not any({"LLM_API_KEY", "GITHUB_TOKEN"} & seen for seen in world.names)


class TestTheQueue:
    def test_is_looked_at_without_a_secret(self, tmp_path: Path) -> None:
        """The group's commit holds the change, so its file is the change's."""
        world = World.at(tmp_path)

        report = run(world, "merge_group", "merge-queue")

        assert (report.succeeded, world.diary) == (True, ["check"])


class TestMoreAnswers:
    def test_are_asked_for_after_a_merge(self, tmp_path: Path) -> None:
        """Off everybody's path, with the key that the environment holds."""
        world = World.at(tmp_path)

        report = run(world, "push", "topup")

        assert (report.succeeded, world.diary) == (True, ["cache fetch", "topup", "cache spent"]), report.job(
            "topup"
        ).log
        assert ["LLM_API_KEY" in seen for seen in world.names] == [False, True, False]


class TestADelivery:
    def test_does_nothing_where_nothing_is_released(self, tmp_path: Path) -> None:
        """Nobody keeps a key there, or an environment: a merge must not end red for that."""
        world = World.at(tmp_path)

        merged, ticked = run(world, "push", "promote"), run(world, "schedule", "canary")

        assert [(job.name, job.result) for job in merged.jobs] == [
            ("judge", "success"),
            ("release", "skipped"),
            ("find", "success"),
            ("propose", "skipped"),
        ]
        assert [(job.name, job.result) for job in ticked.jobs] == [("find", "success"), ("tick", "skipped")]
        assert world.diary == []


class _Issues(BaseHTTPRequestHandler):
    """Takes an issue, and remembers what was sent."""

    def do_POST(self) -> None:
        """Answer as the forge does."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        assert isinstance(self.server, _Server)
        self.server.taken.append((self.path, self.headers["Authorization"], body))
        self.send_response(201)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the name is the library's)
        """Say nothing."""


class _Server(HTTPServer):
    """A forge that takes issues."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Issues)
        self.taken: list[tuple[str, str, str]] = []


class TestDrift:
    def test_that_is_none_is_not_told(self, tmp_path: Path) -> None:
        """An issue a week would be read by nobody."""
        world = World.at(tmp_path)

        report = run(world, "schedule", "drift")

        assert [(job.name, job.result) for job in report.jobs] == [("drift", "success"), ("tell", "skipped")]
        assert world.diary == ["gate --all --against HEAD", "cache spent"]

    def test_opens_an_issue_by_a_token_that_may_do_just_that(self, tmp_path: Path) -> None:
        """The one place where a workflow speaks to the forge by itself."""
        world = World.at(tmp_path)
        world.let("drifted")
        with _Server() as server:
            Thread(target=server.serve_forever, daemon=True).start()
            site = Site(api=f"http://127.0.0.1:{server.server_port}")

            report = run(replace(world, host=replace(world.host, site=site)), "schedule", "drift")

            server.shutdown()
        assert report.succeeded, [job.log for job in report.jobs]
        ((path, token, body),) = server.taken
        assert path == "/repos/acme/shop/issues"
        assert re.search(r"token of a job: metadata:read issues:write \.", token)
        assert '"title": "The default branch no longer passes its gate"' in body
        assert KEY not in body


CALLER = """\
name: gate
on:
  pull_request_target:
permissions: {}
jobs:
  gate:
    permissions: {checks: write, contents: read, pull-requests: write, security-events: write}
    uses: $/.github/workflows/reusable-gate.yml
"""


class TestTheReusableGate:
    def test_judges_and_speaks_for_who_calls_it(self, tmp_path: Path) -> None:
        """With the caller's event, environments and permissions."""
        world = World.at(tmp_path, lambda _: CALLER)

        report = world.run(world.proposed())

        assert report.succeeded, [job.log + job.why for job in report.jobs]
        assert [call.split()[0] for call in world.diary] == ["gate", "merge", "publish"]

    def test_is_refused_where_its_caller_may_less(self, tmp_path: Path) -> None:
        """No permission comes from nowhere."""
        world = World.at(tmp_path, lambda _: CALLER.replace("checks: write, ", ""))

        report = world.run(world.proposed())

        assert "wants `checks: write`, which its caller does not have" in report.job("gate / verdict").why

    def test_tells_a_crash(self, tmp_path: Path) -> None:
        """The same words as the gate that is not called."""
        world = World.at(tmp_path, lambda _: CALLER)
        world.let("crash")

        assert not world.run(world.proposed()).succeeded
        assert world.diary[-1].endswith("--unavailable no verdict came: the evaluation ended as failure")
