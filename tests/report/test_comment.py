"""The first screen of a comment: what it says, and in which order."""

from dataclasses import replace

import pytest

from harness.core.tree import Tree
from harness.core.verdict import Flip, Outcome, Rule, Verdict
from harness.report.comment import as_comment
from tests.report.hostile import FULL
from tests.report.posting import MARK, POSTED, VARYING, rows


def quiet(verdict: Verdict = FULL) -> Verdict:
    """Return a verdict of a change that nothing has to judge."""
    return replace(
        verdict, outcome=Outcome.PASSED, checks=(), flips=(), failing=(), notices=(), advisory=False, weighing=""
    )


class TestTheFirstScreen:
    def test_begins_with_the_mark_and_the_verdict(self) -> None:
        """Who opens the page knows the outcome from its first line, and not by colour alone."""
        lines = as_comment(FULL, POSTED).splitlines()

        assert lines[0] == MARK.as_line()
        assert lines[2] == "## ⛔ Blocked: 1 of 4 checks"
        assert lines[4].startswith("`working tree@1111111 with uncommitted changes` against `main@9f8e7d6` · policy")

    @pytest.mark.parametrize(
        ("outcome", "words"),
        [("passed", "✅ Passed"), ("inconclusive", "⚠️ Inconclusive"), ("unavailable", "⚠️ Unavailable")],
    )
    def test_says_each_outcome_in_a_sign_and_a_word(self, outcome: str, words: str) -> None:
        """A screen reader, a mail and a colour-blind reader get the same."""
        assert f"## {words}" in as_comment(replace(FULL, outcome=Outcome(outcome)), POSTED)

    def test_of_nothing_to_judge_is_short(self) -> None:
        """The most frequent outcome takes no reading."""
        comment = as_comment(quiet(), POSTED)

        assert "## ✅ Passed: nothing to judge in 3 pairs" in comment
        assert "What broke" not in comment
        assert "WARNING" not in comment.replace("[!WARNING]\n> - `a model changed`", "")

    def test_shows_a_gate_with_its_difference_interval_limit_odds_and_runs(self) -> None:
        """Never a bare mean: the effect, how well it is known, and what decided."""
        found = rows(as_comment(replace(FULL, checks=(VARYING,)), POSTED), "| | Check")

        assert found[2] == [
            "**⛔\u00a0blocked**", "`answers`", "81.3%", "75.2%",
            "**\u22126.1\u00a0pp**<br>[\u22128.6,\u00a0\u22123.6]",
            ">\u00a0\u22125.0\u00a0pp", "odds 446\u00a0:\u00a01 for a drop<br>412 runs of 40 cases",
        ]  # fmt: skip

    def test_shows_a_bound_beside_what_it_bounds(self) -> None:
        """A gate of the candidate alone has no base to stand against."""
        found = rows(as_comment(replace(FULL, checks=(FULL.checks[3],)), POSTED), "| | Check")

        assert found[2][2:] == ["–", "88.1%", "+3.1\u00a0pp<br>from the limit", "≥\u00a085.0%", "bound on 612 cases"]  # noqa: RUF001

    @pytest.mark.parametrize(
        ("numbers", "cells"),
        [
            (
                {"metric": "cost", "base": 0.10, "candidate": 0.12, "margin": 0.1, "low": 0.15, "high": 0.25},
                ["$0.100", "$0.120", "**+20.0%**<br>[+15.0,\u00a0+25.0]", "<\u00a0+10.0%", "growth on 265 cases"],
            ),
            (
                {"metric": "latency-p95", "candidate": 2.5, "at_most": 2.0, "low": 2.2, "high": 2.8},
                ["–", "2.50\u00a0s", "**+0.50\u00a0s**<br>from the limit", "≤\u00a02.00\u00a0s",  # noqa: RUF001
                 "bound on 265 calls<br>[2.20\u00a0s, 2.80\u00a0s]"],
            ),
        ],
    )  # fmt: skip
    def test_shows_spending_in_its_own_unit(self, numbers: dict[str, float], cells: list[str]) -> None:
        """Money is no share."""
        spending = replace(VARYING, rule=Rule.SPENDING, ratio=None, n=265, base=None, margin=None, low=None, high=None)

        found = rows(as_comment(replace(FULL, checks=(replace(spending, **numbers),)), POSTED), "| | Check")  # type: ignore[arg-type] # numbers of one check

        assert found[2][2:] == cells

    def test_names_a_slice_below_its_gate(self) -> None:
        """Six slices of a gate are one block to the eye."""
        sliced = replace(VARYING, slice="german")

        found = rows(as_comment(replace(FULL, checks=(VARYING, sliced, sliced)), POSTED), "| | Check")

        assert [row[1] for row in found[2:]] == ["`answers`", "↳\u00a0`german`", "↳\u00a0`german`"]

    def test_says_why_numbers_decide_nothing(self) -> None:
        """Inconclusive without a reason is a riddle."""
        doubt = replace(VARYING, outcome=Outcome.INCONCLUSIVE, reason="81.3% -> 75.2%; too few cases to weigh")
        advice = replace(doubt, reason="would block: 81.3% -> 75.2%")

        found = rows(as_comment(replace(FULL, checks=(doubt, advice)), POSTED), "| | Check")

        assert found[2][-1].endswith("<br>`too few cases to weigh`")
        assert found[3][-1].endswith("<br>would block: advisory only")

    def test_shows_ten_cases_critical_ones_and_every_pair_first(self) -> None:
        """Forty lost attacks must not hide the one customer who gets no answer."""
        lost = [Flip(f"a-{number}", "injection", "p", "lost", "x", critical=True) for number in range(40)]
        lost += [Flip("b-1", "regression", "p", "lost", "y", critical=True), Flip("c-1", "other", "p", "lost", "z")]

        comment = as_comment(replace(FULL, flips=tuple(lost), failing=()), POSTED)

        found = rows(comment, "### What broke")
        assert "### What broke: 42 cases lost, 0 gained" in comment
        assert [row[0].split("`")[1] for row in found[2:]] == ["a-0", "b-1", *(f"a-{number}" for number in range(1, 9))]
        assert "Not shown: 32 more lost." in comment

    def test_shows_the_runs_of_a_case_that_varies(self) -> None:
        """Three of three against none of three is another thing than one of one."""
        flip = replace(FULL.flips[0], runs="3/3 -> 0/3")

        assert "| 3/3\u00a0→\u00a0**0/3** |" in as_comment(replace(FULL, flips=(flip,)), POSTED)

    def test_blames_no_change_for_what_base_fails_too(self) -> None:
        """Eighty known failures would bury the new one."""
        known = replace(FULL.failing[1], critical=False)

        comment = as_comment(replace(FULL, failing=(known, known), flips=()), POSTED)

        assert "Not shown: 2 cases that fail on base, too." in comment
        assert "known-001" not in comment

    def test_says_what_changed_once_for_all_suites(self) -> None:
        """One edit shows in every suite of its prompt."""
        pair = replace(FULL.pairs[0], added=0, removed=0, edited=0, pin="", why=("messages",))

        comment = as_comment(replace(FULL, pairs=(pair, replace(pair, suite="bias"))), POSTED)

        assert "- `support-answer` in `regression`, `bias`: `messages`\n" in comment

    def test_warns_of_a_verdict_about_another_commit(self) -> None:
        """A head that moved has not been judged."""
        other = replace(FULL, candidate=Tree("change", "e" * 40))

        assert "> - This verdict is of `eeeeeee`; the head is `1111111`." in as_comment(other, POSTED)
        assert "This verdict is of" not in as_comment(FULL, POSTED)

    def test_says_in_plain_words_that_the_policy_was_changed(self) -> None:
        """The most important notice is no quotation."""
        assert "> - The policy is changed: judged by base's; the new one counts once merged.\n" in as_comment(
            FULL, POSTED
        )
