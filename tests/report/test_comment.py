"""The comment of a pull request: what it says first, how long it can get, and that it is always the same."""

import hashlib
import os
import re
import subprocess
import sys
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.errors import Origin
from harness.core.forge import Conclusion, Level, Posting
from harness.core.verdict import Check, Flip, Outcome, Rule, Tree, Verdict
from harness.report.check_run import LIMIT, as_check, running_check, unavailable_check
from harness.report.comment import LIMIT as COMMENT
from harness.report.comment import as_comment, as_running, as_unavailable
from harness.report.labels import LABELS, labels
from harness.report.marker import RUNNING, STATES, Mark, read
from harness.report.parts import Part, fit
from harness.report.quoting import link
from tests.report.hostile import ATTACKS, FULL, planted
from tests.report.pages import Page

HEAD = "1" * 40
POSTED = Posting(42, HEAD, 1873, 2, "c" * 40, {"report": "https://example.com/r", "run": "https://example.com/w"})
MARK = Mark(42, HEAD, 1873, 2, "blocked")
VARYING = Check(
    Outcome.BLOCKED, Rule.PAIRED, "regression", "support-answer", "a sentence", gate="answers", base=0.813,
    candidate=0.752, n=40, margin=0.05, runs=412, low=-0.086, high=-0.036, ratio=6.1,
)  # fmt: skip


def quiet(verdict: Verdict = FULL) -> Verdict:
    """Return a verdict of a change that nothing has to judge."""
    return replace(
        verdict, outcome=Outcome.PASSED, checks=(), flips=(), failing=(), notices=(), advisory=False, weighing=""
    )


def many(number: int) -> Verdict:
    """Return a verdict with so many lost cases, each with a long answer and tags of its own."""
    flips = [
        replace(
            FULL.flips[0],
            case=f"case-{place:05}",
            tags=(f"tag-{place}", "all"),
            candidate_answer="no word of it " * 200,
        )
        for place in range(number)
    ]
    return replace(FULL, flips=tuple(flips))


def rows(comment: str, head: str) -> list[list[str]]:
    """Return the cells of the first table below a heading or a word."""
    below = comment[comment.index(head) :]
    found = re.search(r"(?:^\|.*\n)+", below, re.MULTILINE)
    assert found
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in found[0].splitlines()]


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

        assert found[2][2:] == ["–", "88.1%", "+3.1\u00a0pp<br>of the limit", "≥\u00a085.0%", "bound on 612 cases"]  # noqa: RUF001

    @pytest.mark.parametrize(
        ("numbers", "cells"),
        [
            (
                {"metric": "cost", "base": 0.10, "candidate": 0.12, "margin": 0.1, "low": 0.15, "high": 0.25},
                ["$0.100", "$0.120", "**+20.0%**<br>[+15.0,\u00a0+25.0]", "<\u00a0+10.0%", "growth on 265 cases"],
            ),
            (
                {"metric": "latency-p95", "candidate": 2.5, "at_most": 2.0, "low": 2.2, "high": 2.8},
                ["–", "2.50\u00a0s", "**+0.50\u00a0s**<br>of the limit", "≤\u00a02.00\u00a0s",  # noqa: RUF001
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


class TestTheFoldedPart:
    def test_tells_how_to_reproduce_it_by_commits_alone(self) -> None:
        """Nothing that a contributor named stands in a command to copy."""
        comment = as_comment(planted("$(rm -rf ~)"), POSTED)

        command = comment[comment.index("git fetch") : comment.index("Then `harness diff CASE`")]
        assert f"harness gate --candidate {'1' * 40} \\\n  --against 9f8e7d6{'0' * 33}\n" in command
        assert "rm" not in command

    def test_tells_the_number_that_would_pass(self) -> None:
        """A blocked author wants to know how far it is."""
        comment = as_comment(FULL, POSTED)

        assert "- `answers` of `regression / support-answer`: bring it to more than 89.6%, now 88.1%" in comment
        assert "run it again once the model answers" in comment

    def test_shows_both_answers_line_by_line(self) -> None:
        """What both say alike is no difference."""
        flip = replace(
            FULL.flips[0], base_answer="Dear customer,\n30 days.", candidate_answer="Dear customer,\n60 days."
        )

        comment = as_comment(replace(FULL, flips=(flip,)), POSTED)

        assert "```diff\n--- base\n+++ candidate\n  Dear customer,\n- 30 days.\n+ 60 days.\n```" in comment

    def test_draws_attacks_in_our_own_words(self) -> None:
        """A chart is a program; nothing that somebody else wrote is in it."""
        chart = re.search("```mermaid\n(.*?)```", as_comment(planted('x"] click'), POSTED), re.DOTALL)

        assert chart
        assert re.fullmatch(r'[a-z0-9 "\[\],->\n]+', chart[1], re.IGNORECASE)
        assert '    x-axis ["obeys", "unsafe output"]\n' in chart[1]
        assert "    bar [1, 1]\n" in chart[1]

    def test_marks_tags_with_bars(self) -> None:
        """Seen in a mail as well as on the page."""
        lost = [
            replace(FULL.flips[0], case=f"c-{number}", tags=("all", *["few"] * (number < 2))) for number in range(10)
        ]

        found = rows(as_comment(replace(FULL, flips=tuple(lost)), POSTED), "<b>Flips by tag")

        assert found[2][:4] == ["`all`", "10", "0", "██████████"]
        assert found[3][:4] == ["`few`", "2", "0", "██░░░░░░░░"]


class TestItsLength:
    @pytest.mark.parametrize("number", [10, 5_000])
    def test_stays_below_the_limit_in_less_than_a_second(self, number: int) -> None:
        """Five thousand lost cases are a page like any other."""
        verdict = many(number)
        begin = time.perf_counter()

        comment, check = as_comment(verdict, POSTED), as_check(verdict, POSTED)

        assert time.perf_counter() - begin < 1
        assert len(comment) <= COMMENT
        assert len(check.summary) <= LIMIT
        assert len(check.text) <= LIMIT

    @pytest.mark.parametrize("attack", ["long word", "long of backticks", "long of pipes", "many lines", "terminal"])
    def test_stays_below_it_whatever_is_planted(self, attack: str) -> None:
        """Each field is cut where it stands, for every pipe and escape takes more room than it had."""
        wide = replace(
            FULL,
            checks=FULL.checks * 100,
            flips=FULL.flips * 100,
            failing=FULL.failing * 100,
            pairs=FULL.pairs * 100,
            changed=FULL.changed * 100,
            notices=FULL.notices * 100,
            findings=FULL.findings * 100,
        )

        verdict = planted(ATTACKS[attack], wide)
        comment, check = as_comment(verdict, POSTED), as_check(verdict, POSTED)

        assert len(comment) <= COMMENT
        assert max(len(check.summary), len(check.text)) <= LIMIT
        assert len(as_unavailable(POSTED, ATTACKS[attack])) <= COMMENT
        assert Page(comment).tags.count("table") == Page(comment).tags.count("/table")

    def test_gives_up_whole_parts_and_says_which(self) -> None:
        """Half a table is worse than none."""
        parts = [Part("a", "A" * 100), Part("b", "B" * 200, 2), Part("c", "C" * 200, 1), Part("d", "D" * 50, 3)]

        text = fit(parts, 500, "the report")

        assert (
            text
            == "\n\n".join(["A" * 100, "C" * 200, "D" * 50, "**Left out for length:** b. The whole is in the report."])
            + "\n"
        )

    @given(st.lists(st.integers(1, 400), max_size=12), st.integers(300, 2000))
    def test_never_exceeds_what_it_is_given(self, sizes: list[int], limit: int) -> None:
        """Whatever the parts, as long as those that must stay are short."""
        parts = [Part("x", "x" * size, rank) for rank, size in enumerate(sizes, 1)]

        assert len(fit(parts, limit, "the report")) <= limit

    def test_leaves_nothing_out_that_fits(self) -> None:
        """A short report is whole."""
        assert "Left out" not in as_comment(FULL, POSTED)
        assert fit([Part("a", "A"), Part("b", "", 1)], 1_000, "x") == "A\n"


class TestTheSameVerdict:
    def test_is_the_same_comment_a_hundred_times(self) -> None:
        """A comment that changes without a reason mails everybody."""
        assert len({as_comment(FULL, POSTED) for _ in range(100)}) == 1

    def test_is_the_same_comment_in_every_process(self) -> None:
        """No set's order, and no process's own hashes, are in it."""
        program = (
            "import hashlib; from tests.report.test_comment import FULL, POSTED, as_check, as_comment;"
            "print(hashlib.sha256((as_comment(FULL, POSTED) + repr(as_check(FULL, POSTED))).encode()).hexdigest())"
        )
        here = hashlib.sha256((as_comment(FULL, POSTED) + repr(as_check(FULL, POSTED))).encode()).hexdigest()

        found = {
            subprocess.run(
                [sys.executable, "-c", program],
                env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
                capture_output=True,
                text=True,
                check=True,
            ).stdout.strip()
            for seed in ("0", "1", "4711")
        }

        assert found == {here}


class TestTheMark:
    @given(
        st.builds(
            Mark,
            st.integers(0, 10**18 - 1),
            st.text("0123456789abcdef", min_size=40, max_size=40),
            st.integers(0, 10**18 - 1),
            st.integers(0, 10**18 - 1),
            st.sampled_from(STATES).map(str),
        )
    )
    def test_is_read_as_it_was_written(self, mark: Mark) -> None:
        """By it a later run finds its comment."""
        assert read(f"{mark.as_line()}\n\nbody") == mark
        assert read(f"{mark.as_line()}\r\nbody") == mark

    @pytest.mark.parametrize(
        "wrong",
        [
            {"head": "--><img src=x>"},
            {"head": "1" * 39},
            {"head": "A" * 40},
            {"pr": -1},
            {"run": 10**18},
            {"state": "passed --> <b>"},
            {"state": "neutral"},
        ],
    )
    def test_is_not_written_with_what_could_end_it(self, wrong: dict[str, object]) -> None:
        """An HTML comment that ends early shows, or hides, what follows."""
        with pytest.raises(ValueError, match="a mark holds whole numbers, a full commit digest and a known state"):
            MARK._replace(**wrong).as_line()  # type: ignore[arg-type] # wrong on purpose

    @pytest.mark.parametrize(
        "body",
        [
            "",
            "hello",
            f"hello\n{MARK.as_line()}",
            f" {MARK.as_line()}",
            f"{MARK.as_line()} ",
            f"{MARK.as_line()}{MARK.as_line()}",
            MARK.as_line().replace("v1", "v2"),
            MARK.as_line().replace(":42", ":042"),
            MARK.as_line().replace(":42", ":true"),
            MARK.as_line().replace(":42", ":4.2e1"),
            MARK.as_line().replace(":42", ":\u0664\u0662"),
            MARK.as_line().replace(":42", ':42,"pr":43'),
            MARK.as_line().replace(":42", ":" + "4" * 5_000),
            MARK.as_line().replace(HEAD, "1" * 41),
            MARK.as_line().replace("blocked", "merged"),
            MARK.as_line().replace(",", ", "),
            "<!-- harness:v1 " + "[" * 100_000,
            "\ufeff" + MARK.as_line(),
        ],
    )  # fmt: skip
    def test_is_none_where_it_is_not_ours_to_the_letter(self, body: str) -> None:
        """Whoever forges one gets no second reading of it."""
        assert read(body) is None


class TestARunWithoutAVerdict:
    def test_is_shown_while_it_runs(self) -> None:
        """Somebody waits for it."""
        assert read(as_running(POSTED)) == MARK._replace(state=RUNNING)
        assert "## ⏳ Running" in as_running(POSTED)
        assert running_check(POSTED).conclusion is None

    def test_is_shown_when_it_crashed(self) -> None:
        """A red cross without a word helps nobody; what the crash said may be anybody's words."""
        comment = as_unavailable(POSTED, "boom <img src=x> " * 500)

        assert read(comment) == MARK._replace(state="unavailable")
        assert "so nothing is let through" in comment
        assert "img" not in Page(comment).tags
        assert unavailable_check(POSTED, "boom").conclusion is Conclusion.ACTION_REQUIRED


class TestTheCheck:
    @pytest.mark.parametrize(
        ("outcome", "conclusion"),
        [
            (Outcome.PASSED, Conclusion.SUCCESS),
            (Outcome.BLOCKED, Conclusion.FAILURE),
            (Outcome.INCONCLUSIVE, Conclusion.ACTION_REQUIRED),
            (Outcome.UNAVAILABLE, Conclusion.ACTION_REQUIRED),
        ],
    )
    def test_lets_through_what_passed_alone(self, outcome: Outcome, conclusion: Conclusion) -> None:
        """Neutral and skipped would count as met."""
        check = as_check(replace(FULL, outcome=outcome), POSTED)

        assert (check.name, check.head, check.external_id) == ("harness", HEAD, "1873.2")
        assert check.conclusion is conclusion
        assert check.details_url == "https://example.com/w"

    def test_marks_the_lines_worst_first(self) -> None:
        """Attacks at the prompt's line, lost cases at the evalset's; a case in base's form has no line here."""
        case = ("regression", "support-answer")
        places = {(*case, name): Origin("evalsets/a.jsonl", 7) for name in ("refund-late-017", "ship-004")}

        found = as_check(FULL, POSTED._replace(places=places)).annotations

        assert [(one.level, one.path, one.line) for one in found] == [
            (Level.FAILURE, "prompts/a.prompt.yml", 16),
            (Level.FAILURE, "evalsets/a.jsonl", 7),
            (Level.WARNING, "prompts/a.prompt.yml", 12),
        ]
        assert found[1].title == "support-answer lost refund-late-017 (critical)"

    def test_marks_two_hundred_lines_at_most(self) -> None:
        """Fifty go with each request."""
        assert len(as_check(replace(FULL, findings=FULL.findings * 200), POSTED).annotations) == 200

    def test_holds_the_whole_report_where_it_fits(self) -> None:
        """Who cannot open the artifact reads it here."""
        text = as_check(FULL, POSTED).text

        assert "### `refund-late-017`" in text
        assert "Left out" not in text


class TestTheLabels:
    @pytest.mark.parametrize("outcome", [None, *Outcome])
    def test_are_never_two(self, outcome: Outcome | None) -> None:
        """What is added and what is taken away are all there are."""
        added, removed = labels(outcome)

        assert added == f"gate:{outcome or 'running'}"
        assert {added, *removed} == set(LABELS)
        assert added not in removed


class TestALink:
    @pytest.mark.parametrize(
        "address",
        ["", "javascript:alert(1)", "https://a.b/c)d", "https://a.b/ c", "https://a.b/<x>", "//a.b", "https://a.b/`"],
    )
    def test_leads_nowhere_but_where_it_says(self, address: str) -> None:
        """An address comes from outside as well."""
        assert link("report", address) == "report"

    def test_is_a_link_otherwise(self) -> None:
        """To a run, for instance."""
        address = "https://github.com/acme/shop/actions/runs/1873/attempts/1?pr=42#summary"

        assert link("run", address) == f"[run]({address})"
