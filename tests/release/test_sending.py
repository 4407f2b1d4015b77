"""Promotions and rollbacks that go to a remote: pushed as it is by then, or proposed for people to merge."""

from pathlib import Path

import pytest

from tests.release.depot import Depot
from tests.release.shop import PROMPT


class TestAPush:
    def test_leaves_the_checkout_as_it_is(self, depot: Depot) -> None:
        """What counts is the remote's branch, as it is by then, and not what somebody has checked out."""
        before = depot.line.git("rev-parse", "HEAD")

        told = depot.harness("promote", "production", "--push", "origin")

        tip = depot.github.world.git.tip("refs/heads/main")
        assert told.out == f"production: {depot.line.first} -> {depot.line.second}, commit {tip[:7]} on main\n"
        assert f"release: sha256:{depot.line.second}" in depot.served("production")
        assert depot.github.world.git.made(tip).parents == (before,)
        assert (depot.line.git("rev-parse", "HEAD"), depot.line.git("status", "--porcelain")) == (before, "")

    def test_done_twice_is_done_once(self, depot: Depot) -> None:
        """The second sees what the first brought, though its checkout is the old one."""
        depot.harness("promote", "production", "--push", "origin")

        told = depot.harness("promote", "production", "--push", "origin")

        assert told.out == f"production runs {depot.line.second} already\n"

    def test_decides_by_the_branch_as_it_is_by_then(self, depot: Depot, tmp_path: Path) -> None:
        """Somebody has frozen production since this checkout was made."""
        other = depot.line.copy(tmp_path / "other")
        other.write(
            ".github/environments/production.yaml",
            other.read(".github/environments/production.yaml")
            + "freeze:\n  - {from: 2000-01-01, until: 2999-12-31, reason: for ever}\n",
        )
        other.commit("frozen")
        other.git("push", "-q", "origin", "main")

        told = depot.line.harness("promote", "production", "--push", "origin")

        assert told.exit_code == 1
        assert "frozen" in told.err

    def test_to_nowhere_is_refused(self, depot: Depot) -> None:
        """A branch that is not there, and a proposal to nobody."""
        gone = depot.line.harness("promote", "production", "--push", "origin", "--branch", "gone")
        alone = depot.line.harness("promote", "production", "--propose")

        assert (gone.exit_code, gone.err) == (2, "error: origin has no branch `gone`\n")
        assert (alone.exit_code, alone.err.splitlines()[0]) == (2, "error: `--propose` needs `--push`")

    @pytest.mark.parametrize("words", [("promote", "production", "--push"), ("serve", "production", "--fetch")])
    def test_names_a_remote_and_no_option(self, depot: Depot, words: tuple[str, ...]) -> None:
        """Git would run the program that `--upload-pack` names."""
        told = depot.line.harness(*words, "--upload-pack=touch ran")

        assert (told.exit_code, told.err.splitlines()[-1]) == (2, "error: `--upload-pack=touch ran` is no remote")
        assert not (depot.line.root / "ran").exists()


class TestAProposal:
    def test_tells_people_what_they_decide_by(self, depot: Depot) -> None:
        """What is served otherwise, what it costs, and how it comes there."""
        told = depot.harness("promote", "production", "--push", "origin", "--propose")

        ((head, title, body),) = depot.requests
        assert told.out == f"production: {depot.line.first} -> {depot.line.second}, proposed by pull request 1\n"
        assert (head, title) == ("harness/promote-production", f"Promote release {depot.line.second} to production")
        assert "-Answer kindly" in body
        assert "+Answer briefly" in body
        assert "All of the traffic at once." in body
        assert f"release: sha256:{depot.line.first}" in depot.served("production")
        assert f"release: sha256:{depot.line.second}" in depot.served("production", head)

    def test_made_twice_is_made_once(self, depot: Depot) -> None:
        """Not even another commit, by which approvals would be lost."""
        depot.harness("promote", "production", "--push", "origin", "--propose")
        head = depot.github.world.git.tip("refs/heads/harness/promote-production")

        told = depot.harness("promote", "production", "--push", "origin", "--propose")

        assert "proposed already by pull request 1" in told.out
        assert depot.github.world.git.tip("refs/heads/harness/promote-production") == head
        assert len(depot.requests) == 1

    def test_follows_what_is_promoted_before(self, depot: Depot) -> None:
        """The one pull request proposes the newest."""
        depot.harness("promote", "production", "--push", "origin", "--propose")
        depot.harness("promote", "staging", depot.line.third, "--push", "origin")

        depot.harness("promote", "production", "--push", "origin", "--propose")

        ((head, title, _),) = depot.requests
        assert title == f"Promote release {depot.line.third} to production"
        assert f"release: sha256:{depot.line.third}" in depot.served("production", head)

    def test_that_people_turned_down_is_not_made_again(self, depot: Depot) -> None:
        """They closed it, and would have to do so every hour."""
        depot.harness("promote", "production", "--push", "origin", "--propose")
        depot.github.close(1, "mia")

        told = depot.harness("promote", "production", "--push", "origin", "--propose")

        assert "left: pull request 1 proposed it, and was closed" in told.out

    def test_holds_nothing_that_somebody_slipped_in(self, depot: Depot, tmp_path: Path) -> None:
        """Whoever may push may push onto the bot's branch too, under the bot's name."""
        depot.harness("promote", "production", "--push", "origin", "--propose")
        other = depot.line.copy(tmp_path / "other")
        other.git("fetch", "-q", "origin")
        other.git("checkout", "-q", "-b", "mine", "origin/harness/promote-production")
        other.edit(PROMPT, "Answer ", "Answer rudely ")
        other.commit("slipped in")
        other.git("push", "-q", "origin", "mine:harness/promote-production")

        depot.harness("promote", "production", "--push", "origin", "--propose")

        changed = depot.github.world.git.git("diff", "--name-only", "main", "harness/promote-production")
        assert changed.split() == [".github/environments/production.yaml"]

    def test_of_a_rollback_says_why(self, depot: Depot) -> None:
        """And may be merged, by the rules that pull requests are held to."""
        depot.harness("promote", "production", "--push", "origin")

        told = depot.harness("rollback", "production", "--reason", "slow", "--push", "origin", "--propose")

        ((head, title, body),) = depot.requests
        assert told.out.endswith(f"{depot.line.second} is quarantined: slow\n")
        assert (title, body) == (
            f"Roll production back to release {depot.line.first}",
            f"{depot.line.second} is quarantined: slow",
        )
        depot.line.git("fetch", "-q", "origin", "main", head)
        tips = [depot.github.world.git.tip(f"refs/heads/{name}") for name in ("main", head)]
        may = depot.line.harness("status", "--against", tips[0], "--candidate", tips[1])
        assert may.out == f"production: {depot.line.second} -> {depot.line.first}, may be merged\n"


class TestAnEnvironmentThatTracksMain:
    @pytest.fixture
    def tracking(self, depot: Depot) -> Depot:
        """Return one whose staging follows main, which serves the third release."""
        depot.line.edit(".github/environments/staging.yaml", "target:", "track: main\ntarget:")
        depot.line.commit("the merge is the promotion")
        depot.line.git("push", "-q", "origin", "main")
        return depot

    def test_runs_what_main_serves_without_asking(self, tracking: Depot) -> None:
        """A commit like any other: what ran when, the soak and the way back stand in git."""
        told = tracking.harness("promote", "staging", "--push", "origin", "--propose")

        assert f"staging: {tracking.line.second} -> {tracking.line.third}, commit " in told.out
        assert f"release: sha256:{tracking.line.third}" in tracking.served("staging")
        assert tracking.requests == []

    def test_keeps_what_it_runs_where_nobody_judged_main(self, tracking: Depot) -> None:
        """A squash whose content differs has no verdict: it is gated again, and never guessed."""
        tracking.line.reword("quickly")
        tracking.line.git("push", "-q", "origin", "main")

        told = tracking.line.harness("promote", "staging", "--push", "origin", "--propose", environ=tracking.environ)

        assert (told.exit_code, "there is no verdict for release" in told.err) == (1, True)
        assert f"release: sha256:{tracking.line.second}" in tracking.served("staging")

    def test_does_not_run_again_what_was_taken_back(self, tracking: Depot) -> None:
        """Main serves it still, until somebody mends it."""
        tracking.harness("promote", "staging", "--push", "origin", "--propose")
        tracking.harness("rollback", "staging", "--push", "origin")

        told = tracking.line.harness("promote", "staging", "--push", "origin", "--propose", environ=tracking.environ)

        assert (told.exit_code, "is quarantined in staging" in told.err) == (1, True)

    def test_lets_the_next_one_soak(self, tracking: Depot) -> None:
        """What it ran since when, git says, as of any environment."""
        tracking.line.add("production", "soak: 9999d\n")
        tracking.line.git("push", "-q", "origin", "main")
        tracking.harness("promote", "staging", "--push", "origin", "--propose")

        told = tracking.line.harness("promote", "production", "--push", "origin", environ=tracking.environ)

        assert (told.exit_code, "in staging for" in told.err) == (1, True)

    def test_is_proposed_to_where_its_branch_takes_no_push(self, tracking: Depot) -> None:
        """A protected main, and a bot that may not pass."""
        hook = tracking.github.remote / "hooks/pre-receive"
        hook.parent.mkdir(exist_ok=True)
        hook.write_text('#!/bin/sh\n! grep -q "refs/heads/main$"\n')
        hook.chmod(0o755)

        told = tracking.harness("promote", "staging", "--push", "origin", "--propose")

        assert "proposed by pull request 1" in told.out

    def test_waits_for_no_other(self, tracking: Depot) -> None:
        """Which of the two it follows would be anybody's guess."""
        tracking.line.add("production", "track: main\n")

        told = tracking.line.harness("check")

        assert (told.exit_code, "`track` and `from` contradict each other" in told.told) == (2, True)
