"""Answers that vary, from the outside: what blocks, and what does not."""

from tests.scenarios.scratch import Scratch, case
from tests.scenarios.varying import ASKS, check, harm, reword, vary


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
        assert lines[-1].endswith("where that leaves a doubt, it buys up to 280 runs more, 14 a case")
