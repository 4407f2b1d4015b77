"""The client that the product uses, against the fake: every operation, over a real socket."""

import base64
import gzip
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from inspect import signature
from typing import Any

import httpx2
import pytest
from ghapi.core import APIError, GhApi

from tests.github import faults
from tests.github.client import Desk, everything
from tests.github.contract import operations
from tests.github.fake import VERSION

OTHERWISE = {"compare_commits_with_basehead": "compare_commits"}
"""Operations that the client calls by another name."""
NOW = datetime(2026, 1, 1, tzinfo=UTC).isoformat()
LOG = {"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "harness"}}, "results": []}]}
SARIF = base64.b64encode(gzip.compress(json.dumps(LOG).encode())).decode()
STATEMENT = {"subject": [{"name": "verdict", "digest": {"sha256": "00"}}], "predicateType": "https://example.com/t"}
BUNDLE = {"dsseEnvelope": {"payload": base64.b64encode(json.dumps(STATEMENT).encode()).decode()}}


@contextmanager
def client(desk: Desk, token: str = "", **more: str) -> Iterator[GhApi]:
    """Yield a client of the fake with one connection, as the product makes it."""
    owner, repo = desk.hub.world.full_name.split("/")
    make: Callable[..., GhApi] = GhApi
    api = make(owner, repo, token=token or desk.token, gh_host=desk.hub.world.url, sync=True, **more)
    with httpx2.Client(timeout=10, follow_redirects=True) as line:
        api.transport.client = line
        api.transport.base_headers["X-GitHub-Api-Version"] = VERSION
        yield api


@pytest.fixture
def api(desk: Desk) -> Iterator[GhApi]:
    """Return a client with all permissions."""
    with client(desk) as found:
        yield found


def called(desk: Desk) -> set[str]:
    """Return the operations that were answered well."""
    return {call.operation for call in desk.hub.log if call.status < 400}


class TestTheClient:
    def test_publishes_a_verdict(self, desk: Desk, api: GhApi) -> None:
        """Comment, check run with annotations, labels, statuses, findings: what `harness publish` writes."""
        head = api.pulls.get(1).head.sha
        comment = api.issues.create_comment(1, "running")
        api.issues.update_comment(comment.id, "done")
        run = api.checks.create("gate", head, status="in_progress", external_id="1.1", started_at=NOW)
        notes = [{"path": "a.txt", "start_line": 1, "end_line": 1, "annotation_level": "notice", "message": "m"}] * 50
        for _ in range(2):
            api.checks.update(run.id, output={"title": "t", "summary": "s", "annotations": notes})
        api.checks.update(run.id, conclusion="failure", completed_at=NOW)
        api.issues.add_labels(1, ["gate:failed", "gate:stale"])
        api.issues.remove_label(1, "gate:stale")
        api.repos.create_commit_status(head, "failure", context="gate/cost", description="d" * 140)
        api.code_scanning.upload_sarif(head, "refs/pull/1/head", SARIF)

        (one,) = api.issues.list_comments(1, per_page=100)
        (its,) = api.checks.list_for_ref(head, check_name="gate", filter="all").check_runs
        assert (one.body, one.user.login) == ("done", "harness-gate[bot]")
        assert (its.conclusion, its.output.annotations_count, its.app.slug) == ("failure", 100, "harness-gate")
        assert [label.name for label in api.pulls.get(1).labels] == ["gate:failed"]
        assert api.repos.get_combined_status_for_ref(head).state == "failure"
        assert desk.hub.violations == []

    def test_makes_a_pull_request_of_its_own(self, desk: Desk, api: GhApi) -> None:
        """Blob, tree, commit, ref, pull request, merge: how a rollback gets into git."""
        base = api.git.get_ref("heads/main").object.sha
        tree = api.git.get_commit(base).tree.sha
        blob = api.git.create_blob("b\n").sha
        entries = [{"path": "b.txt", "mode": "100644", "type": "blob", "sha": blob}]
        grown = api.git.create_tree(entries, tree).sha
        commit = api.git.create_commit("Roll back", grown, [base]).sha
        api.git.create_ref("refs/heads/rollback", commit)
        number = api.pulls.create("rollback", "main", title="Roll back").number
        assert [one.filename for one in api.pulls.list_files(number)] == ["b.txt"]
        with pytest.raises(APIError) as stale:
            api.pulls.merge(number, sha=base)

        api.pulls.merge(number, sha=commit, merge_method="squash")

        assert stale.value.status_code == 409
        assert base64.b64decode(api.repos.get_content("b.txt", ref="main").content) == b"b\n"
        assert desk.hub.violations == []

    def test_pages_on_links(self, desk: Desk, api: GhApi) -> None:
        """The header of the last call says whether there is more."""
        for number in range(3):
            desk.hub.comment(1, "ada", str(number))

        first = api.issues.list_comments(1, per_page=2)
        more = re.search(r'page=(\d+)>; rel="next"', api.recv_hdrs["link"])
        assert more
        second = api.issues.list_comments(1, per_page=2, page=int(more[1]))

        assert [one.body for one in [*first, *second]] == ["0", "1", "2"]
        assert 'rel="next"' not in api.recv_hdrs["link"]

    @pytest.mark.parametrize(
        ("fault", "code"),
        [(faults.status(502), 502), (faults.secondary_limit(1), 403), (faults.reset(), None)],
        ids=["bad gateway", "secondary limit", "connection cut"],
    )
    def test_sees_faults_as_errors(self, desk: Desk, api: GhApi, fault: faults.Fault, code: int | None) -> None:
        """With the status, or none where the connection broke."""
        desk.hub.faults.next("POST", "comments", fault, times=3)

        with pytest.raises(APIError) as error:
            api.issues.create_comment(1, "x")

        assert error.value.status_code == code


def settings(desk: Desk, api: GhApi) -> None:
    """Read and write how the repository is set up."""
    rule = {"type": "non_fast_forward"}
    names = {"ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": []}}
    made = api.repos.create_repo_ruleset("gate", "active", target="branch", conditions=names, rules=[rule])
    assert [one.name for one in api.repos.get_repo_rulesets()] == ["gate"]
    assert api.repos.get_repo_ruleset(made.id).rules[0].type == "non_fast_forward"
    assert api.repos.get_branch_rules("main")[0].type == "non_fast_forward"
    policy = {"protected_branches": False, "custom_branch_policies": True}
    api.repos.create_or_update_environment("production", wait_timer=5, deployment_branch_policy=policy)
    desk.hub.world.branch_policies["production"] = ["main"]
    desk.hub.world.secrets["production"] = ["KEY"]
    desk.hub.world.protections["main"] = {"enabled": True}
    assert api.repos.get_all_environments().environments[0].name == "production"
    assert api.repos.get_environment("production").deployment_branch_policy.custom_branch_policies
    assert api.repos.list_deployment_branch_policies("production").branch_policies[0].name == "main"
    assert api.actions.list_environment_secrets("production").secrets[0].name == "KEY"
    assert api.actions.list_environment_variables("production").total_count == 0
    assert api.actions.list_repo_organization_secrets().total_count == 0
    assert api.repos.get_branch_protection("main").enabled
    assert api.repos.get_branch("main").protected
    assert api.repos.get_collaborator_permission_level("boss").permission == "admin"
    assert api.actions.list_repo_secrets().total_count == api.actions.list_repo_variables().total_count == 0
    assert api.actions.get_github_actions_permissions_repository().enabled
    assert api.actions.get_github_actions_default_workflow_permissions_repository()
    assert api.actions.get_allowed_actions_repository().github_owned_allowed
    assert api.repos.get().default_branch == "main"
    api.meta.get()
    api.rate_limit.get()


def reading(desk: Desk, api: GhApi) -> None:
    """Read the repository and its conversations."""
    head = api.pulls.list(state="all")[0].head.sha
    assert api.repos.get_commit("topic").sha == head
    assert api.repos.compare_commits("main...topic").ahead_by == 1
    assert api.repos.list_pull_requests_associated_with_commit(head)[0].number == 1
    assert [one.sha for one in api.pulls.list_commits(1)] == [head]
    assert api.pulls.create_review(1, event="APPROVE").state == api.pulls.list_reviews(1)[0].state == "APPROVED"
    assert api.pulls.update(1, title="New").title == api.issues.get(1).title == "New"
    comment = api.issues.create_comment(1, "x").id
    assert api.issues.get_comment(comment).body == "x"
    api.issues.delete_comment(comment)
    api.issues.set_labels(1, ["one"])
    assert [one.name for one in api.issues.list_labels_on_issue(1)] == [api.issues.get_label("one").name]
    assert api.issues.create_label("two", color="ff0000").color == "ff0000"
    issue = api.issues.create("Drift", labels=["drift"]).number
    assert api.issues.list_for_repo(labels="drift")[0].number == api.issues.update(issue, state="closed").number
    run = api.checks.create("gate", head).id
    assert (api.checks.get(run).id, list(api.checks.list_annotations(run))) == (run, [])
    api.repos.create_commit_status(head, "success")
    assert api.repos.list_commit_statuses_for_ref(head)[0].state == "success"
    findings = api.code_scanning.upload_sarif(head, "refs/pull/1/head", SARIF).id
    assert api.code_scanning.get_sarif(findings).processing_status == "complete"
    assert api.code_scanning.list_recent_analyses()[0].ref == "refs/pull/1/head"
    with pytest.raises(APIError):
        api.repos.codeowners_errors()
    desk.write("main", {"CODEOWNERS": "* @acme/boss\n"})
    assert list(api.repos.codeowners_errors().errors) == []


def objects(desk: Desk, api: GhApi) -> None:
    """Read and write git's objects and refs."""
    head = desk.head
    tree = api.git.get_tree(head, recursive="1")
    blob = next(one.sha for one in tree.tree if one.path == "a.txt")
    assert base64.b64decode(api.git.get_blob(blob).content) == b"two\n"
    tag = api.git.create_tag("release/1", "verdict", head, "commit").sha
    assert api.git.get_tag(tag).object.sha == head
    api.git.create_ref("refs/tags/release/1", tag)
    assert [one.ref for one in api.git.list_matching_refs("tags/release")] == ["refs/tags/release/1"]
    api.git.create_ref("refs/heads/moved", api.git.get_commit(head).parents[0].sha)
    assert api.git.update_ref("heads/moved", head).object.sha == head
    api.git.delete_ref("heads/moved")
    api.repos.create_attestation(BUNDLE)
    assert len(api.repos.list_attestations("sha256:00").attestations) == 1


def delivery(desk: Desk, api: GhApi) -> None:
    """Deploy, ask for workflows, and look at their runs."""
    desk.write("main", {".github/workflows/canary.yml": "on: workflow_dispatch\n"})
    deployed: Callable[..., Any] = api.repos.create_deployment
    first = deployed("main", environment="production", auto_merge=False, required_contexts=[], payload={"step": 5})
    second = deployed("main", environment="production", auto_merge=False, required_contexts=[])
    for one in (first, second):
        api.repos.create_deployment_status(one.id, "success", description="100 %", log_url="https://example.com/")
    assert api.repos.list_deployment_statuses(first.id)[0].state == "inactive"
    assert [one.id for one in api.repos.list_deployments(environment="production")] == [second.id, first.id]
    assert api.repos.get_deployment(first.id).payload.step == 5
    api.repos.create_dispatch_event("canary-step", client_payload={"step": 25})
    api.actions.create_workflow_dispatch("canary.yml", "main", inputs={"step": "25"})
    assert [one.name for one in desk.hub.world.dispatches] == ["repository_dispatch", "workflow_dispatch"]
    world = desk.hub.world
    world.runs[7] = {"id": 7, "name": "gate", "jobs": [{"id": 1, "run_id": 7, "name": "verdict"}]}
    world.runs[7] |= {"path": ".github/workflows/canary.yml", "event": "push", "created_at": NOW}
    world.artifacts[8] = {"id": 8, "name": "verdict", "workflow_run": {"id": 7}}
    world.archives[8] = b"PK"
    world.pending[7] = [{"environment": {"id": 9, "name": "production"}}]
    assert api.actions.get_workflow_run(7).name == "gate"
    assert [one.id for one in api.actions.list_workflow_runs("canary.yml", event="push").workflow_runs] == [7]
    assert list(api.actions.list_workflow_runs("canary.yml", event="pull_request").workflow_runs) == []
    assert api.actions.list_jobs_for_workflow_run(7).jobs[0].name == "verdict"
    assert api.actions.list_workflow_run_artifacts(7).artifacts[0].id == 8
    assert bytes(api.actions.download_artifact(8, "zip", raw_=True).content) == b"PK"
    assert api.actions.get_pending_deployments_for_run(7)[0].environment.id == 9
    api.actions.review_pending_deployments_for_run(7, [9], "approved", "fine")
    assert list(api.actions.get_pending_deployments_for_run(7)) == []


def identities(desk: Desk, _: GhApi) -> None:
    """Ask as an application, and as a person."""
    one = desk.hub.app("gatekeeper", {"checks": "write"})
    claim = base64.urlsafe_b64encode(json.dumps({"iss": one.id, "iat": 0, "exp": 600}).encode()).decode().rstrip("=")
    with client(desk, jwt_token=f"e30.{claim}.c2ln") as signed:
        assert signed.apps.get_authenticated().slug == "gatekeeper"
        number = signed.apps.get_repo_installation().id
        token = signed.apps.create_installation_access_token(number, permissions={"checks": "write"}).token
    with client(desk, token) as granted:
        assert granted.checks.create("gate", desk.head).app.slug == "gatekeeper"
    with client(desk, desk.hub.token(everything(), user="ada")) as person:
        assert person.users.get_authenticated().login == "ada"


class TestEveryOperation:
    def test_is_answered(self, desk: Desk, api: GhApi) -> None:
        """With what is published above, these are all that are described; none breaks the contract."""
        TestTheClient().test_publishes_a_verdict(desk, api)
        for story in (settings, reading, objects, delivery, identities):
            story(desk, api)
        TestTheClient().test_makes_a_pull_request_of_its_own(desk, api)

        assert called(desk) == {one.name for one in operations()}
        assert desk.hub.violations == []

    def test_has_the_client_s_parameters(self, api: GhApi) -> None:
        """The client was made from a description of its own; where the two differ, a keyword would be refused."""
        strange = []
        for one in operations():
            group, name = (part.replace("-", "_") for part in one.name.split("/"))
            known = set(signature(getattr(getattr(api, group), OTHERWISE.get(name, name))).parameters)
            strange += [
                f"{one.name} {word}" for word in one.parameters("path") if word not in {*known, "owner", "repo"}
            ]

        assert strange == []
