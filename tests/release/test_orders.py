"""Those who manage a rollout: by which keys, and what is written down of what they did and of what the gateway did."""

import asyncio
import json
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path

import pytest

from harness.adapters.audit_log import AuditLog
from harness.adapters.clock import SystemClock
from harness.adapters.http_server import Call, Reply
from harness.flows.audit import Recorder
from harness.flows.doors import Doors
from harness.gateway.events import Asked
from harness.gateway.wire import UnansweredError, as_break
from tests.release.guarded import Heard, ask, events
from tests.release.served import VARS, Served, gateway, wait_for
from tests.release.shop import Line
from tests.release.test_keys import copy_of

pytest.importorskip("uvicorn", reason="the extra `serve` is not installed")

PLAN = "strategy:\n  steps:\n    - {weight: 50, min: 1h}\n    - {weight: 100, min: 1h}\n"


@pytest.fixture(scope="module")
def rolling(released: Line, tmp_path_factory: pytest.TempPathFactory) -> Line:
    """Return a repository whose staging has a candidate for half of its sessions."""
    line = copy_of(released, tmp_path_factory.mktemp("rolling"))
    line.promote("staging", line.first)
    line.add("staging", PLAN)
    line.promote("staging", line.second)
    return line


@pytest.fixture(scope="module")
def keys(rolling: Line) -> dict[str, str]:
    """Return a key of each role, as a header."""
    new = ("keys", "new", "--keys", "keys.yaml")
    return {
        role: f"Bearer {rolling.harness(*new, f'the-{role}', '--role', role).out.strip()}"
        for role in ("app", "viewer", "manager")
    }


@pytest.fixture(scope="module")
def served(rolling: Line, keys: dict[str, str]) -> Iterator[Served]:
    """Return its gateway, which asks for keys."""
    assert keys
    with gateway(rolling, "staging", "--keys", "keys.yaml") as found:
        yield found


class TestARole:
    @pytest.mark.parametrize(
        ("method", "path", "body", "statuses"),
        [
            ("GET", "/v1/rollout", None, {"app": 403, "viewer": 200, "manager": 200}),
            ("POST", "/v1/look", {}, {"app": 403, "viewer": 403, "manager": 200}),
            (
                "POST",
                "/v1/rollout/abort",
                {"why": "late", "generation": 0},
                {"app": 403, "viewer": 403, "manager": 409},
            ),
            ("POST", "/v1/feedback", {"id": "none", "vote": "up"}, {"app": 404, "viewer": 403, "manager": 403}),
        ],
    )
    def test_is_asked_for_at_every_door(
        self, served: Served, keys: dict[str, str], method: str, path: str, body: object, statuses: dict[str, int]
    ) -> None:
        """Who only sees how it stands changes nothing; an order for another generation comes too late for anybody."""
        found = {role: ask(served, method, path, body, authorization=keys[role]).status for role in statuses}

        assert found == statuses


class TestTheLog:
    def test_tells_who_did_what_to_the_rollout(self, served: Served, rolling: Line, keys: dict[str, str]) -> None:
        """From its start to the order that ended it, with each answer's arm, and each vote by its answer."""

        def answer(user: int) -> Heard:
            return ask(served, "POST", "/v1/prompts/desk", {"vars": VARS}, **who, x_harness_session=f"user {user}")

        who = {"authorization": keys["app"]}
        came = [answer(user) for user in range(20)]
        name = json.loads(came[-1].body)["id"]
        for more in ({"text": "planted"}, {}):
            ask(served, "POST", "/v1/feedback", {"id": name, "vote": "down", **more}, **who)
        wait_for(lambda: bool(events(rolling.root, "rollout")))
        now = json.loads(ask(served, "GET", "/v1/rollout", authorization=keys["viewer"]).body)["rollout"]
        order = {"why": "the phone rings", "generation": now["generation"]}
        ended = ask(served, "POST", "/v1/rollout/abort", order, authorization=keys["manager"])
        wait_for(lambda: events(rolling.root, "rollout")[-1]["phase"] == "aborted")

        asked = [one for one in events(rolling.root, "ask") if one["status"] == 200]
        assert [one["arm"] for one in asked[-20:]] == [one.headers["x-harness-arm"] for one in came]
        assert {one["arm"] for one in asked} == {"stable", "candidate"}
        assert {one["who"] for one in asked} == {"the-app"}
        vote = events(rolling.root, "feedback")[-1]
        assert (vote["id"], vote["vote"], vote["status"]) == (asked[-1]["id"], "down", 204)
        abort = events(rolling.root, "abort")[-1]
        assert (ended.status, abort["who"], abort["why"], abort["status"]) == (
            200,
            "the-manager",
            "the phone rings",
            200,
        )
        moves = events(rolling.root, "rollout")
        assert [(one["phase"], one["weight"]) for one in (moves[0], moves[-1])] == [("rolling", 50), ("aborted", 0)]
        assert moves[-1]["candidate"].startswith(rolling.second)
        assert "the phone rings" in moves[-1]["why"]
        assert "planted" not in rolling.read(".harness/audit/staging.jsonl")
        assert rolling.harness("audit", "verify").exit_code == 0

    def test_has_a_stream_once(self, served: Served, rolling: Line, keys: dict[str, str]) -> None:
        """When it has ended."""
        body = {"vars": VARS, "stream": True}

        came = ask(served, "POST", "/v1/prompts/desk", body, authorization=keys["app"], x_harness_session="a stream")

        event = events(rolling.root, "ask")[-1]
        assert came.headers["content-type"].startswith("text/event-stream")
        assert event["id"].encode() in came.body
        assert (event["status"], "cut" in event) == (200, False)


class TestAStream:
    @pytest.mark.parametrize(
        ("taken", "last", "cut"),
        [(2, b"data: 2", True), (3, b"data: 2", False), (3, as_break(UnansweredError(502, "it broke off")), True)],
    )
    def test_that_nobody_reads_to_its_end_is_written_as_cut(
        self, tmp_path: Path, taken: int, last: bytes, *, cut: bool
    ) -> None:
        """Whoever paid for it wants to know, also where it was the model that broke off."""

        async def parts() -> AsyncGenerator[bytes]:
            for text in (b'data: {"id": "chatcmpl-0123456789abcdef"}', last):
                yield text

        async def stream(_call: Call) -> Reply:
            return Reply(200, parts(), "text/event-stream")

        async def take() -> None:
            routes = {("POST", "/v1/prompts/{name}"): stream, ("GET", "/metrics"): stream}
            reply = await Doors("staging", None, recorder, Asked(b"x")).around(routes)["POST", "/v1/prompts/{name}"](
                Call("desk", b"{}")
            )
            assert not isinstance(reply.body, bytes)
            body = reply.body
            for _ in range(taken):
                await anext(body, None)
            await body.aclose()

        recorder = Recorder(AuditLog(tmp_path / ".harness/audit", "staging"), SystemClock(), print)
        asyncio.run(take())
        recorder.close()

        (event,) = events(tmp_path, "ask")
        assert (event["id"], event.get("cut", False)) == ("0123456789abcdef", cut)
