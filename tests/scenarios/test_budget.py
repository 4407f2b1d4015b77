"""The suite `budget`, through the command: what requests cost and take, from samples that others have asked for."""

from pathlib import Path
from typing import Any

import pytest

from tests.endpoint.launch import Endpoint
from tests.scenarios import remote
from tests.scenarios.budgeted import budget, wordy
from tests.scenarios.scratch import Result, Scratch, case
from tests.scenarios.varying import harm, reword, vary

COST = "metric: cost, at_most: 0.5"
INPUT = "metric: input-tokens"


@pytest.fixture
def scratch(pristine: Scratch, tmp_path: Path) -> Scratch:
    """Return a repository without a budget."""
    return pristine.copy(tmp_path / "repository")


def spent(result: Result) -> list[dict[str, Any]]:
    """Return the checks of what requests cost and take."""
    return [one for one in result.verdict["checks"] if one["suite"] == "budget"]


def figures(result: Result) -> dict[str, Any]:
    """Return the figures of the one prompt."""
    (found,) = result.verdict["spending"]
    return dict(found)


def pairs(result: Result) -> dict[str, str]:
    """Return the status of each pair, by suite."""
    return {one["suite"]: one["status"] for one in result.verdict["pairs"]}


class TestALongerPrompt:
    def test_is_blocked_with_the_part_that_grew(self, scratch: Scratch) -> None:
        """Every answer is as right as before, and each request takes an eighth more."""
        budget(scratch, INPUT, COST)
        wordy(scratch)

        found = scratch.gate()

        assert found.exit_code == 1
        assert [(one["gate"], one["outcome"]) for one in spent(found)] == [
            ("g0", "blocked"),
            ("g1", "passed"),
            ("g1", "passed"),
        ]
        assert pairs(found) == {"regression": "changed", "budget": "changed"}
        shown = figures(found)
        assert shown["sections"][0]["name"] == "message 1 (system)"
        parts = [sum(part[side] for part in shown["sections"]) for side in ("base", "candidate")]
        assert parts == pytest.approx([shown[side]["input_tokens"] for side in ("base", "candidate")], abs=0.2)
        assert shown["consistency"]["answers"] == shown["consistency"]["results"] == 1.0

    def test_is_judged_at_no_extra_call(self, scratch: Scratch, tmp_path: Path) -> None:
        """The samples are those of the regression suite: as many calls as without a budget."""
        without = scratch.copy(tmp_path / "without")
        budget(scratch, INPUT, COST)
        for one in (scratch, without):
            wordy(one)

        assert scratch.gate().calls == without.gate().calls == 40
        assert scratch.gate().calls == 0

    def test_is_billed_by_its_tokens(self, scratch: Scratch) -> None:
        """The figures follow from tokens, price and traffic, worked out here again."""
        budget(scratch, COST, reads="from: [regression], monthly_requests: {desk: 200000}, monthly_usd: 5, turns: 3")
        wordy(scratch)

        found = scratch.gate()

        shown = figures(found)
        for side in ("base", "candidate"):
            usage = shown[side]
            cost = usage["input_tokens"] * 0.15 + usage["output_tokens"] * 0.60
            assert usage["per_1000"] == pytest.approx(1000 * cost, abs=100)
        assert shown["monthly"] == shown["candidate"]["per_1000"] * 200
        assert shown["per_conversation"] == pytest.approx(shown["candidate"]["per_1000"] * 3 / 1000, abs=0.001)
        assert (shown["alert"], shown["monthly_limit"], shown["notional"]) == (80, 5_000_000, True)
        told = "a month of the judged prompts is projected to cost $4.86: that reaches 80 % of `monthly_usd` ($5.00)"
        assert told in found.verdict["notices"]

    def test_is_told_on_the_terminal_and_in_the_report(self, scratch: Scratch) -> None:
        """Cost, tokens, the section that grew, the projection and how far both agree."""
        budget(scratch, INPUT)
        wordy(scratch)

        told = scratch.harness("gate").out
        (report,) = scratch.root.glob(".harness/runs/*/report.md")

        for line in ("spending of desk: $0.0226 -> $0.0243 per 1,000 requests (notional: nobody is billed)",
                     "  grew most: message 1 (system), ",
                     "  a month of 200,000 requests $4.86 of $5.00, alert at 80 %",
                     "  base and candidate answer alike in 100.0%, pass alike in 100.0%"):  # fmt: skip
            assert f"\n{line}" in told
        assert "## What requests cost and take" in report.read_text()


class TestAPair:
    def test_that_did_not_change_is_skipped_with_its_proof(self, scratch: Scratch) -> None:
        """No gate, no figures, no call."""
        budget(scratch, COST)

        found = scratch.gate()

        assert (found.exit_code, found.calls, found.verdict["spending"]) == (0, 0, [])
        assert pairs(found) == {"regression": "unchanged", "budget": "unchanged"}
        assert "skip  budget / desk      unchanged" in scratch.harness("plan").out

    def test_changes_with_the_price_alone(self, scratch: Scratch) -> None:
        """No answer differs, and all of them are dearer: it costs no call that was made before."""
        budget(scratch, COST)
        scratch.gate("--all")
        scratch.edit("params.yaml", "input_per_million: 0.15", "input_per_million: 0.30")

        found = scratch.gate()

        assert (found.exit_code, found.calls) == (1, 0)
        assert pairs(found) == {"regression": "unchanged", "budget": "changed"}
        assert {one["suite"] for one in found.verdict["checks"]} == {"budget"}
        (plan,) = [line for line in scratch.harness("plan").out.splitlines() if line.startswith("judge")]
        assert plan.endswith("(20 cases): price")

    def test_gets_no_cheaper_by_its_own_word(self, scratch: Scratch) -> None:
        """A pull request cannot make the model it asks cheaper than base says it is."""
        budget(scratch, COST)
        scratch.edit("params.yaml", "input_per_million: 0.15", "input_per_million: 0.01")

        assert pairs(scratch.gate()) == {"regression": "unchanged", "budget": "unchanged"}

    def test_can_be_judged_alone(self, scratch: Scratch) -> None:
        """It asks what is missing of the suites that it reads, and lists and judges nothing else."""
        budget(scratch, INPUT)
        wordy(scratch)

        found = scratch.gate("--suite", "budget")

        assert (found.exit_code, found.calls, found.verdict["scope"]) == (1, 40, "partial")
        assert pairs(found) == {"budget": "changed"}
        assert found.verdict["failing"] == found.verdict["flips"] == []
        assert scratch.gate().calls == 0
        assert "budget" not in pairs(scratch.gate("--suite", "regression"))

    def test_of_a_renamed_prompt_grows_against_its_old_name(self, scratch: Scratch) -> None:
        """Judged as a commit, too, whose templates are rendered at arm's length."""
        budget(scratch, INPUT)
        wordy(scratch)
        scratch.edit("prompts/desk.prompt.yml", "name: Desk", "name: Desk\nrenamed-from: desk")
        scratch.move("prompts/desk.prompt.yml", "prompts/till.prompt.yml")
        scratch.move("evalsets/regression/desk.jsonl", "evalsets/regression/till.jsonl")
        scratch.edit("params.yaml", "{desk: 200000}", "{till: 200000}")
        scratch.git("switch", "-q", "-c", "change")
        scratch.commit("rename it")

        found = scratch.gate("--candidate", "change", "--against", "main")

        assert [(one["prompt"], one["outcome"]) for one in spent(found)] == [("till", "blocked")]
        shown = figures(found)
        assert shown["sections"][0]["name"] == "message 1 (system)"
        assert (shown["prompt"], shown["monthly_requests"]) == ("till", 200_000)

    def test_follows_the_other_filters(self, scratch: Scratch) -> None:
        """A case that is left out is not counted; a filter that selects nothing is an error."""
        budget(scratch, INPUT)
        wordy(scratch)

        assert figures(scratch.gate("--first", "3"))["candidate"]["requests"] == 3
        assert figures(scratch.gate("--suite", "budget", "--case", "room-01"))["candidate"]["requests"] == 1
        assert scratch.harness("gate", "--suite", "budget", "--prompt", "dask").exit_code == 2

    def test_without_a_gate_has_figures_alone(self, scratch: Scratch) -> None:
        """They judge nothing, and are listed as no pair."""
        budget(scratch)
        wordy(scratch)

        found = scratch.gate()

        assert (found.exit_code, list(pairs(found))) == (0, ["regression"])
        assert figures(found)["candidate"]["requests"] == 20
        assert scratch.harness("plan", "--suite", "budget").out == "calls 0, expected $0.00, at most $0.00\n"

    def test_is_not_there_without_the_suite(self, scratch: Scratch) -> None:
        """Base's policy judges: a pull request that adds a budget is not judged by it."""
        scratch.edit(
            "params.yaml", "gates:", "  budget: {from: [regression]}\ngates:\n  g: {suite: budget, metric: cost}"
        )
        wordy(scratch)

        assert scratch.gate().verdict["spending"] == []
        assert "there is no suite `budget`" in scratch.harness("gate", "--suite", "budget").err

    def test_judges_a_recording_alike(self, scratch: Scratch) -> None:
        """The same answers give the same verdict, to the digit."""
        budget(scratch, INPUT, COST)
        wordy(scratch)
        live = scratch.gate()
        assert scratch.harness("record", "answers.jsonl").exit_code == 0
        (scratch.root / ".harness/state.db").unlink()

        replayed = scratch.gate("--replay", "answers.jsonl")

        assert {**replayed.verdict, "run": None} == {**live.verdict, "run": None}
        assert replayed.calls == 0


class TestABound:
    @pytest.mark.parametrize(("bound", "code"), [("0.02", 1), ("0.03", 0)])
    def test_is_judged_on_everything(self, scratch: Scratch, bound: str, code: int) -> None:
        """With `--all`, whatever base costs: the present $0.0226 per 1,000."""
        budget(scratch, f"metric: cost, at_most: {bound}")

        found = scratch.gate("--all")

        assert found.exit_code == code
        assert pairs(found) == {"regression": "all", "budget": "all"}

    def test_that_base_exceeds_too_is_told_and_blocks_nothing(self, scratch: Scratch) -> None:
        """Who changes a word is not to blame for what was dear before."""
        budget(scratch, "metric: cost, at_most: 0.02")
        scratch.edit("prompts/desk.prompt.yml", "at most 40 words", "at most 41 words")

        found = scratch.gate()

        assert found.exit_code == 0
        assert spent(found)[1]["reason"].endswith("is above the bound of $0.0200, and so is base with $0.0226")

    def test_judges_a_new_prompt(self, scratch: Scratch) -> None:
        """It has no base to grow against."""
        budget(scratch, "metric: cost, at_most: 0.02", "metric: latency-p95")
        scratch.write("prompts/till.prompt.yml", scratch.read("prompts/desk.prompt.yml"))
        scratch.write_cases([case(number) for number in range(4)], "till")

        found = scratch.gate()

        assert found.exit_code == 1
        (check,) = spent(found)
        assert (check["prompt"], check["outcome"], check["base"]) == ("till", "blocked", None)
        assert figures(found)["base"] is None
        assert any("gate `g1` judges nothing" in notice for notice in found.verdict["notices"])


class TestAnswersThatVary:
    def test_are_compared_case_by_case(self, scratch: Scratch) -> None:
        """What a prompt sends does not vary, and blocks; what an answer takes is weighed."""
        vary(scratch)
        budget(scratch, INPUT + ", margin: 0.01", "metric: output-tokens, margin: 0.9")
        reword(scratch)

        found = scratch.gate()

        sent, made = spent(found)
        assert (sent["gate"], sent["outcome"], sent["low"]) == ("g0", "blocked", None)
        assert (made["gate"], made["outcome"]) == ("g1", "passed")
        assert made["low"] < made["candidate"] / made["base"] - 1 + 0.2
        assert made["low"] < made["high"]
        consistency = figures(found)["consistency"]
        assert 0 < consistency["answers"] < 1
        assert 0 < consistency["results"] <= 1

    def test_are_asked_no_more_than_first_for_the_budget_alone(self, scratch: Scratch) -> None:
        """Base three times and the candidate once; the waves that quality needs are asked by its own gate."""
        vary(scratch)
        scratch.edit("params.yaml", "margin: 0.10", "margin: 0.04")
        budget(scratch, INPUT)
        reword(scratch)

        assert scratch.gate("--suite", "budget").calls == 40 * (3 + 1)
        assert scratch.gate().calls > 0

    def test_block_nothing_that_was_chosen(self, scratch: Scratch) -> None:
        """Cases that failed are no sample of what others take."""
        vary(scratch)
        budget(scratch, "metric: output-tokens")
        harm(scratch)
        scratch.gate()

        assert "budget" not in pairs(scratch.gate("--failed"))


class TestLatency:
    def test_is_judged_when_both_trees_were_asked_side_by_side(self, trusted: Scratch) -> None:
        """A suspected drop asks both anew, and their seconds can be compared then; these took none."""
        budget(trusted, "metric: latency-p95")
        harm(trusted)

        found = trusted.gate()

        assert [(one["gate"], one["outcome"], one["n"] >= 20) for one in spent(found)] == [("g0", "passed", True)] * 2
        assert figures(found)["fresh"]

    def test_is_for_information_otherwise(self, scratch: Scratch) -> None:
        """An answer of last week says nothing of today's speed: a notice, and no check."""
        budget(scratch, "metric: latency-p95")
        wordy(scratch)

        found = scratch.gate()

        assert (found.exit_code, spent(found), figures(found)["fresh"]) == (0, [], False)
        assert any("both trees were not asked side by side" in notice for notice in found.verdict["notices"])


class TestAPinWithoutAPrice:
    def test_costs_what_nobody_knows(self, scratch: Scratch, server: Endpoint) -> None:
        """Unknown is never zero: a gate of the cost is inconclusive, and the figures say so."""
        remote.make(scratch, server.url(), cases=12)
        scratch.edit("params.yaml", "    price: {input_per_million: 1, output_per_million: 2}\n", "")
        scratch.edit("params.yaml", "regression: {}", "regression: {}, budget: {from: [regression]}")
        scratch.edit("params.yaml", "gates: {", "gates: {dear: {suite: budget, metric: cost}, ")
        scratch.commit("no price")
        scratch.edit("prompts/desk.prompt.yml", "at nine", "at nine sharp")

        found = remote.asked(scratch, "gate", "--json")

        (check,) = spent(found)
        assert check["outcome"] == "inconclusive"
        assert check["reason"] == "what it costs is unknown: say the `price` of the pin in params.yaml"
        assert figures(found)["candidate"]["per_1000"] is None
        assert figures(found)["candidate"]["p95"] > 0
        assert "cost unknown: no price" in remote.asked(scratch, "gate").out


class TestChecking:
    @pytest.mark.parametrize(
        ("gate", "reads", "told"),
        [
            pytest.param(
                f"prompt: dask, {INPUT}",
                "from: [regression]",
                "params.yaml:12: gate `g0` has nothing to judge: no cases of `dask`; did you mean `desk`?",
                id="a gate of a prompt without samples",
            ),
            pytest.param(
                INPUT,
                "from: [regression], monthly_requests: {dask: 5}",
                "params.yaml:10: `monthly_requests` has nothing to project: no cases of `dask`; did you mean `desk`?",
                id="traffic of a prompt without samples",
            ),
        ],
    )
    def test_finds_what_has_no_samples(self, scratch: Scratch, gate: str, reads: str, told: str) -> None:
        """With its line, before anything is asked."""
        budget(scratch, gate, reads=reads)

        found = scratch.harness("check")

        assert found.exit_code == 2
        assert told in found.err

    def test_finds_cases_that_nobody_reads(self, scratch: Scratch) -> None:
        """The budget has none of its own."""
        budget(scratch, INPUT)
        scratch.write("evalsets/budget/desk.jsonl", scratch.read("evalsets/regression/desk.jsonl"))

        told = scratch.harness("check").err

        assert "error: evalsets/budget/desk.jsonl: the suite `budget` has no cases of its own" in told

    def test_accepts_its_gates(self, scratch: Scratch) -> None:
        """Their metric is measured by every sample."""
        budget(scratch, INPUT, COST)

        assert scratch.harness("check").out == "1 prompt, 20 cases and 3 gates are well formed\n"
