"""Answers that vary, from the outside: what blocks, what does not, and what nobody is asked twice."""

import json
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.endpoint.launch import endpoint
from tests.scenarios.remote import KEY, asked, make
from tests.scenarios.scratch import Scratch, case
from tests.scenarios.varying import ASKS, check, content, forge, harm, reword, vary


@pytest.fixture(scope="session")
def proven(pristine: Scratch, tmp_path_factory: pytest.TempPathFactory) -> Scratch:
    """Return a repository whose gates may block; its selftest is taken for one of 150 gates, which takes longer."""
    copy = vary(pristine.copy(tmp_path_factory.mktemp("proven") / "repository"), cases=20)
    copy.harness("selftest", "--gates", "2", "--drops", "0")
    forge(copy, gates=150, blocked=0)
    return copy


@pytest.fixture
def trusted(proven: Scratch, tmp_path: Path) -> Scratch:
    """Return such a repository of one's own."""
    return proven.copy(tmp_path / "trusted")


class TestAChange:
    def test_that_harms_is_blocked_after_it_came_back(self, trusted: Scratch) -> None:
        """The sentence has the effect, its interval, the runs, the odds, and the rerun."""
        harm(trusted)

        result = trusted.gate()

        assert result.exit_code == 1
        assert result.verdict["weighing"] == "blocking"
        reason = check(result)["reason"]
        assert "a drop of 10.0 points explains this" in reason
        assert "and it came back in a fresh side-by-side rerun" in reason
        assert {flip["runs"].partition(" -> ")[2] for flip in result.verdict["flips"]} == {"0/1"}

    def test_that_harms_is_advised_against_until_a_selftest_is_in_base(self, scratch: Scratch) -> None:
        """Nobody knows yet how often this gate blocks innocent work."""
        harm(vary(scratch))

        result = scratch.gate()

        assert result.exit_code == 3
        assert result.verdict["weighing"] == "advisory, since there is no selftest of its gates in main"
        assert check(result)["reason"].startswith("would block: ")

    def test_that_harms_nothing_passes(self, trusted: Scratch) -> None:
        """Other words, other answers by chance, the same rate."""
        reword(trusted)

        result = trusted.gate()

        assert result.exit_code == 0, result.told
        assert "no change explains this" in check(result)["reason"]

    def test_that_harms_nothing_loses_no_case(self, trusted: Scratch) -> None:
        """A case that flickers is called flaky, not lost: noise is no regression, case by case neither."""
        reword(vary(trusted, cases=60, temperature=1))

        result = trusted.gate()

        assert check(result)["outcome"] == "passed"
        assert result.verdict["flaky"]
        assert result.verdict["flips"] == []

    def test_of_one_slice_is_blocked_by_its_guard(self, trusted: Scratch) -> None:
        """What one tag loses is not made good by the others."""
        tagged = [case(number, tags=["atlas"] if number % 10 == 0 else []) for number in range(100)]
        trusted.write_cases(tagged)
        trusted.edit("params.yaml", "at_least: 0.9", "at_least: 0.5\n    slices: [atlas]\n    slice_margin: 0.3")
        trusted.commit("a slice")
        harm(trusted, where="atlas")

        result = trusted.gate()

        assert check(result, tag="atlas")["reason"].startswith("would block: 100.0% -> 0.0%")

    def test_back_to_a_model_that_does_not_vary_is_weighed_too(self, trusted: Scratch) -> None:
        """One run of the exact side is all there is to know of it."""
        trusted.edit("params.yaml", "{temperature: 0.4}", "{temperature: 0}")

        result = trusted.gate()

        assert result.exit_code == 0, result.told
        assert check(result)["runs"] == 20 * 3 + 20

    def test_that_adds_easy_cases_cannot_hide_a_loss_among_them(self, trusted: Scratch) -> None:
        """The old cases are judged by themselves as well."""
        harm(trusted)
        easy = [{**case(100 + number), "expect": [{"max-words": 400}]} for number in range(300)]
        trusted.write_cases([*trusted.cases(), *easy])

        result = trusted.gate()

        assert result.exit_code == 1
        assert check(result)["n"] == 20

    def test_that_redefines_cases_is_for_people(self, trusted: Scratch) -> None:
        """A loss that shows in the old form alone."""
        harm(trusted)
        trusted.write_cases([{**one, "expect": one["expect"][:1]} for one in trusted.cases()])

        result = trusted.gate()

        assert result.exit_code == 3
        assert "cases were redefined: in the form that base knows" in check(result, "redefined")["reason"]

    def test_of_expectations_alone_asks_nobody_differently(self, trusted: Scratch) -> None:
        """Both trees ask the same, so that a difference between them would be none."""
        trusted.write_cases([{**one, "expect": one["expect"][:2]} for one in trusted.cases()])

        result = trusted.gate()

        assert result.exit_code == 0
        assert check(result)["reason"] == "both trees ask the same in 20 cases"
        assert result.calls == 20


class TestAnAbsoluteBound:
    def test_is_passed_well_above_it(self, trusted: Scratch) -> None:
        """Half a margin above."""
        trusted.edit("params.yaml", "at_least: 0.9", "at_least: 0.6")

        result = trusted.gate("--all", "--policy", "candidate")

        assert check(result, "absolute")["outcome"] == "passed"

    def test_is_missed_well_below_it(self, trusted: Scratch) -> None:
        """The candidate alone, asked again before it is blocked."""
        harm(trusted)

        result = trusted.gate("--all")

        found = check(result, "absolute")
        assert (found["outcome"], found["candidate"]) == ("blocked", 0.0)
        assert "and the bound is 90.0%; a mean of 85.0% explains this" in found["reason"]

    def test_nearby_is_inconclusive(self, trusted: Scratch) -> None:
        """Sixty cases do not tell 96 from 95 per cent."""
        trusted.edit("params.yaml", "margin: 0.10", "margin: 0.01")
        trusted.edit("params.yaml", "at_least: 0.9", "at_least: 0.96")

        result = trusted.gate("--all", "--policy", "candidate")

        assert check(result, "absolute")["outcome"] == "inconclusive"
        assert "times as many runs of each, would decide" in check(result, "absolute")["reason"]


class TestCriticalCases:
    def test_that_break_are_blocked(self, trusted: Scratch) -> None:
        """By failures that come back, and that base has not."""
        trusted.write_cases([{**one, "critical": True} for one in trusted.cases()])
        trusted.commit("all critical")
        harm(trusted)

        result = trusted.gate()

        assert check(result, "critical")["outcome"] == "blocked"

    def test_that_flicker_on_base_too_are_no_fault_of_a_harmless_change(self, trusted: Scratch) -> None:
        """At this temperature nearly every case fails now and then, on both trees."""
        vary(trusted, temperature=1)
        trusted.write_cases([{**one, "critical": True} for one in trusted.cases()])
        trusted.commit("all critical")
        trusted.harness("topup")
        reword(trusted)

        result = trusted.gate()

        assert len(result.verdict["flaky"]) > 10
        assert check(result, "critical")["outcome"] == "passed"

    def test_that_flicker_on_base_may_not_collapse(self, trusted: Scratch) -> None:
        """To fail one time in ten excuses nobody who fails each time."""
        vary(trusted, temperature=1)
        trusted.write_cases([{**one, "critical": True} for one in trusted.cases()])
        trusted.commit("all critical")
        trusted.harness("topup")
        harm(trusted, where="room 3 ")

        result = trusted.gate()

        assert "room-03" in {one["case"] for one in result.verdict["flaky"]}
        assert check(result, "critical")["reason"].startswith("would block: must pass and fails: room-03")


class TestCases:
    def test_that_ask_the_same_question_are_one(self, trusted: Scratch) -> None:
        """They share their answers: forty copies of an opinion are one."""
        trusted.write_cases([{**case(1), "id": f"copy-{number}"} for number in range(40)])
        trusted.commit("copies")
        reword(trusted)

        result = trusted.gate()

        assert (check(result)["outcome"], check(result)["n"]) == ("inconclusive", 1)
        assert "too few cases to weigh (those that ask the same are one)" in check(result)["reason"]

    def test_that_both_trees_ask_alike_differ_in_nothing(self, trusted: Scratch) -> None:
        """The margin is a share of all cases, wherever the change is felt."""
        kinder = "{% if 'room 3 ' in question %}Kindly. {% endif %}" + ASKS
        trusted.edit("prompts/desk.prompt.yml", ASKS, kinder)

        result = trusted.gate()

        assert result.exit_code == 0, result.told
        assert check(result)["n"] == 20

    def test_that_were_chosen_since_they_failed_tell_nothing(self, trusted: Scratch) -> None:
        """The same answers that chose them would judge them."""
        harm(trusted, where="atlas")
        trusted.gate()

        result = trusted.gate("--failed")

        assert result.exit_code == 3
        assert "cases chosen since they failed tell nothing" in check(result, "unjudged")["reason"]

    def test_that_become_critical_are_not_redefined_by_one_run(self, trusted: Scratch) -> None:
        """Their old form gets as many runs as their new one."""
        trusted.write_cases([{**one, "critical": True} for one in trusted.cases()])
        reword(trusted)

        assert check(trusted.gate(), "critical")["outcome"] == "passed"


class TestAPlan:
    def test_counts_the_first_wave_and_says_what_doubt_may_cost(self, trusted: Scratch) -> None:
        """Three runs of base and one of the candidate; then waves, and the rerun of both."""
        reword(trusted)

        lines = trusted.harness("plan").out.splitlines()

        assert lines[-2].startswith("calls 80, ")
        assert lines[-1].endswith("where that leaves a doubt, it buys up to 280 calls more, 14 a case")


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
        "moment", [pytest.param(one, marks=[pytest.mark.slow] if one >= 3 else []) for one in range(24)]
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


def age(scratch: Scratch, *, days: int) -> None:
    """Let the answers until now be so many days and a second old."""
    with closing(sqlite3.connect(scratch.root / ".harness/state.db", isolation_level=None)) as store:
        store.execute("UPDATE answers SET at = at - ? * 86400 - 1", (days,))


def stored(scratch: Scratch) -> int:
    """Return how many answers are in the store."""
    with closing(sqlite3.connect(scratch.root / ".harness/state.db")) as store:
        found: int = store.execute("SELECT count(*) FROM answers").fetchone()[0]
    return found


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


class TestAWaiver:
    WAIVER = "waivers:\n  - {{suite: regression, prompt: desk, case: room-03, owner: ana, why: a bug, until: {}}}\n"

    def waived(self, scratch: Scratch, until: str) -> None:
        """Break one critical case, and waive it in base."""
        scratch.write("params.yaml", scratch.read("params.yaml") + self.WAIVER.format(until))
        scratch.write_cases([{**one, "critical": True} for one in scratch.cases()])
        scratch.commit("a waiver")
        harm(scratch, where="room 3 ")

    def test_keeps_a_case_from_judging_and_says_so(self, scratch: Scratch) -> None:
        """By whom, until when, and why."""
        self.waived(scratch, "9999-12-31")

        result = scratch.gate()

        assert result.exit_code == 0, result.told
        notice = "`desk/room-03` of regression is waived by ana until 9999-12-31 (a bug): it judges nothing"
        assert notice in result.verdict["notices"]

    def test_ends(self, scratch: Scratch) -> None:
        """Then the case counts again, and the report says that too."""
        self.waived(scratch, "2026-01-01")

        result = scratch.gate()

        assert result.exit_code == 1
        assert "which is over: it counts again" in result.verdict["notices"][0]

    def test_of_no_case_is_a_fault_of_the_file(self, scratch: Scratch) -> None:
        """A typing error would waive nothing, and nobody would know."""
        scratch.write("params.yaml", scratch.read("params.yaml") + self.WAIVER.format("9999-12-31"))
        scratch.edit("params.yaml", "case: room-03", "case: room-3")

        result = scratch.harness("check")

        assert result.exit_code == 2
        assert "params.yaml:16: there is no case `room-3` of regression / desk to waive" in result.told

    def test_of_the_change_itself_does_not_count(self, scratch: Scratch) -> None:
        """Nobody waives a case that he breaks."""
        scratch.write("params.yaml", scratch.read("params.yaml") + self.WAIVER.format("9999-12-31"))
        harm(scratch)

        assert scratch.gate().exit_code == 1
