"""Answers that are there already: how many of base are used and for how long, and that nobody is asked twice."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.endpoint.launch import endpoint
from tests.scenarios.remote import KEY, asked, make
from tests.scenarios.scratch import Scratch
from tests.scenarios.varying import age, check, content, harm, reword, stored, vary

FAST = (1, 3)
"""Moments in the first wave and in the fresh rerun, which are shown each time; `make nightly` shows them all."""


class TestBase:
    def test_is_asked_three_times_where_nobody_has(self, trusted: Scratch) -> None:
        """Once says nothing about how much a case flickers."""
        reword(trusted)

        assert trusted.gate("--case", "room-01").calls == 3 + 1

    def test_that_is_shallow_is_named_where_it_leaves_a_doubt(self, trusted: Scratch) -> None:
        """Whoever reads it learns what would decide."""
        trusted.edit("params.yaml", "margin: 0.10", "margin: 0.01")
        trusted.commit("a narrow margin")
        reword(trusted)

        result = trusted.gate()

        assert result.exit_code == 3
        assert "times as many runs of each, would decide" in check(result)["reason"]
        hint = "base has 3 runs of each case of regression / desk; ten tell more: `harness topup` on base"
        assert hint in result.verdict["notices"]

    def test_that_was_topped_up_is_not_asked_at_all(self, trusted: Scratch) -> None:
        """Ten answers of each case wait for the pull requests."""
        told = trusted.harness("topup")
        reword(trusted)

        result = trusted.gate()

        assert "200 calls" in told.out
        assert result.calls == check(result)["runs"] - 200

    def test_is_asked_anew_after_a_week(self, trusted: Scratch) -> None:
        """A provider may have moved under an old answer."""
        trusted.harness("topup", "--runs", "3")
        age(trusted, days=7)
        reword(trusted)

        assert trusted.gate("--case", "room-01").calls == 3 + 1

    def test_is_asked_anew_when_another_version_of_the_model_answers(self, scratch: Scratch) -> None:
        """By the fingerprint that comes with each answer."""
        with endpoint() as server:
            make(scratch, server.url("changed-fingerprint"), 40, concurrency=1)
            scratch.commit("ask a model")
            asked(scratch, "topup", "--runs", "3")
            age(scratch, days=1)
            scratch.edit("prompts/desk.prompt.yml", "at nine", "at nine.")

            result = asked(scratch, "gate", "--json")

            assert result.exit_code == 0, result.told
            assert result.calls == check(result)["runs"] - 120 + 9
            assert content(asked(scratch, "gate", "--json")) == content(result)


class TestTheSameGateAgain:
    @pytest.mark.parametrize("change", [harm, reword])
    def test_asks_nobody_and_says_the_same(self, trusted: Scratch, change: Callable[[Scratch], None]) -> None:
        """Nobody gets another throw of the dice."""
        change(trusted)
        first = trusted.gate()

        again = trusted.gate()

        assert again.calls == 0
        assert content(again) == content(first)

    @pytest.mark.parametrize("change", [harm, reword])
    def test_is_judged_by_anybody_from_a_recording(
        self, trusted: Scratch, tmp_path: Path, change: Callable[[Scratch], None]
    ) -> None:
        """With the fresh rerun, and without a store."""
        change(trusted)
        first = trusted.gate()
        elsewhere = trusted.copy(tmp_path / "elsewhere")
        (elsewhere.root / ".harness/state.db").unlink()

        told = trusted.harness("record", str(tmp_path / "answers.jsonl"))
        again = elsewhere.gate("--replay", str(tmp_path / "answers.jsonl"))

        assert told.exit_code == 0, told.told
        assert content(again) == content(first)

    @pytest.mark.parametrize(
        "moment", [pytest.param(one, marks=[] if one in FAST else [pytest.mark.slow]) for one in range(24)]
    )
    @pytest.mark.timeout(120)
    def test_goes_on_after_it_was_killed(self, scratch: Scratch, moment: int) -> None:
        """The same verdict to the byte as without, and none but those in flight are asked twice."""
        with endpoint(latency=0.005) as server:
            make(scratch, server.url("flickers"), 60)
            scratch.edit("params.yaml", "at_least: 0.9", "margin: 0.1")
            scratch.commit("ask a model")
            scratch.edit("prompts/desk.prompt.yml", "SAY room", "SAY nothing")
            command = [sys.executable, "-m", "harness", "gate"]
            running = subprocess.Popen(
                command, cwd=scratch.root, env={**scratch.environ(), "STUB_KEY": KEY}, stderr=subprocess.DEVNULL
            )
            while running.poll() is None and server.counts().answered < moment * 97 % 360:
                time.sleep(0.002)

            running.send_signal(signal.SIGKILL)
            running.wait()
            first = asked(scratch, "gate", "--json")
            answered = server.counts().answered
            again = asked(scratch, "gate", "--json")

            assert content(again) == content(first)
            assert server.counts().answered == answered
            assert 60 * 4 + 60 * 2 <= answered <= stored(scratch) + 8

    @pytest.mark.parametrize("share", [0.0, 0.5])
    def test_comes_to_the_verdict_of_one_that_was_never_killed(
        self, scratch: Scratch, tmp_path: Path, share: float
    ) -> None:
        """In the first wave and in the fresh rerun: what was asked before the kill is no other throw of the dice."""
        harm(vary(scratch, cases=100, temperature=0.5))
        whole = scratch.copy(tmp_path / "whole").gate()
        running = subprocess.Popen(
            [sys.executable, "-m", "harness", "gate"],
            cwd=scratch.root,
            env=scratch.environ(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        while running.poll() is None and stored(scratch) <= share * whole.calls:
            time.sleep(0.002)

        running.send_signal(signal.SIGKILL)
        running.wait()
        again = scratch.gate()

        assert content(again) == content(whole)
        assert again.calls < whole.calls
