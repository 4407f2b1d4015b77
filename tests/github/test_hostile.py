"""The fake under requests that make no sense: it refuses them as GitHub does, and never falls over."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.github.client import Desk
from tests.github.hostile import requests
from tests.github.repository import NOBODY


@pytest.fixture
def meant(desk: Desk) -> dict[str, str]:
    """Return what the parameters of paths mean on the desk."""
    head, git = desk.head, desk.hub.world.git
    tree, blob = git.tip(f"{head}^{{tree}}"), git.tip(f"{head}:a.txt")
    hashes = {"commit_sha": head, "sha": head, "HEAD": head, "tree_sha": tree, "TREE": tree}
    names = {"owner": "acme", "repo": "desk", "username": "ada", "environment_name": "gate", "name": "gate"}
    places = {"path": "a.txt", "branch": "main", "ref": "heads/topic", "basehead": "main...topic"}
    return hashes | names | places | {"file_sha": blob, "BLOB": blob, "issue_number": "1", "pull_number": "1"}


class TestAHostileRequest:
    @settings(max_examples=600, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
    @given(data=st.data())
    def test_gets_an_answer_that_keeps_the_contract(
        self, desk: Desk, meant: dict[str, str], data: st.DataObject
    ) -> None:
        """Whatever comes: a status below 500, and a body as described."""
        one = data.draw(requests(meant))

        reply = desk.hub.handle(one.method, one.url, desk.headers(), one.body)

        assert reply.status < 500
        assert not [wrong for wrong in desk.hub.violations if wrong.startswith("our own")]

    @pytest.mark.parametrize(
        "url",
        [
            *(
                "",
                "/",
                "//",
                "?",
                "/?",
                "/%",
                "/%00",
                "/repos",
                "/repos/acme/desk/",
                "/repos//desk/pulls/1",
                "http://[",
                "*",
            ),
            *("/repos/acme/desk/contents/%2e%2e/%2e%2e/etc/passwd", "/repos/acme/desk/contents/../../HEAD"),
            *("/repos/acme/desk/git/ref/%00", "/repos/acme/desk/git/ref/heads/main%0a", "/-/artifacts/../x"),
            *("/repos/acme/desk/pulls/1?per_page=%00", "/repos/acme/desk/commits/" + "a" * 100_000),
            *("/repos/acme/desk/issues/" + "9" * 5000, "/repos/acme/desk/git/matching-refs/%ff"),
        ],
    )
    @pytest.mark.parametrize("method", ["GET", "POST", "BREW"])
    def test_to_nowhere_gets_an_answer(self, desk: Desk, method: str, url: str) -> None:
        """Addresses that lead out of the repository, or are none."""
        reply = desk.hub.handle(method, url, desk.headers(), b"")

        assert reply.status < 500
        assert b"root:" not in reply.body

    def test_moves_nothing_that_was_not_named(self, desk: Desk) -> None:
        """A ref whose name looks like an option or leaves `refs/` is refused."""
        before = desk.hub.world.git.refs()
        for name in (
            "--stdin",
            "HEAD",
            "refs/heads/../../x",
            "refs/pull/9/head",
            "refs/heads/",
            "refs/heads/a b",
            "main",
        ):
            assert desk.ask("POST", "git/refs", {"ref": name, "sha": desk.head}).status == 422
        assert desk.ask("POST", "git/refs", {"ref": "refs/heads/x", "sha": NOBODY}).status == 422

        assert desk.hub.world.git.refs() == before
