"""A canary behind a real gateway: git says where to, the sessions say whether, and trouble goes back by itself."""

import os
import re
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.release.served import VARS, Said, Served, gateway, wait_for
from tests.release.shop import Line

pytest.importorskip("uvicorn", reason="the extra `serve` is not installed")

PLAN = """\
strategy:
  rare: 0.5
  steps:
    - {weight: 20, sessions: 5}
    - {weight: 50, sessions: 10, approve: managers}
    - {weight: 100, sessions: 1}
"""


@pytest.fixture
def promoted(line: Line) -> Line:
    """Return a repository whose staging ran its first release, and is to run the second by a plan."""
    line.promote("staging", line.first)
    line.add("staging", PLAN)
    line.promote("staging", line.second)
    return line


@pytest.fixture
def served(promoted: Line) -> Iterator[Served]:
    """Return a gateway that begins with that."""
    with gateway(promoted) as found:
        yield found


def visit(served: Served, users: int) -> list[Said]:
    """Let users ask, each once."""
    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(lambda user: served.ask({"vars": VARS}, session=f"user {user}"), range(users)))


def stands(served: Served) -> tuple[str, int, int]:
    """Return phase, step and weight."""
    said = served.rollout()["rollout"]
    return said["phase"], said["step"], said["weight"]


class TestACanary:
    def test_begins_with_few_and_goes_on_by_what_they_got(self, served: Served, promoted: Line) -> None:
        """The release before has the rest; an approval is a line in git; nobody is moved back; nothing is lost."""
        began = stands(served)

        first = visit(served, 40)
        wait_for(lambda: stands(served)[1:] == (1, 50))
        second = visit(served, 40)
        wait_for(lambda: stands(served) == ("held", 1, 50))
        waits = served.rollout()["rollout"]["why"]
        digest = served.rollout()["rollout"]["candidate"]
        promoted.add("staging", f'approved:\n  - {{release: "sha256:{digest}", step: managers, by: Mia}}\n')
        wait_for(lambda: stands(served)[1:] != (1, 50))
        third = visit(served, 10)
        wait_for(lambda: stands(served)[0] == "stable")

        assert began == ("rolling", 0, 20)
        assert {said.status for said in first + second + third} == {200}
        assert {said.release[:12] for said in first} == {promoted.first, promoted.second}
        assert waits == "it waits for the approval `managers`"
        for before, after in zip(first, second, strict=True):
            assert before.arm == "stable" or after.arm == "candidate"
        assert {(said.release[:12], said.arm) for said in third} <= {
            (promoted.second, "candidate"),
            (promoted.second, "stable"),
        }
        assert served.rollout()["verdict"] == "advance"

    @pytest.mark.parametrize(("vote", "rate"), [("down", "thumbs-down"), ("guard", "guard")])
    def test_is_aborted_by_what_is_told_of_its_answers(
        self, served: Served, promoted: Line, vote: str, rate: str
    ) -> None:
        """People dislike them, or a filter stops them; the stable release has everything from then on."""
        promoted.edit(".github/environments/staging.yaml", "weight: 20, sessions: 5", "weight: 40, min: 1h")
        promoted.commit("more, and slowly")
        wait_for(lambda: stands(served) == ("rolling", 0, 40))
        for said in visit(served, 60):
            if said.arm == "candidate":
                assert served.ask({"id": said.data["id"], "vote": vote}, "/v1/feedback").status == 204
        wait_for(lambda: stands(served) == ("aborted", 0, 0))

        after = visit(served, 30)

        assert {said.release[:12] for said in after} == {promoted.first}
        found = served.rollout()
        assert found["verdict"] == "abort"
        assert found["rollout"]["why"].startswith(f"{rate}: ")
        assert b'harness_rollout_phase{environment="staging",phase="aborted"} 1' in served.get("/metrics").body

    def test_is_aborted_by_a_manager_at_once(self, served: Served, promoted: Line) -> None:
        """A generation that is not the one which runs is refused: somebody else was faster."""
        generation = served.rollout()["rollout"]["generation"]
        late = served.ask({"why": "slow", "generation": generation - 1}, "/v1/rollout/abort")
        done = served.ask({"why": "people call", "generation": generation}, "/v1/rollout/abort")

        after = visit(served, 30)

        assert (late.status, done.status) == (409, 200)
        assert {said.release[:12] for said in after} == {promoted.first}
        assert done.data["rollout"]["why"] == "people call"

    def test_goes_on_where_it_was_killed(self, promoted: Line) -> None:
        """Neither the step nor a session is counted anew, and an abort stays one."""
        with gateway(promoted) as served:
            said = visit(served, 20)
            wait_for(lambda: sum(one["sessions"] for one in served.rollout()["evidence"]["windows"]) == 20)
            wait_for(lambda: stands(served)[0] != "aborted")
            os.kill(served.process.pid, signal.SIGSTOP)
            os.kill(served.process.pid, signal.SIGKILL)
            served.process.wait(10)
        with gateway(promoted) as served:
            again = visit(served, 20)
            windows = served.rollout()["evidence"]["windows"]
            served.ask({"why": "no", "generation": served.rollout()["rollout"]["generation"]}, "/v1/rollout/abort")
            os.kill(served.process.pid, signal.SIGKILL)
            served.process.wait(10)
        with gateway(promoted) as served:
            aborted = stands(served)

        assert [one.arm for one in said] == [one.arm for one in again]
        assert sum(one["sessions"] for one in windows) <= 20
        assert aborted == ("aborted", 0, 0)

    def test_gets_nothing_because_what_ran_before_is_not_proven(self, promoted: Line) -> None:
        """A tag that is missing is no leave to skip the plan."""
        (verdict,) = promoted.git("tag", "--list", f"verdict/{promoted.first}/*").split()
        kept = promoted.git("rev-parse", verdict)
        promoted.git("tag", "-d", verdict)

        told = promoted.harness("serve", "staging", "--port", "0")
        promoted.git("update-ref", f"refs/tags/{verdict}", kept)
        with gateway(promoted) as served:
            began = stands(served)

        assert told.exit_code == 1
        assert "error: what ran in staging before may not be served, and nothing else gets all at once" in told.err
        assert began == ("rolling", 0, 20)

    def test_is_begun_by_one_gateway(self, served: Served, promoted: Line) -> None:
        """A second one would count for itself, and each would advance."""
        told = promoted.harness("serve", "staging", "--port", "0")

        assert served.get("/healthz").status == 200
        assert (told.exit_code, "another gateway serves this environment here" in told.err) == (4, True)


class TestARevert:
    def test_is_served_at_once(self, served: Served, promoted: Line) -> None:
        """What git no longer names gets nothing more, and the release before needs no steps."""
        promoted.git("revert", "--no-edit", "HEAD")
        served.ask({}, "/v1/look")

        assert {said.release[:12] for said in visit(served, 30)} == {promoted.first}
        assert stands(served) == ("stable", 0, 0)


class TestAnotherKind:
    def test_blue_green_gives_everybody_the_other_at_once(self, line: Line) -> None:
        """It warms up where nobody sees it; then nobody gets the former any more."""
        line.promote("staging", line.first)
        line.add(
            "staging",
            "strategy: {kind: blue-green, rare: 0.5, steps: [{warm: 2, min: 1s}, {bake: 1s, sessions: 5}]}\n",
        )
        with gateway(line) as served:
            visit(served, 10)
            line.promote("staging", line.second)
            wait_for(lambda: (visit(served, 2), stands(served)[1:] == (1, 100))[1])
            said = visit(served, 40)
            wait_for(lambda: (visit(served, 5), stands(served)[0] == "stable")[1])

        assert {one.release[:12] for one in said} == {line.second}

    def test_a_b_names_the_winner_and_waits(self, line: Line) -> None:
        """People dislike what the stable release says: the other one wins, and somebody has to take it."""
        line.promote("staging", line.first)
        line.add("staging", "strategy: {kind: a-b, steps: [{weight: 50, sessions: 5, approve: managers}]}\n")
        with gateway(line) as served:
            line.promote("staging", line.second)
            wait_for(lambda: stands(served) == ("rolling", 0, 50))
            for said in visit(served, 60):
                if said.arm == "stable":
                    served.ask({"id": said.data["id"], "vote": "down"}, "/v1/feedback")
            wait_for(lambda: stands(served) == ("held", 0, 50))
            why = served.rollout()["rollout"]["why"]

        assert why == "the candidate wins by `thumbs-down`; it waits for the approval `managers`"


class TestAQuarantine:
    def test_of_what_serves_takes_it_away(self, line: Line) -> None:
        """The newest release before takes over, in whatever state git is; there was no other good one to keep."""
        line.promote("staging", line.first)
        line.promote("staging", line.second)
        with gateway(line) as served:
            digest = served.rollout()["rollout"]["stable"]
            line.add("staging", f'quarantine:\n  - {{release: "sha256:{digest}", reason: wrong}}\n')
            wait_for(lambda: served.get("/healthz").data["release"].startswith(line.first))

            holding = served.get("/healthz").data["holding"]
            assert re.fullmatch(r"\.github/environments/staging\.yaml:\d+: what staging is to run .* wrong", holding)
            assert served.ask({"vars": VARS}).release.startswith(line.first)

    def test_of_all_there_is_leaves_nothing(self, line: Line) -> None:
        """An answer of a recalled release is worse than none."""
        line.promote("staging", line.first)
        with gateway(line) as served:
            digest = served.rollout()["rollout"]["stable"]
            line.add("staging", f'quarantine:\n  - {{release: "sha256:{digest}", reason: wrong}}\n')
            wait_for(lambda: served.ask({"vars": VARS}).status == 503)

            assert served.ask({"vars": VARS}).why.endswith(": what staging is to run is quarantined: wrong")


class TestAStream:
    def test_says_in_pieces_what_would_be_said_at_once(self, served: Served) -> None:
        """As a client of OpenAI's reads it, with the names of the release and of the answer."""
        whole = served.ask({"vars": VARS}, session="mia")
        said = served.ask({"vars": VARS, "stream": True}, session="mia")

        lines = said.body.decode().split("\n\n")
        events = [Said(200, line.removeprefix("data: ").encode(), "").data for line in lines[:-2]]
        words = [event["choices"][0]["delta"].get("content", "") for event in events]
        assert lines[-2:] == ["data: [DONE]", ""]
        assert ("".join(words), len(words) > 8) == (whole.text, True)
        assert {event["object"] for event in events} == {"chat.completion.chunk"}
        assert events[-1]["choices"][0]["finish_reason"] == "stop"
        assert said.release == whole.release
