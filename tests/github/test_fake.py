"""The fake GitHub: what a client meets there is what it would meet on GitHub."""

import base64
import gzip
import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException

import pytest

from tests.github import faults
from tests.github.client import Desk, everything

NOTE = {"path": "a.txt", "start_line": 1, "end_line": 1, "annotation_level": "failure", "message": "worse"}


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


class TestALongList:
    def test_comes_in_pages(self, desk: Desk) -> None:
        """A client that follows `next` sees everything once and in order; one that asks for more gets a hundred."""
        wanted = [desk.hub.comment(1, "ada", f"{number}") for number in range(250)]
        url, seen = "issues/1/comments?per_page=1000", list[int]()
        while url:
            answer = desk.ask("GET", url)
            seen += [one["id"] for one in answer.document]
            found = re.search(r'<[^>]*?(/repos/[^>]*)>; rel="next"', answer.headers.get("link", ""))
            url = found[1] if found else ""

        assert seen == wanted
        assert len(desk.hub.log) == 3

    def test_may_be_wrapped(self, desk: Desk) -> None:
        """Check runs come with their number; the last page has no `next`."""
        for number in range(3):
            desk.ask("POST", "check-runs", {"name": f"gate {number}", "head_sha": desk.head})

        answer = desk.ask("GET", "commits/topic/check-runs?per_page=2&page=2")

        assert (answer.document["total_count"], len(answer.document["check_runs"])) == (3, 1)
        assert 'rel="prev"' in answer.headers["link"]
        assert 'rel="next"' not in answer.headers["link"]

    def test_of_one_page_has_no_links(self, desk: Desk) -> None:
        """GitHub sends none."""
        assert "link" not in desk.ask("GET", "issues/1/comments").headers


class TestACheckRun:
    def test_gathers_its_annotations(self, desk: Desk) -> None:
        """Fifty at a time; they add up, and the text is replaced."""
        number = desk.ask("POST", "check-runs", {"name": "gate", "head_sha": desk.head}).document["id"]
        for text in ("first", "second"):
            output = {"title": "t", "summary": text, "annotations": [NOTE] * 50}
            answer = desk.ask("PATCH", f"check-runs/{number}", {"output": output})

        assert answer.document["output"]["annotations_count"] == 100
        assert answer.document["output"]["summary"] == "second"
        assert len(desk.get(f"check-runs/{number}/annotations?per_page=100")) == 100

    def test_is_completed_by_its_conclusion(self, desk: Desk) -> None:
        """And the newest of a name and application stands for the commit."""
        for conclusion in ("failure", "action_required"):
            body = {"name": "gate", "head_sha": desk.head, "conclusion": conclusion}
            assert desk.ask("POST", "check-runs", body).document["status"] == "completed"

        latest = desk.get("commits/topic/check-runs?check_name=gate")["check_runs"]
        every = desk.get("commits/topic/check-runs?check_name=gate&filter=all")["check_runs"]

        assert [one["conclusion"] for one in latest] == ["action_required"]
        assert [one["conclusion"] for one in every] == ["action_required", "failure"]


class TestGitAndTheApi:
    def test_see_the_same_commit(self, desk: Desk) -> None:
        """Made by the API, it can be fetched; pushed by git, it can be read."""
        base = desk.get("git/ref/heads/main")["object"]["sha"]
        tree = desk.get(f"git/commits/{base}")["tree"]["sha"]
        entries = [
            {"path": "deep/b.txt", "mode": "100644", "type": "blob", "content": "b\n"},
            {"path": "a.txt", "mode": "100644", "type": "blob", "sha": None},
        ]
        grown = desk.ask("POST", "git/trees", {"base_tree": tree, "tree": entries}).document["sha"]
        commit = {"message": "By the API", "tree": grown, "parents": [base]}
        sha = desk.ask("POST", "git/commits", commit).document["sha"]
        assert desk.ask("POST", "git/refs", {"ref": "refs/heads/api", "sha": sha}).status == 201

        desk.git("fetch", "-q", "origin")

        assert desk.git("rev-parse", "origin/api") == sha
        assert desk.git("ls-tree", "-r", "--name-only", sha).split() == ["deep/b.txt", "docs/read.md"]
        pushed = desk.write("api", {"c.txt": "c\n"}, start="api")
        assert desk.get("commits/api")["sha"] == pushed
        found = desk.get("contents/c.txt?ref=api")
        assert base64.b64decode(found["content"]) == b"c\n"

    def test_have_the_same_pull_request(self, desk: Desk) -> None:
        """Its refs can be fetched as on GitHub, and its files are git's."""
        desk.git("fetch", "-q", "origin", "refs/pull/1/head", "refs/pull/1/merge")
        merge = desk.get("git/ref/pull/1/merge")["object"]["sha"]

        assert desk.get("pulls/1")["head"]["sha"] == desk.head == desk.git("rev-parse", "topic")
        assert desk.git("rev-parse", f"{merge}^2") == desk.head
        assert [(one["filename"], one["status"], one["changes"]) for one in desk.get("pulls/1/files")] == [
            ("a.txt", "modified", 2),
            ("new file.txt", "added", 1),
        ]

    def test_know_a_conflict(self, desk: Desk) -> None:
        """Nobody can merge it, and there is no merge commit to test."""
        desk.write("main", {"a.txt": "three\n"})

        found = desk.get("pulls/1")

        assert (found["mergeable"], found["mergeable_state"]) == (False, "dirty")
        assert desk.ask("GET", "git/ref/pull/1/merge").status == 404
        assert desk.ask("PUT", "pulls/1/merge", {}).status == 405

    def test_move_no_ref_backwards(self, desk: Desk) -> None:
        """Unless told to."""
        body: dict[str, object] = {"sha": desk.get("git/ref/heads/main")["object"]["sha"]}

        assert desk.ask("PATCH", "git/refs/heads/topic", body).status == 422
        assert desk.ask("PATCH", "git/refs/heads/topic", body | {"force": True}).status == 200

    def test_keep_workflow_files_from_a_common_token(self, desk: Desk) -> None:
        """A token without `workflows: write` cannot bring a workflow to any branch."""
        tree = desk.get("git/trees/main")["sha"]
        entry = {"path": ".github/workflows/gate.yml", "mode": "100644", "type": "blob", "content": "on: push\n"}
        grown = desk.ask("POST", "git/trees", {"base_tree": tree, "tree": [entry]}).document["sha"]
        sha = desk.ask("POST", "git/commits", {"message": "x", "tree": grown, "parents": []}).document["sha"]
        body = {"ref": "refs/heads/sly", "sha": sha}

        assert desk.ask("POST", "git/refs", body).status == 403
        assert (
            desk.ask("POST", "git/refs", body, token=desk.hub.token({"contents": "write", "workflows": "write"})).status
            == 201
        )

    def test_merge_only_the_head_that_was_meant(self, desk: Desk) -> None:
        """Somebody pushed in between: 409."""
        seen = desk.head
        desk.write("topic", {"a.txt": "later\n"}, start="topic")

        assert desk.ask("PUT", "pulls/1/merge", {"sha": seen}).status == 409
        assert desk.ask("PUT", "pulls/1/merge", {"sha": desk.head, "merge_method": "squash"}).status == 200
        assert desk.ask("PUT", "pulls/1/merge", {}).status == 405

    def test_merge_only_what_the_rules_allow(self, desk: Desk) -> None:
        """A required check that is bound to an application is not met by another one's of the same name."""
        bound = desk.hub.app("harness-gate", {"checks": "write"}).id
        check = {"context": "gate", "integration_id": bound}
        needed = {"required_status_checks": [check], "strict_required_status_checks_policy": False}
        body = {
            "name": "gate",
            "enforcement": "active",
            "conditions": {"ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": []}},
            "rules": [{"type": "required_status_checks", "parameters": needed}],
        }
        assert desk.ask("POST", "rulesets", body).status == 201
        passed = {"name": "gate", "head_sha": desk.head, "conclusion": "success"}
        ours = desk.hub.token(everything(), app="harness-gate")

        desk.ask("POST", "check-runs", passed, token=desk.hub.token(everything()))
        forged = desk.ask("PUT", "pulls/1/merge", {})
        desk.ask("POST", "check-runs", passed, token=ours)

        assert (forged.status, desk.get("rules/branches/main")[0]["type"]) == (405, "required_status_checks")
        assert desk.ask("PUT", "pulls/1/merge", {}).status == 200


class TestFindings:
    def test_are_kept_as_they_were_meant(self, desk: Desk) -> None:
        """A test reads the log of findings, not its packing."""
        log = {"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "harness"}}, "results": []}]}
        sarif = base64.b64encode(gzip.compress(json.dumps(log).encode())).decode()
        body = {"commit_sha": desk.head, "ref": "refs/pull/1/head", "sarif": sarif}

        assert desk.ask("POST", "code-scanning/sarifs", body).status == 202
        (found,) = desk.hub.world.sarifs.values()
        assert found["document"] == log

    def test_may_be_switched_off(self, desk: Desk) -> None:
        """A private repository without Code Security says 403, which is no violation."""
        desk.hub.world.scanning = False
        body = {"commit_sha": desk.head, "ref": "refs/pull/1/head", "sarif": "H4sI"}

        assert desk.ask("POST", "code-scanning/sarifs", body).status == 403
        assert desk.hub.violations == []


class TestAFault:
    @pytest.mark.parametrize("code", [403, 409, 422, 429, 500, 502, 503])
    def test_comes_once_where_it_is_ordered(self, desk: Desk, code: int) -> None:
        """The request after it is answered, and nothing was done by the one that failed."""
        desk.hub.faults.next("POST", "/comments$", faults.status(code))

        statuses = [desk.wire("POST", "issues/1/comments", {"body": "x"}).status for _ in range(2)]

        assert statuses == [code, 201]
        assert len(desk.get("issues/1/comments")) == 1
        assert [call.status for call in desk.hub.writes] == statuses

    def test_may_be_a_limit_that_says_how_long(self, desk: Desk) -> None:
        """The secondary limit is a 403 that is not about permissions."""
        desk.hub.faults.next("*", "pulls", faults.secondary_limit(7))

        answer = desk.wire("GET", "pulls/1")

        assert (answer.status, answer.headers["retry-after"]) == (403, "7")
        assert "secondary rate limit" in answer.document["message"]

    def test_may_lose_the_answer_only(self, desk: Desk) -> None:
        """The comment stands though the client saw a 502 or nothing: one that writes again writes twice."""
        desk.hub.faults.next("POST", "comments", faults.status(502, after=True))
        desk.hub.faults.next("POST", "comments", faults.reset(after=True))

        assert desk.wire("POST", "issues/1/comments", {"body": "one"}).status == 502
        with pytest.raises((ConnectionError, HTTPException)):
            desk.wire("POST", "issues/1/comments", {"body": "two"})

        assert [one["body"] for one in desk.get("issues/1/comments")] == ["one", "two"]

    def test_may_be_somebody_else(self, desk: Desk) -> None:
        """A push that arrives between two requests of a client, at the worst moment."""
        desk.hub.faults.next("POST", "check-runs", faults.meanwhile(lambda: desk.hub.comment(1, "ada", "first")))

        desk.wire("POST", "check-runs", {"name": "gate", "head_sha": desk.head})

        assert [one["body"] for one in desk.get("issues/1/comments")] == ["first"]

    def test_may_be_time(self, desk: Desk) -> None:
        """And others are served meanwhile."""
        desk.hub.faults.next("GET", "pulls/1", faults.slow(0.3))
        begun = time.monotonic()
        with ThreadPoolExecutor(2) as pool:
            slow = pool.submit(desk.wire, "GET", "pulls/1")
            time.sleep(0.05)
            quick = pool.submit(desk.wire, "GET", "issues/1/comments")
            assert quick.result().status == 200
            early = not slow.done()
            assert slow.result().status == 200

        assert early
        assert time.monotonic() - begun >= 0.3


class TestTheServer:
    def test_serves_several_at_once(self, desk: Desk) -> None:
        """Every write is there, each with an id of its own."""
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda n: desk.wire("POST", "issues/1/comments", {"body": str(n)}), range(40)))

        assert {one.status for one in answers} == {201}
        assert len({one.document["id"] for one in answers}) == 40
        assert sorted(int(one["body"]) for one in desk.get("issues/1/comments?per_page=100")) == list(range(40))
        assert (len(desk.hub.writes), desk.hub.violations) == (40, [])

    def test_hides_no_fault_of_its_own(self, desk: Desk) -> None:
        """An error in the fake is a violation, not a connection that breaks for no reason."""
        desk.hub.faults.next("GET", "pulls", faults.meanwhile(lambda: 1 / 0))

        with pytest.raises((ConnectionError, HTTPException)):
            desk.wire("GET", "pulls/1")

        assert [one for one in desk.hub.violations if "ZeroDivisionError" in one]
        desk.hub.violations.clear()

    def test_hands_out_archives_without_a_token(self, desk: Desk) -> None:
        """GitHub redirects to a storage that has no part in its API."""
        world = desk.hub.world
        world.runs[7] = {"id": 7, "name": "gate"}
        world.artifacts[8] = {"id": 8, "name": "verdict", "workflow_run": {"id": 7}}
        world.archives[8] = b"PK"

        (one,) = desk.get("actions/runs/7/artifacts?name=verdict")["artifacts"]
        moved = desk.ask("GET", f"actions/artifacts/{one['id']}/zip")
        reply = desk.hub.handle("GET", moved.headers["location"].removeprefix(world.url), {})

        assert (moved.status, reply.status, reply.body) == (302, 200, b"PK")


class TestRefusals:
    @pytest.mark.parametrize(
        ("method", "path", "body"),
        [
            ("GET", "pulls/99", None),
            ("GET", "issues/99/comments", None),
            ("PATCH", "issues/comments/99", {"body": "x"}),
            ("PATCH", "check-runs/99", {"conclusion": "success"}),
            ("DELETE", "issues/1/labels/none", None),
            ("GET", "git/ref/heads/none", None),
            ("GET", "contents/none.txt", None),
            ("GET", "contents/a.txt?ref=none", None),
            ("GET", "environments/none", None),
            ("GET", "branches/none", None),
        ],
    )
    def test_of_what_is_not_there_are_no_violations(self, desk: Desk, method: str, path: str, body: object) -> None:
        """404 is an answer like another."""
        assert (desk.ask(method, path, body).status, desk.hub.violations) == (404, [])
