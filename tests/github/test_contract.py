"""The contract: GitHub's own description, which catches what a hand-written fake would let pass."""

import base64
import gzip
import json
from typing import Any

import pytest

from tests.github.client import Desk
from tests.github.contract import document, match, operations, problems, schema
from tests.github.cut import EVENTS, OPERATIONS, cut, plain
from tests.github.instance import filled, made
from tests.github.permissions import NEEDED
from tests.github.routing import HANDLERS

NOTE = {"path": "a.txt", "start_line": 1, "end_line": 1, "annotation_level": "failure", "message": "worse"}
OUTPUT = {"title": "t", "summary": "s"}


def check(sha: str, **more: object) -> dict[str, object]:
    """Return the body of a new check run."""
    return {"name": "gate", "head_sha": sha, **more}


class TestTheCut:
    def test_names_where_it_is_from(self) -> None:
        """A reader can tell whose words these are, how old, and by which licence they are here."""
        assert document()["licence"].startswith("Names and types cut from @octokit/openapi 23.0.2 (MIT")
        assert document()["version"] == "23.0.2"

    def test_has_each_operation_and_event_that_is_served(self) -> None:
        """An operation that is not described cannot be checked, and one that is not served cannot be used."""
        described = {one.name for one in operations()}

        assert described == OPERATIONS == set(NEEDED) == set(HANDLERS)
        assert {f"webhook-{name}" for name in EVENTS} <= set(document()["components"]["schemas"])

    def test_holds_names_and_types_only(self) -> None:
        """Prose is GitHub's; types are facts."""
        seen: set[str] = set()

        def walk(node: object, *, names: bool = False) -> None:
            if isinstance(node, dict):
                if not names:
                    seen.update(node)
                for key, value in node.items():
                    walk(value, names=not names and key == "properties")
            elif isinstance(node, list):
                for one in node:
                    walk(one)

        walk({"paths": list(document()["paths"].values()), "parts": list(document()["components"].values())})

        assert not seen & {"description", "example", "examples", "summary", "nullable", "default", "oneOf"}

    def test_says_null_as_a_type(self) -> None:
        """`nullable` is OpenAPI's word, which no validator of JSON Schema knows."""
        assert plain({"type": "string", "nullable": True}) == {"type": ["string", "null"]}
        assert plain({"$ref": "#/x", "nullable": True}) == {"anyOf": [{"$ref": "#/x"}, {"type": "null"}]}
        assert plain({"properties": {"description": {"type": "string", "description": "prose"}}}) == {
            "properties": {"description": {"type": "string"}}
        }

    def test_cannot_lose_an_operation(self) -> None:
        """A newer description without one that is used here is refused by its name."""
        with pytest.raises(KeyError, match="checks/create"):
            cut({"info": {"version": "0"}, "paths": {}, "components": {}})

    @pytest.mark.parametrize("name", ["pull-request", "check-run", "issue-comment", "webhook-push", "commit"])
    def test_lets_the_smallest_document_of_a_schema_pass(self, name: str) -> None:
        """The fake's answers are made from these."""
        assert problems(schema(name), filled({"$ref": f"#/components/schemas/{name}"})) == []

    def test_has_no_place_for_a_fact_of_ours(self) -> None:
        """A typing error in the fake shows where it is made."""
        with pytest.raises(ValueError, match="no place for titel"):
            made("issue", {"titel": "x"})

    @pytest.mark.parametrize(
        ("method", "path", "name"),
        [
            ("GET", "/repos/a/b/commits/main/check-runs", "checks/list-for-ref"),
            ("GET", "/repos/a/b/commits/heads/x/check-runs", "checks/list-for-ref"),
            ("GET", "/repos/a/b/commits/main", "repos/get-commit"),
            ("GET", "/repos/a/b/contents/.github/CODEOWNERS", "repos/get-content"),
            ("GET", "/repos/a/b/git/ref/pull/1/merge", "git/get-ref"),
            ("DELETE", "/repos/a/b/issues/1/labels/gate%3Afailed", "issues/remove-label"),
            ("DELETE", "/repos/a/b/issues/1/labels/gate/failed", ""),
            ("GET", "/repos/a/b/pulls/one", ""),
            ("PATCH", "/repos/a/b/pulls/1/files", ""),
        ],
    )
    def test_knows_operations_by_their_paths(self, method: str, path: str, name: str) -> None:
        """The most exact path wins; a slash in a label or a word for a number leads nowhere, as on GitHub."""
        found = match(method, path)

        assert (found.operation.name if found else "") == name


class TestAPlantedFault:
    @pytest.mark.parametrize(
        ("more", "words"),
        [
            pytest.param({"output": {**OUTPUT, "annotations": [NOTE] * 51}}, "is too long", id="51 annotations"),
            pytest.param({"output": {**OUTPUT, "summary": "x" * 65_536}}, "is too long", id="a long summary"),
            pytest.param({"output": {**OUTPUT, "text": "x" * 65_536}}, "is too long", id="a long text"),
            pytest.param({"output": {"summary": "s"}}, "'title' is a required", id="no title"),
            pytest.param({"conclusion": "passed"}, "'passed' is not one of", id="no such conclusion"),
            pytest.param({"conclusion": None}, "None is not of type", id="a conclusion that is null"),
            pytest.param({"sha": "x"}, "'sha' was unexpected", id="an unknown field"),
            pytest.param({"output": {**OUTPUT, "body": ""}}, "'body' was unexpected", id="an unknown field inside"),
            pytest.param({"status": "completed"}, "needs a conclusion", id="completed as what"),
            pytest.param({"started_at": "yesterday"}, "is not a 'date-time'", id="no moment"),
            pytest.param({"head_sha": "f" * 40}, "No commit found", id="a commit that is nowhere"),
            pytest.param(
                {"output": {**OUTPUT, "annotations": [{**NOTE, "title": "x" * 256}]}}, "too long", id="a title"
            ),
            pytest.param(
                {"output": {**OUTPUT, "annotations": [{**NOTE, "message": "x" * 65_537}]}}, "too long", id="a note"
            ),
            pytest.param(
                {"output": {**OUTPUT, "annotations": [{**NOTE, "end_line": 0}]}}, "before it begins", id="a line"
            ),
            pytest.param({"details_url": "file:///etc"}, "must use http(s)", id="no link for a browser"),
            pytest.param({"actions": [{"label": "x" * 21}]}, "is too long", id="a long button"),
        ],
    )
    def test_in_a_check_run_is_refused_and_counted(self, desk: Desk, more: dict[str, object], words: str) -> None:
        """What GitHub would answer 422 in production fails here first."""
        answer = desk.ask("POST", "check-runs", check(desk.head) | more)

        assert (answer.status, desk.hub.world.checks) == (422, {})
        assert words in desk.hub.violations[0]

    @pytest.mark.parametrize(
        ("method", "path", "body"),
        [
            pytest.param("POST", "issues/1/comments", {"body": "x" * 65_537}, id="a long comment"),
            pytest.param("POST", "issues/1/comments", {"body": " \n"}, id="an empty comment"),
            pytest.param("POST", "issues/1/comments", {"text": "x"}, id="a comment in another field"),
            pytest.param("GET", "issues/1/comments?per-page=100", None, id="an unknown parameter"),
            pytest.param("GET", "issues/1/comments?per_page=many", None, id="no number"),
            pytest.param("POST", "statuses/topic", {"state": "success", "description": "x" * 141}, id="a long status"),
            pytest.param("POST", "statuses/topic", {"state": "passed"}, id="no such state"),
            pytest.param("POST", "issues/1/labels", {"labels": []}, id="no label"),
            pytest.param("POST", "issues/1/labels", {"labels": ["x" * 51]}, id="a long label"),
            pytest.param("POST", "issues", {"title": "x" * 257}, id="a long title"),
            pytest.param("POST", "dispatches", {"event_type": "x" * 101}, id="a long event"),
            pytest.param(
                "POST",
                "dispatches",
                {"event_type": "x", "client_payload": {str(number): 1 for number in range(11)}},
                id="eleven fields",
            ),
            pytest.param("POST", "pulls/1/reviews", {"event": "COMMENT"}, id="a review that says nothing"),
            pytest.param("PUT", "pulls/1/merge", {"method": "squash"}, id="a misspelt field"),
        ],
    )
    def test_elsewhere_is_refused_and_counted(self, desk: Desk, method: str, path: str, body: object) -> None:
        """The same for the other operations."""
        assert desk.ask(method, path, body).status == 422
        assert len(desk.hub.violations) == 1

    @pytest.mark.parametrize(
        "sarif",
        [
            pytest.param("{}", id="plain"),
            pytest.param(base64.b64encode(b"{}").decode(), id="without gzip"),
            pytest.param(base64.b64encode(gzip.compress(b"{}")).decode(), id="of no version"),
            pytest.param(base64.b64encode(gzip.compress(b'{"version": "2.1.0"}')).decode(), id="without runs"),
        ],
    )
    def test_in_findings_is_refused_and_counted(self, desk: Desk, sarif: str) -> None:
        """GitHub tells so a minute later and in another place; here it is told at once."""
        body = {"commit_sha": desk.head, "ref": "refs/pull/1/head", "sarif": sarif}

        assert desk.ask("POST", "code-scanning/sarifs", body).status == 400
        assert len(desk.hub.violations) == 1

    def test_in_our_own_answer_is_counted(self, desk: Desk) -> None:
        """The fake is held to the contract as its clients are."""
        number = desk.hub.comment(1, "ada", "hello")
        desk.hub.world.comment(number)[1]["body"] = 7

        assert desk.ask("GET", f"issues/comments/{number}").status == 200
        assert desk.hub.violations == ["our own issues/get-comment: answer 200: $.body: 7 is not of type 'string'"]
        desk.hub.violations.clear()

    @pytest.mark.parametrize(
        ("missing", "status"), [("User-Agent", 403), ("X-GitHub-Api-Version", 400), ("Authorization", 401)]
    )
    def test_in_the_headers_is_refused(self, desk: Desk, missing: str, status: int) -> None:
        """A client that does not say its version gets another one's answers one day."""
        told = {name: value for name, value in desk.headers().items() if name != missing}

        assert desk.hub.handle("GET", "/repos/acme/desk/pulls/1", told).status == status
        assert len(desk.hub.violations) == (status != 401)

    @pytest.mark.parametrize("body", [b"{", b"\xff", b'{"body": NaN}', b"[" * 100_000, b'{"body": "\\ud800"}'])
    def test_in_json_is_refused(self, desk: Desk, body: bytes) -> None:
        """Bytes that are no document come from no client of ours."""
        assert desk.hub.handle("POST", "/repos/acme/desk/issues/1/comments", desk.headers(), body).status == 400

    def test_in_the_address_is_refused(self, desk: Desk) -> None:
        """An operation that GitHub has not is a fault; another repository is only not ours to see."""
        assert desk.ask("GET", "pull/1").status == 404
        assert len(desk.hub.violations) == 1
        assert desk.ask("GET", "/repos/acme/other/pulls/1").status == 404
        assert len(desk.hub.violations) == 1

    def test_leaves_nothing_behind(self, desk: Desk) -> None:
        """A request that is refused in its last annotation has written none of them."""
        made: Any = desk.ask("POST", "check-runs", check(desk.head)).document
        wrong = {"output": {**OUTPUT, "annotations": [NOTE, {**NOTE, "start_line": 2}]}}

        assert desk.ask("PATCH", f"check-runs/{made['id']}", wrong).status == 422
        assert desk.get(f"check-runs/{made['id']}/annotations") == []
        assert json.loads(json.dumps(desk.get(f"check-runs/{made['id']}")))["output"]["title"] is None
