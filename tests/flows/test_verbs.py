"""The other verbs, through the command on real repositories."""

import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import jsonschema
import pytest

from tests.scenarios.scratch import Scratch, case

DAMAGE = ("prompts/desk.prompt.yml", "documents %}", "documents[:0] %}")
ROOT = Path(__file__).parents[2]


class TestCheck:
    def test_counts_what_is_well_formed(self, scratch: Scratch) -> None:
        """A green check says what it looked at."""
        assert scratch.harness("check").out == "1 prompt, 20 cases and 1 gate are well formed\n"

    def test_tells_the_first_fault_of_each_pair(self, scratch: Scratch) -> None:
        """Two broken evalsets are two errors, each with its line."""
        scratch.write("prompts/clerk.prompt.yml", scratch.read("prompts/desk.prompt.yml"))
        for prompt in ("desk", "clerk"):
            scratch.write_cases([case(0), case(0)], prompt)

        result = scratch.harness("check")

        assert result.exit_code == 2
        assert "error: evalsets/regression/clerk.jsonl:2: the id `room-00` stands twice" in result.err
        assert "error: evalsets/regression/desk.jsonl:2: the id `room-00` stands twice" in result.err

    def test_refuses_a_gate_that_nobody_measures(self, scratch: Scratch) -> None:
        """The example of the documentation, at its line."""
        scratch.edit("params.yaml", "margin: 0.05", "margin: 0.05\n    slices: [german]")

        result = scratch.harness("check")

        assert result.exit_code == 2
        assert "params.yaml:11: gate `right` has nothing to judge in slice `german`: no case has this tag" in result.err

    def test_takes_nothing_that_is_not_a_repository_for_one(self, tmp_path: Path) -> None:
        """The hint names the way to begin."""
        result = Scratch(tmp_path).harness("check")

        assert result.exit_code == 2
        assert "harness init" in result.err


class TestPlan:
    def test_proves_by_digest_why_a_comment_costs_nothing(self, scratch: Scratch) -> None:
        """The same digest on both sides is the proof."""
        scratch.edit("prompts/desk.prompt.yml", "name: Desk", "# reworded\nname: Desk")

        result = scratch.harness("plan")

        assert result.exit_code == 0
        assert "skip  regression / desk  unchanged" in result.out
        assert "on both sides (20 cases)" in result.out
        assert "calls 0, expected $0.00" in result.out

    def test_says_what_differs_and_what_it_would_cost(self, scratch: Scratch) -> None:
        """Before a cent is spent."""
        scratch.edit(*DAMAGE)

        result = scratch.harness("plan")

        assert "judge regression / desk  changed" in result.out
        assert "(20 cases): messages" in result.out
        assert "calls 40, expected $0.0" in result.out

    def test_is_data_for_programs(self, scratch: Scratch) -> None:
        """The digests are whole there."""
        found = json.loads(scratch.harness("plan", "--json").out)

        assert len(found["pairs"][0]["candidate_digest"]) == 64
        assert found["estimate"] == {"calls": 0, "expected": 0, "worst": 0, "unpriced": []}


class TestRun:
    def test_writes_what_dvc_and_git_compare(self, scratch: Scratch) -> None:
        """Results a case, metrics, and the pass rate by tag; the same bytes every time."""
        scratch.write_cases([case(0, tags=["early"]), case(1, tags=["late"], expect=[{"contains": "midnight"}])])

        result = scratch.harness("run")

        assert (result.exit_code, "regression / desk  1/2 pass" in result.out) == (0, True)
        state = scratch.root / ".harness"
        lines = [json.loads(line) for line in (state / "results/regression/desk.jsonl").read_text().splitlines()]
        assert [(line["case"], line["passed"]) for line in lines] == [("room-00", True), ("room-01", False)]
        assert 'contains "midnight"' in lines[1]["why"]
        assert json.loads((state / "metrics/regression-desk.json").read_text()) == {"cases": 2, "pass": 0.5}
        assert (state / "plots/regression-desk.csv").read_text() == "tag,cases,pass\nearly,1,1.0\nlate,1,0.0\n"
        before = (state / "results/regression/desk.jsonl").read_bytes()
        assert "0 calls" in scratch.harness("run").out
        assert (state / "results/regression/desk.jsonl").read_bytes() == before

    @pytest.mark.parametrize("words", [("--case", "room-03"), ("--first", "1"), ("--tag", "late")])
    def test_of_some_cases_leaves_the_figures_of_all_alone(self, scratch: Scratch, words: tuple[str, str]) -> None:
        """They are committed and compared, and one case is not twenty."""
        scratch.write_cases(
            [{**item, "tags": ["late"]} if item["id"] == "room-03" else item for item in scratch.cases()]
        )
        scratch.harness("run")
        figures = scratch.root / ".harness/metrics/regression-desk.json"
        before = figures.read_text()

        result = scratch.harness("run", *words)

        assert "regression / desk  1/1 pass" in result.out
        assert "no results and metrics are written, since cases were left out" in result.out
        assert figures.read_text() == before
        assert len((scratch.root / ".harness/results/regression/desk.jsonl").read_text().splitlines()) == 20

    def test_counts_a_case_that_nobody_can_tell_as_not_passed(self, scratch: Scratch) -> None:
        """The same in metrics and plots, and said."""
        scratch.write("checks.py", "def fails(answer, case):\n    raise ValueError\n")
        unable = {"tags": ["odd"], "expect": [{"python": "checks.py:fails"}]}
        scratch.write_cases([case(0, tags=["odd"]), case(1, **unable), case(2), case(3)])

        scratch.harness("run")

        state = scratch.root / ".harness"
        figures = json.loads((state / "metrics/regression-desk.json").read_text())
        assert figures == {"cases": 4, "unable": 1, "pass": 0.75}
        assert (state / "plots/regression-desk.csv").read_text() == "tag,cases,pass\nodd,2,0.5\n"


class TestDiff:
    def test_shows_both_answers_and_why_one_fails(self, scratch: Scratch) -> None:
        """What a prompt author looks at first."""
        scratch.edit(*DAMAGE)

        result = scratch.harness("diff", "room-03")

        assert result.exit_code == 0
        assert "base       passes\n    The drama room 3 opens at 6 minutes past nine. [rooms/3]" in result.out
        assert 'candidate  fails: contains "6 minutes"' in result.out
        assert "-The drama room 3 opens" in result.out
        assert "+I don't know." in result.out

    def test_shows_an_edited_case_in_both_forms(self, scratch: Scratch) -> None:
        """What was asked before the edit is still there to see."""
        first, *rest = scratch.cases()
        scratch.write_cases([{**first, "expect": [{"contains": "past ten"}]}, *rest])

        result = scratch.harness("diff", "room-00")

        assert "room-00 of regression / desk in today's form\n" in result.out
        assert 'expects    contains "past ten"' in result.out
        assert "room-00 of regression / desk in the form that base knows\n" in result.out
        assert 'expects    contains "3 minutes"' in result.out
        assert "the answers are equal" in result.out

    def test_shows_what_was_asked(self, scratch: Scratch) -> None:
        """An answer cannot be judged without its question."""
        assert 'given      {"question": "When does the drama room 3 open?", "documents": [' in (
            scratch.harness("diff", "room-03").out
        )

    def test_knows_a_prompt_that_base_does_not_have(self, scratch: Scratch) -> None:
        """Nothing is wrong with how base renders it."""
        scratch.write("prompts/clerk.prompt.yml", scratch.read("prompts/desk.prompt.yml"))
        scratch.write_cases([case(40)], "clerk")

        result = scratch.harness("diff", "room-40")

        assert "base       does not have the prompt\ncandidate  passes\n" in result.out

    def test_needs_a_case_that_exists_and_a_base(self, scratch: Scratch) -> None:
        """Both errors say what to do."""
        assert scratch.harness("diff", "desk/room-19#0").err == (
            "error: no case has the id `desk/room-19#0`; did you mean `room-19`?\n\n"
            "hint: CASE is the `id` of a line in evalsets/, such as hours-001\n"
        )
        (scratch.root / ".git").rename(scratch.root / "away")
        assert "there is nothing to compare with: not a git repository" in scratch.harness("diff", "room-03").err

    def test_says_when_the_base_has_no_params(self, scratch: Scratch) -> None:
        """A repository that adopts the gate."""
        scratch.git("rm", "-q", "--cached", "params.yaml")
        scratch.git("commit", "-q", "-m", "before the gate")

        told = scratch.harness("diff", "room-03").err

        assert "there is nothing to compare with: main@" in told
        assert " has no params.yaml\n" in told


class TestExplain:
    def test_names_the_ingredient_that_changed(self, scratch: Scratch) -> None:
        """A miss is never a mystery."""
        assert "it was never asked under this name" in scratch.harness("explain", "desk/room-03#0").out
        scratch.harness("gate", "--all")
        assert "answered: in the store" in scratch.harness("explain", "desk/room-03#0").out
        scratch.edit("prompts/desk.prompt.yml", "model: reader", "model: reader\nmodelParameters: {maxTokens: 99}")

        told = scratch.harness("explain", "desk/room-03#0").out.splitlines()

        assert "missed: not in the store" in told[0]
        assert [line.split(":")[0].strip() for line in told[1:]] == ["parameters"]

    def test_knows_when_an_answer_was_pruned(self, scratch: Scratch) -> None:
        """Nothing changed, and yet it is gone."""
        scratch.harness("gate", "--all")
        scratch.harness("cache", "prune", "--older-than", "0", "--yes")

        assert "its answer was pruned" in scratch.harness("explain", "desk/room-03#0").out

    @pytest.mark.parametrize(
        ("trial", "told"),
        [
            ("desc/room-03#0", "there is no prompt `desc`; did you mean `desk`?\n\nhint: prompts: desk\n"),
            ("desk/room-03#5", "there is no `desk/room-03#5`: a pin that is deterministic runs once, as #0\n"),
            ("desk/room-3#0", "`desk` has no case `room-3`; did you mean `room-"),
            ("desk/room-03", "is not a trial"),
        ],
    )
    def test_helps_with_a_name_that_is_not_there(self, scratch: Scratch, trial: str, told: str) -> None:
        """Names are typed by hand."""
        result = scratch.harness("explain", trial)

        assert result.exit_code == 2
        assert told in result.err


class TestCache:
    def test_keeps_no_answer_longer_than_a_century(self, scratch: Scratch) -> None:
        """A number of days that no calendar holds is an option that is wrong."""
        result = scratch.harness("cache", "prune", "--older-than", "9999999")

        assert (result.exit_code, "0<=x<=36500" in result.err) == (2, True)


class TestTheVerdict:
    def test_says_whether_its_commit_is_all_that_was_judged(self, scratch: Scratch) -> None:
        """Base and candidate may name one commit, and differ."""
        clean = scratch.gate().verdict
        scratch.edit(*DAMAGE)
        dirty = scratch.gate().verdict
        scratch.git("switch", "-q", "-c", "change")
        scratch.commit("damage")
        commit = scratch.gate("--candidate", "change").verdict

        assert [found["candidate"]["dirty"] for found in (clean, dirty, commit)] == [False, True, False]
        assert dirty["candidate"]["commit"] == dirty["base"]["commit"] != commit["candidate"]["commit"]
        assert not any(found["base"]["dirty"] for found in (clean, dirty, commit))

    def test_counts_passes_only_where_cases_were_judged(self, scratch: Scratch) -> None:
        """A skipped pair has not failed."""
        skipped = scratch.gate().verdict["pairs"][0]
        judged = scratch.gate("--all").verdict["pairs"][0]

        assert (skipped["status"], skipped["passed"]) == ("unchanged", None)
        assert (judged["status"], judged["passed"]) == ("all", 20)

    def test_names_the_pin_and_the_one_it_replaces(self, scratch: Scratch) -> None:
        """Who answered is half of what was measured."""
        assert scratch.gate().verdict["pairs"][0]["pin"] == "reader = embedded/reader@1"
        scratch.edit("params.yaml", "  reader:\n", "  desk-reader:\n")
        scratch.edit("prompts/desk.prompt.yml", "model: reader", "model: desk-reader")
        assert scratch.gate().verdict["pairs"][0]["pin"] == (
            "reader = embedded/reader@1 -> desk-reader = embedded/reader@1"
        )

    def test_tells_of_an_edit_that_takes_a_case_its_protection(self, scratch: Scratch) -> None:
        """A typo that both trees fail is seen on the terminal and in the report."""
        first, *rest = scratch.cases()
        scratch.write_cases([{**first, "expect": [{"contains": "3 minuets"}]}, *rest])

        result = scratch.harness("gate")

        told = "1 edited case is failed by both trees in its new form, and base passed the old one: room-00"
        (report,) = (scratch.root / ".harness/runs").glob("*/report.md")
        assert result.exit_code == 0
        assert f"note       {told}" in result.out
        assert told in report.read_text()


class TestRunFolder:
    def test_is_named_from_where_one_stands(self, scratch: Scratch) -> None:
        """So that the path can be opened."""
        told = scratch.harness("gate", folder=scratch.root / "prompts").out

        assert "reports in ../.harness/runs/" in told

    def test_holds_the_verdict_and_its_views(self, scratch: Scratch) -> None:
        """Each is readable by the tool it is for."""
        scratch.edit(*DAMAGE)
        scratch.harness("gate")
        (folder,) = (scratch.root / ".harness/runs").iterdir()

        verdict = json.loads((folder / "verdict.json").read_text())

        schema = json.loads(scratch.harness("schema", "--print", "verdict").out)
        jsonschema.validate(verdict, schema)
        assert verdict["flips"][0]["base_answer"].startswith("The atlas room 0 opens")
        root = ET.parse(folder / "junit.xml").getroot()  # noqa: S314 (our own output)
        assert (root.get("tests"), root.get("failures")) == ("21", "21")
        assert (folder / "report.md").read_text().startswith("# blocked\n")
        assert "<title>Blocked: working tree" in (folder / "report.html").read_text()

    def test_has_the_same_verdict_when_everything_comes_from_the_cache(self, scratch: Scratch) -> None:
        """Two runs of one gate are named by one digest."""
        scratch.edit(*DAMAGE)

        scratch.harness("gate")
        scratch.age_runs()
        scratch.harness("gate")

        names = [path.name for path in (scratch.root / ".harness/runs").iterdir()]
        assert len(names) == 2
        assert len({name.rsplit("-", 1)[1] for name in names}) == 1


class TestSchemas:
    def test_of_this_repository_are_the_ones_that_harness_writes(self) -> None:
        """Editors check against what the readers check."""
        before = {path.name: path.read_text() for path in (ROOT / ".schemas").iterdir()}

        assert before == {name: _printed(name.split(".")[0]) for name in before}
        assert set(before) == {
            f"{name}.schema.json"
            for name in (
                "case",
                "environment",
                "judge",
                "judge-label",
                "labels",
                "params",
                "payloads",
                "prompt",
                "release",
                "verdict",
            )
        }


def _printed(name: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "harness", "schema", "--print", name], capture_output=True, text=True, check=True
    )
    return done.stdout
