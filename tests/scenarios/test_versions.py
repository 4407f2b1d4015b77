"""Two versions of what judges: the same commit under each, and where they say different things."""

import re

import pytest

from tests.scenarios.scratch import Scratch
from tests.scenarios.test_code import CITED

STRICT = CITED.replace("'[' in answer", "'[rooms/7]' in answer")


@pytest.fixture
def scored(scratch: Scratch) -> Scratch:
    """Return a repository whose cases are marked by a function of its own."""
    scratch.write("checks/ok.py", CITED)
    scratch.write_cases([{**item, "expect": [{"python": "checks/ok.py:cited"}]} for item in scratch.cases()])
    scratch.commit("a function that marks")
    return scratch


def run_of(scratch: Scratch, *words: str) -> str:
    """Judge every case, and return the folder of the run."""
    told = scratch.harness("gate", "--all", "--against", "HEAD~1", *words).told
    (found,) = re.findall(r"reports in (\S+)", told)
    return str(scratch.root / found)


class TestTwoVersions:
    def test_that_mark_otherwise_are_shown_case_by_case(self, scored: Scratch) -> None:
        """The old run takes the change for a stranger's, whose functions are not run; the new one runs them."""
        scored.write("checks/ok.py", STRICT)
        scored.commit("a stricter function")

        old, new = run_of(scored, "--candidate", "HEAD"), run_of(scored)
        shown = scored.harness("versions", old, new)

        first, *lines = shown.out.splitlines()
        assert shown.exit_code == 0
        assert re.fullmatch(r"\w{12} against \w{12} is judged otherwise in 24 places: .*", first)
        assert re.search(r": harness \S+, inconclusive, and harness \S+, blocked$", first)
        assert "check    regression/desk right pass (absolute): inconclusive -> blocked, 0.05 (n = 20)" in lines
        assert "pair     regression/desk: 0 of 20 pass -> 1 of 20 pass" in lines
        assert any(line.startswith("case     regression/desk/room-00: cannot be compared: ") for line in lines)
        assert any(line.endswith(" -> passes") for line in lines if "room-07" in line)

    def test_that_mark_alike_are_told_so(self, scored: Scratch) -> None:
        """What a run took is not the version's doing."""
        scored.edit("prompts/desk.prompt.yml", "documents only, in", "documents only, and in")
        scored.commit("another prompt")

        shown = scored.harness("versions", run_of(scored, "--candidate", "HEAD"), run_of(scored))

        assert shown.exit_code == 0
        assert "judge" in shown.out
        assert " alike: harness " in shown.out


class TestRefused:
    @pytest.mark.parametrize(
        ("words", "says"),
        [
            (("--candidate", "HEAD~1", "--against", "HEAD~1"), "the two verdicts are not of the same candidate"),
            (("--case", "room-00"), "not every case was judged"),
            (("--profile", "release"), "the two verdicts are not of the same profile: pr and release"),
        ],
    )
    def test_is_a_verdict_of_something_else(self, scored: Scratch, words: tuple[str, ...], says: str) -> None:
        """It would differ for another reason than the version."""
        scored.write("NOTES.md", "more\n")
        scored.commit("notes")
        run = run_of(scored)

        other = scored.harness("gate", "--all", "--against", "HEAD~1", *words).told
        (found,) = re.findall(r"reports in (\S+)", other)
        shown = scored.harness("versions", run, found)

        assert (shown.exit_code, says in shown.err) == (2, True), shown.err

    def test_is_a_working_tree_that_is_no_commit(self, scored: Scratch) -> None:
        """Nobody could judge the same once more."""
        scored.edit("params.yaml", "margin: 0.05", "margin: 0.04")

        run = run_of(scored)

        assert "a working tree was judged that is no commit" in scored.harness("versions", run, run).err

    def test_is_a_folder_without_one_verdict(self, scored: Scratch) -> None:
        """Which of two is meant, nobody knows."""
        run_of(scored)
        run_of(scored, "--candidate", "HEAD")

        many = scored.harness("versions", ".harness/runs", ".harness/runs")
        none = scored.harness("versions", "prompts", "prompts")

        assert (many.exit_code, none.exit_code) == (2, 2)
        assert ".harness/runs holds 2 verdicts" in many.err
        assert "prompts holds no verdicts" in none.err
