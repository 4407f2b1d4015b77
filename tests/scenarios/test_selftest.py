"""The selftest, and the proof that it is: what lets a gate block that weighs answers which vary."""

import json
import signal
import subprocess
import sys
import time

import pytest

from tests.endpoint.launch import endpoint
from tests.scenarios.remote import KEY, asked, make
from tests.scenarios.scratch import Scratch
from tests.scenarios.varying import forge, harm, stored, vary


class TestTheProof:
    def test_counts_only_from_base(self, trusted: Scratch) -> None:
        """A change cannot bring the permission to block, nor take it away."""
        trusted.git("rm", "-q", ".harness/metrics/selftest.json")
        harm(trusted)

        assert trusted.gate().exit_code == 1

    def test_of_other_gates_does_not_count(self, trusted: Scratch) -> None:
        """Whoever narrows a margin has to prove it again."""
        trusted.edit("params.yaml", "margin: 0.10", "margin: 0.08")
        trusted.commit("a narrower margin")
        harm(trusted)

        result = trusted.gate()

        assert (
            result.verdict["weighing"]
            == "advisory, since the selftest in main is not of these gates, this model and its parameters"
        )

    @pytest.mark.parametrize(
        ("changes", "why"),
        [
            ({"gates": 148}, "the selftest shows at most 2.00% of harmless changes blocked (0 of 148)"),
            ({"blocked": 1}, "the selftest shows at most 3.12% of harmless changes blocked (1 of 150)"),
            ({"gates": 0}, "the selftest shows at most 100.00% of harmless changes blocked (0 of 0)"),
            ({"blocked": 151}, "the numbers of the selftest do not add up in main"),
            ({"gates": -3}, "the selftest cannot be read in main"),
            ({"gates": 10**400}, "the selftest cannot be read in main"),
            ({"gates": "many"}, "the selftest cannot be read in main"),
            ({"more": 1}, "the selftest cannot be read in main"),
        ],
    )
    def test_that_shows_too_little_does_not_count(self, trusted: Scratch, changes: dict[str, object], why: str) -> None:
        """The bound at 95 % confidence has to be 2 %."""
        forge(trusted, **changes)
        harm(trusted)

        result = trusted.gate()

        assert result.exit_code == 3
        assert result.verdict["weighing"].startswith(f"advisory, since {why}")


class TestASelftest:
    @pytest.mark.slow
    @pytest.mark.timeout(600)
    def test_blocks_what_changes_nothing_as_seldom_as_promised(self, scratch: Scratch) -> None:
        """And finds the drop that is planted; what costs nothing is not kept, or it would fill the disk."""
        vary(scratch)

        result = scratch.harness("selftest", "--gates", "150", "--drops", "20", "--drop", "30")

        found = json.loads(scratch.read(".harness/metrics/selftest.json"))
        assert result.exit_code == 0, result.told
        assert (found["gates"], found["blocked"]) == (150, 0)
        assert found["inconclusive"] <= 15
        assert (found["planted"], found["drop"]) == (20, 0.3)
        assert found["found"] >= 19
        assert stored(scratch) == 0

    def test_pays_for_each_answer_once(self, scratch: Scratch) -> None:
        """A second one finds the answers of the first."""
        with endpoint() as server:
            make(scratch, server.url("flickers"), 12)
            first = asked(scratch, "selftest", "--gates", "2", "--drops", "1")
            answered = server.counts().answered

            again = asked(scratch, "selftest", "--gates", "2", "--drops", "1")

            assert again.out.splitlines()[:3] == first.out.splitlines()[:3]
            assert server.counts().answered == answered

    def test_that_is_interrupted_says_what_it_measured_so_far(self, scratch: Scratch) -> None:
        """An hour of gates is not thrown away; what is no whole proof is not written."""
        signal.signal(signal.SIGINT, signal.default_int_handler)  # else tests in the background have it ignored
        with endpoint() as server:
            make(scratch, server.url("flickers"), 3)
            command = [sys.executable, "-m", "harness", "selftest", "--gates", "200", "--drops", "0"]
            environ = {**scratch.environ(), "STUB_KEY": KEY}
            running = subprocess.Popen(command, cwd=scratch.root, env=environ, stdout=subprocess.PIPE, text=True)
            while server.counts().answered < 300:
                time.sleep(0.02)

            running.send_signal(signal.SIGINT)
            out, _ = running.communicate(timeout=20)

        first, bound, _calls, last = out.splitlines()
        assert running.returncode == 3
        done = int(first.partition(" ")[0])
        assert first.startswith(f"{done} gates of a change that changes nothing: ")
        assert bound.startswith("false blocks: ")
        assert last == (
            f"interrupted: {done} of 200 gates came to their end, and nothing is recorded; answers that cost are kept"
        )
        assert not (scratch.root / ".harness/metrics").exists()

    def test_that_the_budget_cannot_bear_asks_nobody(self, scratch: Scratch) -> None:
        """Three gates of twelve cases, each asked ten times of base and once here: 396 calls before any doubt."""
        with endpoint() as server:
            make(scratch, server.url("flickers"), 12, more="budget: {run: 0.001}\n")

            result = asked(scratch, "selftest", "--gates", "2", "--drops", "1")

            assert result.exit_code == 3
            assert result.err.startswith("error: stopped before any call: 396 calls expected to cost $0.")
            assert "and `budget.run` is $0.001" in result.err
            assert server.counts().answered == 0
            assert not (scratch.root / ".harness/metrics").exists()

    def test_that_costs_nothing_needs_no_budget(self, scratch: Scratch) -> None:
        """The embedded reader's price is what another would ask."""
        scratch.write("params.yaml", scratch.read("params.yaml") + "budget: {run: 0.000001}\n")
        vary(scratch, cases=12)

        assert scratch.harness("selftest", "--gates", "1", "--drops", "0").exit_code in {0, 3}
        assert (scratch.root / ".harness/metrics").exists()

    def test_of_answers_that_never_vary_is_refused(self, scratch: Scratch) -> None:
        """There is no chance that could be measured."""
        result = scratch.harness("selftest")

        assert result.exit_code == 2
        assert "no pair has answers that vary" in result.err

    def test_of_a_part_is_not_recorded(self, scratch: Scratch) -> None:
        """It would stand for the whole."""
        vary(scratch)

        result = scratch.harness("selftest", "--gates", "1", "--drops", "0", "--first", "12")

        assert "not recorded: a selftest with filters proves nothing of the whole" in result.out
        assert not (scratch.root / ".harness/metrics").exists()
