"""The folded part of a comment: what would pass, a case in full, attacks, and how to go on."""

import re
from dataclasses import replace

import pytest

from harness.core.verdict import Check, Outcome, Rule
from harness.report.comment import as_comment
from harness.report.goals import goals
from tests.report.hostile import FULL, planted
from tests.report.posting import POSTED, VARYING, rows


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

    def test_tells_in_a_sentence_what_the_table_does_not(self) -> None:
        """Odds and reruns need words; a count of lost cases stands in its columns already."""
        comment = as_comment(replace(FULL, checks=(VARYING, FULL.checks[0], FULL.checks[1])), POSTED)

        told = comment[comment.index("<b>Reasons in full") : comment.index("<b>Run quality")]
        assert "- ⛔ blocked, `answers: regression / support-answer`: `a sentence`\n" in told
        assert "- ⚠️ unavailable, `not judged: this run`: `no answer to 2 trials: a/b#0: down`\n" in told
        assert told.count("\n- ") == 2

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

    @pytest.mark.parametrize(
        ("numbers", "goal"),
        [
            ({"metric": "cost", "at_most": 0.15, "candidate": 0.2}, "bring it to $0.150 at most, now $0.200"),
            (
                {"metric": "output-tokens", "base": 40.0, "margin": 0.1, "candidate": 50.0},
                "bring it to less than 44.0, now 50.0",
            ),
        ],
    )
    def test_tells_the_amount_that_would_pass(self, numbers: dict[str, float], goal: str) -> None:
        """Money and tokens are no shares."""
        check = Check(Outcome.BLOCKED, Rule.SPENDING, "budget", "p", "too much", gate="cost")
        blocked = replace(check, **numbers)  # type: ignore[arg-type] # numbers of one check

        assert list(goals(replace(FULL, checks=(blocked,)))) == [f"- `cost` of `budget / p`: {goal}"]

    def test_asks_for_more_where_nothing_is_shown(self) -> None:
        """More cases or runs, or a person who answers for it."""
        open_ = replace(VARYING, outcome=Outcome.INCONCLUSIVE)

        told = list(goals(replace(FULL, outcome=Outcome.INCONCLUSIVE, checks=(open_,))))

        assert told[0].endswith("show by more cases or runs that it is more than 76.3%, now 75.2%")
        assert "`.github/waivers.yaml`" in told[1]

    def test_tells_how_far_the_run_can_be_trusted(self) -> None:
        """Failures, answers that were known, what flickers, what nobody could judge, and the detectors."""
        comment = as_comment(FULL, POSTED)

        told = comment[comment.index("<b>Run quality") : comment.index("<b>How to reproduce")]
        assert "- 2 failed calls, 0 repeated, 0 of which the bill is not known\n" in told
        assert "- 572 of 612 answers were known already, from the recording `answers.jsonl`\n" in told
        assert "- 1 case flickers on base: `flicker-001` (3/10)\n" in told
        assert "- 2 cases cannot be judged: `new-var-001` `base cannot render it" in told
        assert "| `cites 1` | `F1 0.900 [0.800, 0.950], n = 100: answers` | 1 |" in told
