"""The fake's tokens: each may do exactly what it was made for, and says who wrote."""

import base64
import json

import pytest

from tests.github.client import Desk, everything


class TestAToken:
    @pytest.mark.parametrize(
        ("method", "path", "body", "needs"),
        [
            ("GET", "pulls/1", None, "pull_requests:read"),
            ("GET", "pulls/1/files", None, "pull_requests:read"),
            ("POST", "issues/1/comments", {"body": "x"}, "pull_requests:write"),
            ("POST", "issues/1/labels", {"labels": ["x"]}, "pull_requests:write"),
            ("POST", "issues", {"title": "x"}, "issues:write"),
            ("POST", "check-runs", {"name": "gate", "head_sha": "HEAD"}, "checks:write"),
            ("POST", "statuses/topic", {"state": "success"}, "statuses:write"),
            ("GET", "contents/a.txt", None, "contents:read"),
            ("POST", "git/refs", {"ref": "refs/heads/x", "sha": "HEAD"}, "contents:write"),
            ("PUT", "pulls/1/merge", {}, "contents:write"),
            ("GET", "environments", None, "actions:read"),
            ("GET", "branches/main/protection", None, "administration:read"),
        ],
    )
    def test_needs_its_permission(self, desk: Desk, method: str, path: str, body: object, needs: str) -> None:
        """With all others it is refused and told which it lacks; with this one alone it may pass."""
        told = json.loads(json.dumps(body).replace("HEAD", desk.head))
        name, _, level = needs.partition(":")
        lower = {"write": "read", "read": "none"}[level]

        refused = desk.ask(method, path, told, token=desk.hub.token({**everything(), name: lower}))
        passed = desk.ask(method, path, told, token=desk.hub.token({name: level}))

        assert refused.status == 403
        assert f"{name}={level}" in refused.headers["x-accepted-github-permissions"]
        assert refused.document["message"] == "Resource not accessible by integration"
        assert passed.status < 300 or (passed.status, path) == (404, "branches/main/protection")

    def test_that_is_refused_is_no_violation(self, desk: Desk) -> None:
        """A client may ask to find out what it may do, and `doctor` does."""
        assert desk.ask("GET", "pulls/1", token=desk.hub.token({})).status == 403
        assert desk.hub.violations == []

    def test_of_nobody_is_refused(self, desk: Desk) -> None:
        """A repository without a token is none of anybody's business."""
        assert desk.ask("GET", "pulls/1", token=desk.token[:-1]).status == 401

    def test_writes_under_its_own_name(self, desk: Desk) -> None:
        """Two applications are told apart by their comments and check runs, and a person is no application."""
        workflow = desk.hub.token(everything(), app="github-actions")
        person = desk.hub.token(everything(), user="ada")
        run = {"name": "gate", "head_sha": desk.head}

        comments = [desk.ask("POST", "issues/1/comments", {"body": "x"}, token=one) for one in ("", workflow, person)]
        runs = [desk.ask("POST", "check-runs", run, token=one) for one in ("", workflow, person)]

        assert [one.document["user"]["login"] for one in comments] == [
            "harness-gate[bot]",
            "github-actions[bot]",
            "ada",
        ]
        assert [one.document["app"]["slug"] for one in runs[:2]] == ["harness-gate", "github-actions"]
        assert (runs[1].document["app"]["id"], runs[2].status) == (15368, 403)

    def test_changes_no_check_run_of_another_application(self, desk: Desk) -> None:
        """Else any workflow could turn the gate's check green; it may add one of the same name, which shows."""
        number = desk.ask("POST", "check-runs", {"name": "gate", "head_sha": desk.head}).document["id"]
        workflow = desk.hub.token(everything())

        forged = desk.ask("PATCH", f"check-runs/{number}", {"conclusion": "success"}, token=workflow)

        assert forged.status == 403
        assert desk.get(f"check-runs/{number}")["conclusion"] is None

    def test_of_a_workflow_approves_nothing(self, desk: Desk) -> None:
        """Unless the repository's settings let it: else a workflow could approve the change that made it."""
        workflow = desk.hub.token(everything())

        statuses = []
        for allowed in (False, True):
            desk.hub.world.actions["can_approve_pull_request_reviews"] = allowed
            statuses.append(desk.ask("POST", "pulls/1/reviews", {"event": "APPROVE"}, token=workflow).status)

        assert statuses == [403, 200]

    def test_is_got_by_a_claim_of_the_application(self, desk: Desk) -> None:
        """An installation's token has what was asked for, and never more than the application was granted."""
        one = desk.hub.app("gatekeeper", {"checks": "write"})
        claim = {"iss": one.id, "iat": 0, "exp": 600}
        middle = base64.urlsafe_b64encode(json.dumps(claim).encode()).decode().rstrip("=")
        signed = f"e30.{middle}.c2lnbmF0dXJl"
        number = desk.get("installation", token=signed)["id"]
        path = f"/app/installations/{number}/access_tokens"

        more = desk.ask("POST", path, {"permissions": {"contents": "write"}}, token=signed)
        found = desk.ask("POST", path, {"permissions": {"checks": "read"}}, token=signed)

        assert (more.status, found.status) == (422, 201)
        assert desk.ask("GET", "commits/topic/check-runs", token=found.document["token"]).status == 200
        assert desk.ask("GET", "pulls/1", token=found.document["token"]).status == 403
        assert desk.ask("GET", "pulls/1", token=signed).status == 401
