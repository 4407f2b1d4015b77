"""The fake GitHub: what a client meets there is what it would meet on GitHub."""

import base64
import gzip
import json
import re

import pytest

from tests.github.client import Desk, everything

NOTE = {"path": "a.txt", "start_line": 1, "end_line": 1, "annotation_level": "failure", "message": "worse"}


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
