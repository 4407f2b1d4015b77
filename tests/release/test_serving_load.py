"""A gateway under load: nothing is lost while what answers changes, and going back takes no time."""

import json
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection
from itertools import pairwise
from pathlib import Path
from statistics import quantiles
from threading import Event

import pytest

from tests.release.served import VARS, Said, Served, gateway, wait_for
from tests.release.shop import Line

pytest.importorskip("uvicorn", reason="the extra `serve` is not installed")

PLAN = """\
strategy:
  rare: 0.5
  steps:
    - {weight: 20, sessions: 1}
    - {weight: 40, sessions: 5}
    - {weight: 60, sessions: 5}
    - {weight: 100, sessions: 5}
"""
CAREFUL = """\
strategy:
  rare: 0.5
  steps:
    - {warm: 2}
    - {shadow: 100, sessions: 5}
    - {weight: 50, sessions: 5, min: 1h}
    - {weight: 100}
"""
SLOW = "strategy: {steps: [{weight: 50, min: 1h}, {weight: 100}]}\n"
CLIENTS, USERS = 4, 100
BODIES = [json.dumps({"vars": VARS, "stream": stream}).encode() for stream in (False, True)]


def asking(served: Served, over: Event, client: int) -> list[Said]:
    """Ask again and again, as another user each time and every third time for a stream, until it is over."""
    found: list[Said] = []
    while not over.is_set():
        body = {"vars": VARS, "stream": len(found) % 3 == 0}
        found.append(served.ask(body, session=f"user {client}-{len(found) % USERS}"))
    return found


def whole(said: Said) -> bool:
    """Return whether an answer came, to its end."""
    return said.status == 200 and (said.body.endswith(b"data: [DONE]\n\n") or said.body.endswith(b"}"))


class TestUnderLoad:
    def test_a_release_goes_all_the_way_and_back_and_nothing_is_lost(self, served: Served, promoted: Line) -> None:
        """All the steps, then a revert: every answer is whole, and from one of the two."""
        over = Event()
        with ThreadPoolExecutor(CLIENTS) as pool:
            clients = [pool.submit(asking, served, over, number) for number in range(CLIENTS)]
            try:
                promoted.add("staging", PLAN)
                promoted.promote("staging", promoted.second)
                wait_for(lambda: served.rollout()["rollout"]["stable"].startswith(promoted.second))
                promoted.git("revert", "--no-edit", "HEAD")
                served.ask({}, "/v1/look")
                last = served.ask({"vars": VARS})
            finally:
                over.set()
            said = [one for client in clients for one in client.result()]

        assert all(map(whole, said))
        assert len(said) > 50
        assert {one.release[:12] for one in said} == {promoted.first, promoted.second}
        assert last.release.startswith(promoted.first)

    def test_no_user_goes_back_while_the_weight_rises(self, served: Served, promoted: Line) -> None:
        """Over a real socket, as each of them sees it."""
        promoted.add("staging", PLAN)
        promoted.promote("staging", promoted.second)
        over = Event()
        with ThreadPoolExecutor(1) as pool:
            client = pool.submit(asking, served, over, 0)
            try:
                wait_for(lambda: served.rollout()["rollout"]["stable"].startswith(promoted.second))
            finally:
                over.set()
            said = client.result()

        for user in range(USERS):
            got = [one.release for one in said[user::USERS]]
            assert sum(before != after for before, after in pairwise(got)) <= 1


class TestACarefulPlan:
    def test_asks_the_candidate_first_where_nobody_sees_it(self, served: Served, promoted: Line) -> None:
        """It warms up on what users ask, then is asked beside the stable release, and only then answers."""
        promoted.add("staging", CAREFUL)
        promoted.promote("staging", promoted.second)
        seen: list[tuple[int, str]] = []

        def step() -> int:
            said = served.ask({"vars": VARS}, session=f"user {len(seen)}")
            seen.append((found := served.rollout()["rollout"]["step"], said.release[:12]))
            return int(found)

        wait_for(lambda: step() == 2)

        assert {release for step, release in seen if step < 2} == {promoted.first}
        evidence = served.rollout()["evidence"]
        windows = {(one["step"], one["arm"]): one for one in evidence["windows"]}
        assert windows[0, "candidate"]["sessions"] >= 2
        assert windows[1, "candidate"]["sessions"] >= 5
        assert evidence["pairs"]["both"] >= 5
        assert evidence["pairs"]["worse"] == 0


class TestAClient:
    def test_that_goes_away_or_is_slow_holds_nobody_up(self, served: Served) -> None:
        """Its connection is its own affair."""
        host, _, port = served.url.removeprefix("http://").partition(":")
        body = json.dumps({"vars": VARS, "stream": True}).encode()
        head = f"POST /v1/prompts/desk HTTP/1.1\r\nhost: x\r\ncontent-length: {len(body)}\r\n\r\n".encode()

        with closing(socket.create_connection((host, int(port)))) as slow:
            slow.sendall(head + body[:5])
            for _ in range(20):
                with closing(socket.create_connection((host, int(port)))) as gone:
                    gone.sendall(head + body)
            began = time.monotonic()
            said = served.ask({"vars": VARS})
            took = time.monotonic() - began
            slow.sendall(body[5:])
            answer = slow.recv(1 << 16)

        assert (said.status, took < 5) == (200, True)
        assert answer.startswith(b"HTTP/1.1 200 OK\r\n")


def asked_often(served: Served, requests: int) -> list[str]:
    """Ask again and again over one connection that stays open; return the release of each whole answer."""
    found: list[str] = []
    with closing(HTTPConnection(served.url.removeprefix("http://"), timeout=20)) as line:
        for number in range(requests):
            line.request("POST", "/v1/prompts/desk", BODIES[number % 4 == 0], {"x-harness-session": f"{number}"})
            came = line.getresponse()
            body, release = came.read(), came.headers["x-harness-release"]
            assert whole(Said(came.status, body, release)), body
            found.append(release[:12])
    return found


@pytest.mark.slow
@pytest.mark.timeout(300)
class TestGoingBack:
    def test_loses_none_of_ten_thousand_requests(self, served: Served, promoted: Line) -> None:
        """Over connections that stay open, while releases come and go."""
        with ThreadPoolExecutor(CLIENTS) as pool:
            clients = [pool.submit(asked_often, served, 2500) for _ in range(CLIENTS)]
            while not all(client.done() for client in clients):
                promoted.promote("staging", promoted.second)
                served.ask({}, "/v1/look")
                promoted.git("revert", "--no-edit", "HEAD")
            said = [release for client in clients for release in client.result()]

        assert len(said) == 10_000
        assert set(said) == {promoted.first, promoted.second}

    def test_takes_two_seconds_by_a_hook_and_five_by_a_poll(self, promoted: Line, tmp_path: Path) -> None:
        """From the revert to the first answer of the release before: the seed allowed five minutes."""
        took: dict[bool, list[float]] = {True: [], False: []}
        with gateway(promoted, "staging", "--poll", "1") as served:
            for turn in range(20):
                promoted.promote("staging", promoted.second)
                served.ask({}, "/v1/look")
                assert served.ask({"vars": VARS}).release.startswith(promoted.second), tmp_path
                began = time.monotonic()
                promoted.git("revert", "--no-edit", "HEAD")
                if hook := turn % 2 == 0:
                    served.ask({}, "/v1/look")
                wait_for(lambda: served.ask({"vars": VARS}).release.startswith(promoted.first))
                took[hook].append(time.monotonic() - began)

        assert quantiles(took[True], n=100)[98] <= 2
        assert quantiles(took[False], n=100)[98] <= 5

    def test_by_an_abort_takes_fifty_milliseconds(self, promoted: Line) -> None:
        """Memory first, then the journal."""
        took: list[float] = []
        promoted.add("staging", SLOW)
        with gateway(promoted) as served:
            for turn in range(10):
                promoted.promote("staging", (promoted.second, promoted.third)[turn % 2])
                served.ask({}, "/v1/look")
                generation = served.rollout()["rollout"]["generation"]
                began = time.monotonic()
                assert served.ask({"why": "no", "generation": generation}, "/v1/rollout/abort").status == 200
                took.append(time.monotonic() - began)
                assert {served.ask({"vars": VARS}, session=f"{user}").arm for user in range(5)} == {"stable"}

        assert sorted(took)[len(took) // 2] <= 0.05

    def test_two_hundred_streams_end_on_the_release_they_began_on(self, served: Served, promoted: Line) -> None:
        """Whatever happens to the release meanwhile."""
        with ThreadPoolExecutor(40) as pool:
            coming = [pool.submit(served.ask, {"vars": VARS, "stream": True}) for _ in range(200)]
            promoted.promote("staging", promoted.second)
            served.ask({}, "/v1/look")
            said = [one.result() for one in coming]
            after = served.ask({"vars": VARS, "stream": True})

        assert all(map(whole, said))
        assert {one.release[:12] for one in said} <= {promoted.first, promoted.second}
        assert after.release.startswith(promoted.second)
