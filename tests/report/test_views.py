"""The views of one verdict: whole-output snapshots, and nothing hostile that gets through."""

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from harness.core.errors import ContentError, Origin
from harness.core.tree import Tree
from harness.core.verdict import Outcome, Run, Verdict
from harness.report.document import as_json, verdict_digest
from harness.report.junit import as_junit
from harness.report.markdown import as_markdown
from harness.report.quoting import cell, code, fence
from harness.report.summary import summarise
from harness.report.terminal import as_lines
from harness.report.text import as_error, one_line, visible
from tests.report.hostile import planted
from tests.report.verdicts import BLOCKED, HOSTILE

GOLDEN = Path(__file__).parent / "golden"


def terminal(verdict: Verdict) -> str:
    """Return the terminal view as text."""
    return "\n".join(as_lines(verdict)) + "\n"


class TestEachView:
    @pytest.mark.parametrize(
        ("name", "view"),
        [("terminal.txt", terminal), ("report.md", as_markdown), ("junit.xml", as_junit), ("verdict.json", as_json)],
    )
    def test_is_the_same_to_the_character(self, name: str, view: Callable[[Verdict], str]) -> None:
        """A view is a pure function of the verdict; whoever changes one sees what changes."""
        assert view(BLOCKED) == (GOLDEN / name).read_text(encoding="utf-8")

    @pytest.mark.parametrize("view", [terminal, as_markdown, as_junit, as_json])
    def test_lets_no_control_or_direction_character_through(self, view: Callable[[Verdict], str]) -> None:
        """What others wrote, wherever it stands, must not steer a terminal or turn a sentence around."""
        for verdict in (BLOCKED, planted("\x1b[31m\u202e")):
            assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", view(verdict))

    def test_of_nothing_to_judge_is_one_sentence(self) -> None:
        """The most frequent outcome of all takes no reading."""
        quiet = replace(BLOCKED, outcome=Outcome.PASSED, checks=(), flips=(), failing=(), pairs=BLOCKED.pairs[1:2])

        assert summarise(quiet) == "passed: nothing to judge; 1 pair is unchanged"

    def test_counts_what_it_does_not_show(self) -> None:
        """Five thousand flips stay one screen."""
        many = replace(BLOCKED, flips=BLOCKED.flips[:1] * 5000)

        assert "5000 cases lost, 0 gained; the first 3" in terminal(many)
        assert "- and 4950 more in `verdict.json`" in as_markdown(many)

    def test_counts_the_parts_of_a_prompt_that_it_does_not_show(self) -> None:
        """A table that ends without a word looks whole."""
        (found, *_) = BLOCKED.spending
        many = replace(BLOCKED, spending=(replace(found, sections=found.sections[:1] * 20),))

        assert as_markdown(many).count("partials/rules") == 8
        assert "\n12 more stand in the JSON beside this file.\n" in as_markdown(many)

    def test_promises_no_list_where_nothing_was_lost(self) -> None:
        """A colon is followed by something."""
        better = replace(BLOCKED, flips=tuple(flip for flip in BLOCKED.flips if flip.change == "gained"))

        assert "0 cases lost, 1 gained (`harness diff CASE` shows both answers)\n" in terminal(better)

    def test_shows_a_hostile_slice_and_gate_as_text(self) -> None:
        """Tags and the names of gates are anybody's words, too."""
        hostile = replace(BLOCKED.checks[0], slice="\x1b[31m\n::error::x", gate="\x1b[0m")

        told = terminal(replace(BLOCKED, checks=(hostile,)))

        assert "[\\u001b[31m ::error::x]" in told
        assert "\x1b" not in told

    def test_never_shows_an_unknown_cost_as_zero(self) -> None:
        """A pin without a price is said to have none."""
        assert "spent unknown: no price in" in terminal(replace(BLOCKED, run=Run(calls=3, unpriced=3)))

    @pytest.mark.parametrize("view", [terminal, as_markdown])
    def test_says_that_answers_from_the_cache_cost_nothing(self, view: Callable[[Verdict], str]) -> None:
        """With a price or without one, nobody was asked."""
        assert "nothing in 0.1 s; 20 of 20 answers" in view(replace(BLOCKED, run=Run(cached=20, seconds=0.1)))

    @pytest.mark.parametrize("view", [terminal, as_markdown])
    def test_explains_the_words_that_a_newcomer_cannot_know(self, view: Callable[[Verdict], str]) -> None:
        """`notional` and `advisory` are ours."""
        assert "(notional: nobody is billed)" in view(BLOCKED)
        assert "the harness that judged is the working tree's own" in view(BLOCKED)

    @pytest.mark.parametrize("view", [terminal, as_markdown])
    def test_says_which_files_were_judged(self, view: Callable[[Verdict], str]) -> None:
        """A commit alone does not tell what lay in the working tree."""
        commit = replace(BLOCKED, candidate=Tree("change", "abcdef0" * 5))

        assert "working tree@1111111 with uncommitted changes" in view(BLOCKED)
        assert "change@abcdef0" in view(commit)
        assert "uncommitted" not in view(commit)


class TestTheDocument:
    def test_has_a_digest_that_leaves_the_run_out(self) -> None:
        """Two runs of one gate agree, though one took its answers from the cache."""
        again = replace(BLOCKED, run=Run(seconds=9.9))

        assert verdict_digest(again) == verdict_digest(BLOCKED)
        assert verdict_digest(replace(BLOCKED, scope="partial")) != verdict_digest(BLOCKED)

    def test_is_plain_ascii_json(self) -> None:
        """No reader of it has to guess an encoding."""
        assert as_json(BLOCKED).isascii()
        assert json.loads(as_json(BLOCKED))["flips"][0]["candidate_answer"] == HOSTILE


class TestMarkdown:
    @given(st.text())
    def test_a_code_span_holds_whatever_it_quotes(self, text: str) -> None:
        """Its delimiter is longer than any run of backticks inside, and it stays on its line."""
        span = code(text)
        ticks = re.match("`+", span)

        assert ticks
        assert span.endswith(ticks[0])
        inside = span[len(ticks[0]) : -len(ticks[0])]
        assert ticks[0] not in re.findall("`+", inside)
        assert "\n" not in span

    @given(st.text("a|\\`"))
    def test_a_cell_ends_where_its_table_says(self, text: str) -> None:
        """Every pipe inside is escaped, and nothing else is altered."""
        assert not re.search(r"(?<!\\)\|", cell(text))
        assert cell(text).replace("\\|", "|") == code(text)

    def test_leaves_a_regular_expression_as_it_is(self) -> None:
        """Whoever copies it from the report has the one that was written."""
        assert "`matches a|b: no match`" in as_markdown(BLOCKED)
        assert "¦" not in as_markdown(BLOCKED)

    def test_says_what_was_judged_and_how_to_go_on(self) -> None:
        """A report that is read alone, in a pull request."""
        report = as_markdown(replace(BLOCKED, scope="partial"))

        assert "| changed | `params.yaml`, `prompts/a.prompt.yml`" in report
        assert "| harness | 0.1.0, advisory: " in report
        assert "| scope | partial: only the cases that the filters select were judged |" in report
        assert "| `regression / support-answer` | changed | 539 of 612 | `reader = embedded/reader@1` |" in report
        assert "`harness diff CASE`" in report
        assert "`harness gate --failed`" in report

    def test_names_fifty_lost_and_fifty_failing_cases(self) -> None:
        """Ten with their answers; the count of what is left out is told, and where it is."""
        lost = tuple(replace(BLOCKED.flips[0], case=f"lost-{number}") for number in range(52))
        failing = tuple(replace(BLOCKED.failing[1], case=f"known-{number}") for number in range(53))

        report = as_markdown(replace(BLOCKED, flips=lost, failing=failing))

        assert len(re.findall("^### ", report, re.MULTILINE)) == 10
        assert len(re.findall("`lost-[0-9]+`", report)) == 50
        assert len(re.findall("`known-[0-9]+`", report)) == 50
        assert "- and 2 more in `verdict.json`" in report
        assert "- and 3 more in `verdict.json`" in report

    def test_shows_a_case_with_its_place_its_values_and_what_it_expects(self) -> None:
        """An answer cannot be judged without the question."""
        report = as_markdown(BLOCKED)

        assert "### `refund-late-017` of `regression / support-answer` (critical)" in report
        assert '- given: `{"question": "How long | may I wait?"}`\n- expected: `contains "30 days"`' in report

    def test_lists_no_case_twice(self) -> None:
        """A lost case fails as well, and one that nobody can judge is no failure."""
        report = as_markdown(BLOCKED)

        assert "## 2 other cases fail" in report
        assert "- `known-001` of `regression / support-answer` (critical), base fails it too: " in report
        assert "- `alone-001` of `regression / support-answer`, not compared with base: " in report
        assert "## 2 cases cannot be judged" in report
        assert [report.count(f"`{name}`") for name in ("refund-late-017", "tone-003", "new-var-001")] == [1, 1, 1]

    @given(st.text())
    def test_a_fence_holds_whatever_it_quotes(self, text: str) -> None:
        """No line of the text closes the block."""
        lines = "\n".join(fence("base", text)).split("\n")
        opening = next(line for line in lines if line.startswith("```")).removesuffix("text")
        closings = [line for line in lines if line.strip().startswith(opening)]

        assert len(closings) == 2


class TestJUnit:
    def test_is_well_formed_whatever_a_model_said(self) -> None:
        """A report that a CI cannot read reports nothing."""
        root = ET.fromstring(as_junit(BLOCKED))  # noqa: S314 (our own output)

        assert root.attrib == {"tests": "9", "failures": "3", "errors": "2", "skipped": "3"}

    @given(st.text())
    @example("\ufffe\uffff")
    def test_escapes_any_text(self, text: str) -> None:
        """Every character that XML forbids is shown as an escape."""
        hostile = replace(BLOCKED.flips[0], candidate_answer=text, reason=text, case=text)

        assert ET.fromstring(as_junit(replace(BLOCKED, flips=(hostile,)))) is not None  # noqa: S314 (our own output)

    def test_gives_reason_expected_and_output(self) -> None:
        """A failing case can be understood from the CI's page alone."""
        root = ET.fromstring(as_junit(BLOCKED))  # noqa: S314 (our own output)
        failure = root.find(".//testcase[@name='refund-late-017']/failure")

        assert failure is not None
        assert failure.get("message") == 'contains "30 days": the answer says "60 days"'
        given = 'given: {"question": "How long | may I wait?"}\nexpected: contains "30 days"\noutput: ```'
        assert (failure.text or "").startswith(given)

    @pytest.mark.parametrize(
        ("case", "message"),
        [
            ("known-001", "base fails it too: "),
            ("tone-003", "cannot be judged: python tone.py:polite: raised KeyError"),
            ("alone-001", "not compared with base: matches a|b: no match"),
        ],
    )
    def test_says_of_base_only_what_is_known(self, case: str, message: str) -> None:
        """A base that was not asked has not failed."""
        root = ET.fromstring(as_junit(BLOCKED))  # noqa: S314 (our own output)
        skipped = root.find(f".//testcase[@name='{case}']/skipped")

        assert skipped is not None
        assert skipped.get("message", "").startswith(message)

    def test_tells_equal_names_of_two_suites_apart(self) -> None:
        """A case that one suite lost may be a known failure of another."""
        other = replace(BLOCKED.failing[0], suite="smoke")
        root = ET.fromstring(as_junit(replace(BLOCKED, failing=(other,))))  # noqa: S314 (our own output)

        assert len(root.findall(".//testcase[@name='refund-late-017']")) == 2


class TestText:
    def test_writes_invisible_characters_out(self) -> None:
        """What a reader cannot see can still deceive."""
        assert visible("a\x1b[0m\u202eb\u200bc\ud800") == "a\\u001b[0m\\u202eb\\u200bc\\ud800"

    def test_writes_out_what_hides_words_from_people_alone(self) -> None:
        """A machine that reads the report would read them; one selector after an emoji says nothing."""
        assert visible("ok\U000e0069\u3164\xad") == "ok\\U000e0069\\u3164\\u00ad"
        assert visible("⚠️\ufe0f\ufe0e\ufe00") == "⚠️\\ufe0f\\ufe0e\\ufe00"

    def test_keeps_ordinary_text_of_any_language(self) -> None:
        """German, Spanish, Chinese and line breaks are no attack."""
        assert visible("für año 中文\n\tx") == "für año 中文\n\tx"

    def test_cuts_a_line_visibly(self) -> None:
        """A reader knows that something is missing."""
        assert one_line("a  b\nc", 200) == "a b c"
        assert one_line("x" * 30, 10) == "xxxxxxx..."
        assert one_line("a" + " " * 1_000_000 + "b", 10) == "a..."


class TestAnError:
    def test_begins_no_line_with_a_contributors_words(self) -> None:
        """A terminal obeys an escape, and GitHub a line that begins with `::`."""
        hostile = "\x1b[31mred\n::warning::pwned"
        error = ContentError(f"there is no pin `{hostile}`", where=Origin(f"prompts/{hostile}", 3), hint=hostile)

        shown = "\\u001b[31mred\\n::warning::pwned"
        assert as_error(error) == f"error: prompts/{shown}:3: there is no pin `{shown}`\n\nhint: {shown}"

    def test_is_else_what_it_says(self) -> None:
        """The three parts, as the error itself lays them out."""
        error = ContentError("what", where=Origin("a.yml", 1), hint="do")

        assert as_error(error) == str(error)
        assert as_error(ContentError("what")) == "error: what"
