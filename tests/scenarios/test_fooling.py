"""Ways to get a worse prompt past the gate, found by someone who tried; each is closed."""

import json
import sqlite3
from pathlib import Path

import pytest

from tests.scenarios.scratch import Scratch, case
from tests.scenarios.test_table import rename_prompt

DAMAGE = ("prompts/desk.prompt.yml", "documents %}", "documents[:0] %}")
PARAMS = "params.yaml"
ECHO = """\
model: reader
messages:
  - role: user
    content: |
      Reply only with: {{ word }}
"""


def echoes(word: object, **more: object) -> list[dict[str, object]]:
    """Return cases in which the reader says a word."""
    return [{"id": f"echo-{number}", "vars": {"word": word}, **more} for number in range(3)]


class TestDeletedCasesThatCannotBeRendered:
    """Delete cases, and let the template fail on exactly their values: nothing is left to lose."""

    def broken_on(self, scratch: Scratch, *numbers: int) -> None:
        """Damage the prompt on some cases, and delete them."""
        gone = [scratch.cases()[number] for number in numbers]
        scratch.write_cases([item for item in scratch.cases() if item not in gone])
        questions = json.dumps([item["vars"]["question"] for item in gone])
        scratch.edit(
            "prompts/desk.prompt.yml",
            "Question: ",
            f"Question: {{% if question in {questions} %}}{{{{ no }}}}{{% endif %}}",
        )

    def test_are_a_doubt_when_they_could_reach_the_margin(self, scratch: Scratch) -> None:
        """One of twenty is five per cent, which is the margin."""
        self.broken_on(scratch, 7)

        result = scratch.gate()

        assert result.exit_code == 3
        assert "1 of 20 cases that base can tell cannot be told here" in result.verdict["summary"]
        assert [item["case"] for item in result.verdict["incomparable"]] == ["room-07"]

    def test_are_shown_even_when_they_could_not(self, scratch: Scratch) -> None:
        """A pass with a hole says where the hole is."""
        scratch.edit(PARAMS, "margin: 0.05", "margin: 0.2")
        scratch.edit(PARAMS, "max_incomparable: 0.05", "max_incomparable: 0.1")
        scratch.commit("a wide margin")
        self.broken_on(scratch, 7)

        result = scratch.harness("gate")

        assert result.exit_code == 0
        assert "1 case cannot be judged:\n  room-07" in result.out

    def test_are_a_doubt_in_a_slice(self, scratch: Scratch) -> None:
        """A small share of all is a large one of a slice."""
        cases = [{**item, "tags": ["late"]} if number > 15 else item for number, item in enumerate(scratch.cases())]
        scratch.write_cases([*cases, *(case(number) for number in range(20, 40))])
        scratch.edit(PARAMS, "at_least: 0.9", "at_least: 0.9\n    slices: [late]")
        scratch.commit("a slice")
        self.broken_on(scratch, 17)

        result = scratch.gate()

        doubts = [check for check in result.verdict["checks"] if check["outcome"] == "inconclusive"]
        assert (result.exit_code, [check["slice"] for check in doubts]) == (3, ["late"])


class TestAPoisonedStore:
    def test_in_a_commit_is_refused(self, scratch: Scratch) -> None:
        """Good answers under the keys of bad ones; so answers come from no commit."""
        scratch.gate("--all")
        scratch.edit(*DAMAGE)
        scratch.gate()
        with sqlite3.connect(scratch.root / ".harness/state.db") as store:
            store.execute("UPDATE answers SET body = (SELECT body FROM answers LIMIT 1)")
        store.close()
        scratch.git("add", "--force", ".harness/state.db")

        result = scratch.harness("gate")

        assert result.exit_code == 2
        assert result.err == (
            "error: .harness/state.db: the store of answers is tracked by git\n\n"
            "hint: run `git rm --cached .harness/state.db`, and keep it in .gitignore\n"
        )

    @pytest.mark.parametrize("path", [".harness/state.db-wal", ".harness/state.db-journal", ".Harness/State.db"])
    def test_is_refused_in_the_files_beside_it_and_in_any_case(self, scratch: Scratch, path: str) -> None:
        """SQLite reads its journal back into the file, and some disks know no capitals."""
        scratch.write(path, "answers")
        scratch.git("add", "--force", path)

        result = scratch.harness("gate")

        assert result.exit_code == 2
        assert result.err.startswith(f"error: {path}: the store of answers is tracked by git")

    @pytest.mark.parametrize("verb", ["plan", "gate"])
    def test_in_a_pull_request_is_refused_before_it_is_merged(self, scratch: Scratch, verb: str) -> None:
        """Once it is on the default branch, no gate runs there any more."""
        scratch.git("switch", "-q", "-c", "change")
        scratch.write(".harness/State.db", "answers")
        scratch.git("add", "--force", ".harness/State.db")
        scratch.commit("a store")
        scratch.git("switch", "-q", "main")

        result = scratch.harness(verb, "--candidate", "change", "--against", "main")

        assert result.exit_code == 2
        assert result.err.startswith("error: .harness/State.db: the store of answers is tracked by git")

    @pytest.mark.parametrize("verb", ["run", "gate"])
    @pytest.mark.parametrize("tracked", [True, False])
    @pytest.mark.parametrize("link", [".harness", ".harness/state.db"])
    def test_behind_a_link_is_refused(
        self, asked: Scratch, tmp_path: Path, link: str, verb: str, *, tracked: bool
    ) -> None:
        """The link and the folder that it leads to are two names, and git is asked for one."""
        scratch = asked.copy(tmp_path / "repository")
        scratch.move(link, "evil")
        (scratch.root / link).symlink_to(scratch.root / "evil")
        if tracked:
            scratch.git("add", "--force", "evil", link)

        result = scratch.harness(verb)

        assert result.exit_code == 2
        assert result.err.startswith(f"error: {link}: ")

    def test_in_a_module_is_refused(self, scratch: Scratch) -> None:
        """Git tracks the module, not what is in it."""
        scratch.git("update-index", "--add", "--cacheinfo", f"160000,{scratch.git('rev-parse', 'HEAD')},.harness")

        assert scratch.harness("gate").err.startswith("error: .harness: the store of answers is tracked by git")


class TestAPlantedVerdict:
    @pytest.mark.parametrize("path", [".harness/runs/99991231T235959-0a0a0a0a/verdict.json", ".Harness/Runs"])
    def test_is_refused_in_a_pull_request_and_after_its_merge(self, scratch: Scratch, path: str) -> None:
        """It would be the last run of every job that says what became of one, and could name a commit that waits."""
        scratch.git("switch", "-q", "-c", "change")
        scratch.write(path, "{}")
        scratch.git("add", "--force", path)
        scratch.commit("a verdict")
        scratch.git("switch", "-q", "main")
        hint = f"hint: run `git rm --cached {path}`, and keep it in .gitignore"

        proposed = scratch.harness("gate", "--candidate", "change", "--against", "main")
        scratch.git("merge", "-q", "change")
        merged = scratch.harness("gate")

        assert {one.exit_code for one in (proposed, merged)} == {2}
        assert {one.err for one in (proposed, merged)} == {f"error: {path}: a verdict is tracked by git\n\n{hint}\n"}


class TestAnEditThatLooksLikeNone:
    def test_of_an_expectation_is_a_redefinition(self, scratch: Scratch) -> None:
        """In Python true equals 1, so the new demand would be read as the old one."""
        scratch.write("prompts/desk.prompt.yml", ECHO)
        scratch.write_cases(echoes("true", expect=[{"json-pointer": {"": True}}]))
        scratch.commit("says true")
        scratch.write_cases(echoes("true", expect=[{"json-pointer": {"": 1}}]))
        scratch.edit("prompts/desk.prompt.yml", "{{ word }}", "{{ word | replace('true', '1') }}")

        result = scratch.gate()

        assert (result.exit_code, "cases were redefined" in result.out) == (3, True), result.told

    def test_of_a_value_poisons_no_answer(self, scratch: Scratch) -> None:
        """Otherwise the answer to `True` would be kept under the key of `1`, and main judged by it."""
        scratch.write("prompts/desk.prompt.yml", ECHO)
        scratch.write_cases(echoes(1, expect=[{"equals": "1"}]))
        scratch.commit("says 1")
        scratch.git("switch", "-q", "-c", "change")
        scratch.write_cases(echoes(word=True, expect=[{"equals": "1"}]))
        scratch.gate()
        scratch.git("switch", "-q", "-f", "main")

        assert scratch.gate("--all").exit_code == 0


class TestNothingToJudge:
    def test_says_when_the_candidate_is_the_base(self, scratch: Scratch) -> None:
        """A gate on main compares main with itself, which proves nothing."""
        scratch.edit(*DAMAGE)
        scratch.commit("straight to main")

        told = scratch.harness("gate")

        assert told.exit_code == 0
        assert "note       the candidate is main itself; name another base with `--against REF`" in told.out
        assert scratch.harness("gate", "--against", "HEAD^").exit_code == 1

    @pytest.mark.parametrize("options", [("--case", "room-03"), ("--first", "3"), ("--prompt", "desk")])
    def test_says_when_filters_left_something_out(self, scratch: Scratch, options: tuple[str, str]) -> None:
        """A part that is fine says nothing of the whole."""
        assert scratch.harness("gate", *options).out.splitlines()[-2].startswith("passed (partial): nothing to judge")

    def test_is_told_apart_from_a_prompt_that_is_gone(self, scratch: Scratch) -> None:
        """Two pairs of three are unchanged; the third is not."""
        for name in ("porter", "clerk"):
            scratch.write(f"prompts/{name}.prompt.yml", scratch.read("prompts/desk.prompt.yml"))
            scratch.write_cases([case(number) for number in range(3)], name)
        scratch.commit("three prompts")
        scratch.remove("prompts/clerk.prompt.yml")
        scratch.remove("evalsets/regression/clerk.jsonl")

        assert scratch.gate().verdict["summary"] == "passed: nothing to judge; 2 pairs are unchanged, 1 removed"


class TestCriticalMarks:
    @pytest.mark.parametrize("gone", [True, False], ids=["deleted", "unmarked"])
    def test_that_are_lost_are_noted(self, scratch: Scratch, *, gone: bool) -> None:
        """The first of two pull requests takes the guard away, the second comes in."""
        marked = [{**item, "critical": number < 4} for number, item in enumerate(scratch.cases())]
        scratch.write_cases(marked)
        scratch.commit("four critical cases")
        scratch.write_cases(marked[4:] if gone else [{**item, "critical": False} for item in marked])

        result = scratch.gate()

        assert result.exit_code == 0
        assert result.verdict["notices"] == ["4 cases are critical in base and are not any more"]


class TestReplacedCommits:
    def test_do_not_hide_the_base(self, scratch: Scratch) -> None:
        """`git replace` shows another commit in its place; the gate looks at what is really there."""
        scratch.git("checkout", "-q", "-b", "change")
        scratch.edit(*DAMAGE)
        scratch.commit("damage")
        scratch.git("replace", "main", "change")

        assert scratch.gate().exit_code == 1


class TestARenamedPrompt:
    def test_keeps_the_gate_that_names_it(self, scratch: Scratch) -> None:
        """Base's policy knows it by the old name, the candidate's by the new one."""
        scratch.edit(PARAMS, "suite: regression\n", "suite: regression\n    prompt: desk\n")
        scratch.commit("a gate of the desk alone")
        rename_prompt(scratch)
        scratch.edit(PARAMS, "prompt: desk", "prompt: counter")
        scratch.edit("prompts/counter.prompt.yml", "the document you used", "the source used")

        for options in ((), ("--policy", "candidate")):
            assert scratch.gate(*options).exit_code == 0
        scratch.edit("prompts/counter.prompt.yml", "documents %}", "documents[:0] %}")
        assert scratch.gate().exit_code == 1
