"""The fake's faults and its server: what goes wrong on demand, and what must not."""

import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException

import pytest

from tests.github import faults
from tests.github.client import Desk


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
