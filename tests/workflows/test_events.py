"""Events: which workflows they start, from which commit, and how far those are trusted."""

from collections.abc import Sequence

import pytest

from harness.core.errors import UsageError
from harness.core.jsons import Json
from harness.workflows.events import Event, Run, Trust, run_of, starts, trust_of
from harness.workflows.nouns import Workflow
from harness.workflows.patterns import chosen

HERE = "acme/shop"


def event(name: str, action: str = "opened", *, head: str = HERE, paths: Sequence[str] = ()) -> Event:
    """Return an event that says enough for every kind."""
    payload: dict[str, Json] = {
        "action": action,
        "after": "p" * 40,
        "ref": "refs/heads/main",
        "repository": {"full_name": HERE, "default_branch": "main"},
        "pull_request": {
            "number": 7,
            "head": {"sha": "h" * 40, "repo": {"full_name": head}},
            "base": {"ref": "main"},
        },
        "merge_group": {"head_sha": "g" * 40, "head_ref": "refs/heads/queue", "base_ref": "refs/heads/main"},
        "workflow_run": {"name": "ci", "head_branch": "main"},
    }
    return Event(name, payload, paths, merged="m" * 40, default="d" * 40)


def on(name: str, **filters: Json) -> Workflow:
    """Return a workflow that one event starts."""
    return Workflow("w.yml", "w", {name: {key.replace("_", "-"): value for key, value in filters.items()}}, {})


class TestTheFile:
    @pytest.mark.parametrize(
        ("name", "run"),
        [
            ("pull_request", Run("m" * 40, "refs/pull/7/merge")),
            ("pull_request_target", Run("d" * 40, "refs/heads/main")),
            ("workflow_run", Run("d" * 40, "refs/heads/main")),
            ("schedule", Run("d" * 40, "refs/heads/main")),
            ("merge_group", Run("g" * 40, "refs/heads/queue")),
            ("push", Run("p" * 40, "refs/heads/main")),
        ],
    )
    def test_comes_from_the_commit_that_github_takes(self, name: str, run: Run) -> None:
        """Whose file runs is who is trusted: this table is the whole of the defence."""
        assert run_of(event(name)) == run

    def test_cannot_come_from_nowhere(self) -> None:
        """An event that lacks its commit is refused."""
        with pytest.raises(UsageError, match="does not say which commit"):
            run_of(Event("push", {}))


class TestTrust:
    @pytest.mark.parametrize(
        ("name", "head", "trust"),
        [
            pytest.param("pull_request", HERE, Trust(secrets=True, write=True), id="a colleague's file"),
            pytest.param("pull_request", "x/shop", Trust(secrets=False, write=False), id="a fork's file"),
            pytest.param("pull_request_target", "x/shop", Trust(secrets=True, write=True), id="our file on a fork"),
        ],
    )
    def test_ends_where_a_strangers_file_runs(self, name: str, head: str, trust: Trust) -> None:
        """A fork's own workflow reads, and has no secret."""
        assert trust_of(event(name, head=head)) == trust


class TestAWorkflowStarts:
    @pytest.mark.parametrize(
        ("workflow", "told", "does"),
        [
            pytest.param(on("push"), event("push"), True, id="by its event"),
            pytest.param(on("push"), event("schedule"), False, id="not by another"),
            pytest.param(on("pull_request"), event("pull_request", "labeled"), False, id="not by a type unasked for"),
            pytest.param(
                on("pull_request", types=["labeled"]), event("pull_request", "labeled"), True, id="by a type it names"
            ),
            pytest.param(on("pull_request", branches=["next"]), event("pull_request"), False, id="not for that base"),
            pytest.param(on("push", branches=["ma*"]), event("push"), True, id="for a branch that fits"),
            pytest.param(on("push", branches_ignore=["main"]), event("push"), False, id="not for one passed over"),
            pytest.param(on("push", tags=["v*"]), event("push"), False, id="not by a branch where tags are asked for"),
            pytest.param(on("push", paths=["p/**"]), event("push", paths=["p/a/b"]), True, id="by a path"),
            pytest.param(on("push", paths=["p/**"]), event("push", paths=["q"]), False, id="not by another path"),
            pytest.param(
                on("push", paths_ignore=["q"]), event("push", paths=["q"]), False, id="not by paths passed over"
            ),
            pytest.param(on("workflow_run", workflows=["ci"]), event("workflow_run"), True, id="after another"),
            pytest.param(on("workflow_run", workflows=["x"]), event("workflow_run"), False, id="not after any"),
            pytest.param(on("merge_group"), event("merge_group", "destroyed"), False, id="not at a group's end"),
            pytest.param(on("workflow_call"), event("workflow_call"), False, id="not by being callable"),
        ],
    )
    def test_by_its_filters(self, workflow: Workflow, told: Event, *, does: bool) -> None:
        """A gate that does not start lets everything pass."""
        assert starts(workflow, told) is does


class TestPatterns:
    @pytest.mark.parametrize(
        ("name", "patterns", "does"),
        [
            ("a/b", ["*"], False),
            ("a/b", ["**"], True),
            ("a/b/c.py", ["a/**/*.py"], True),
            ("a/c.py", ["a/**/*.py"], True),
            ("v", ["v1?"], True),
            ("v12", ["v[0-9]+"], True),
            ("main", ["**", "!main"], False),
            ("main", ["**", "!m*", "main"], True),
            ("a.b", ["a+b"], False),
        ],
    )
    def test_choose_as_github_does(self, name: str, patterns: list[str], *, does: bool) -> None:
        """The last pattern that fits decides."""
        assert chosen(name, patterns) is does
