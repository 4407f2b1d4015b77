"""A bad release from its promotion to its quarantine, with a real gateway, real git and a real tick."""

import pytest

from tests.release.depot import Depot
from tests.release.served import VARS, Served, gateway, wait_for

pytestmark = pytest.mark.slow

STEPS = "strategy:\n  steps:\n    - {weight: 50, min: 1h}\n    - {weight: 100}\n"


def dislike(served: Served) -> int:
    """Let customers ask, who dislike what the candidate says, until it answers no more; return how many did."""
    bad = 0
    for number in range(400):
        said = served.ask({"vars": VARS}, session=f"customer-{number}")
        assert said.status == 200
        if said.arm == "candidate":
            bad += 1
            served.ask({"id": said.data["id"], "vote": "down"}, "/v1/feedback")
        if served.rollout()["rollout"]["phase"] == "aborted":
            break
    return bad


class TestABadRelease:
    def test_is_aborted_taken_back_in_git_and_stays_away(self, depot: Depot) -> None:
        """Nobody but the evidence says so, and it comes back only when somebody deletes its line."""
        line = depot.line
        line.edit(".github/environments/production.yaml", "kind: git", "kind: gateway, url_from: GATEWAY_URL")
        line.add("production", STEPS)
        line.git("push", "-q", "origin", "main")
        with gateway(line, "production", "--ref", "origin/main", "--fetch", "origin") as served:
            environ = {**depot.environ, "GATEWAY_URL": served.url}
            tick = ("canary", "production", "--push", "origin", "--record")
            depot.harness("promote", "production", line.second, "--push", "origin")
            under_way = line.harness(*tick, environ=environ)

            bad = dislike(served)
            taken_back = line.harness(*tick, environ=environ)
            wait_for(lambda: served.rollout()["rollout"]["phase"] == "stable")
            over = line.harness(*tick, environ=environ)

            assert served.ask({"vars": VARS}).release[:12] == line.first
        assert "in progress: step 1 of 2, 50 % of the sessions" in under_way.out, under_way.told
        assert bad < 60
        assert taken_back.exit_code == 1, taken_back.told
        assert f"release: sha256:{line.first}" in depot.served("production")
        assert "thumbs-down" in depot.served("production")
        assert over.out == f"production: {line.first} success: it answers everything\n"
        again = line.harness("promote", "production", line.second, "--push", "origin")
        assert (again.exit_code, "is quarantined in production" in again.err) == (1, True)
        states = [[one["state"] for one in told] for told in depot.github.world.deployment_statuses.values()]
        assert states == [["in_progress", "failure"], ["success"]]
