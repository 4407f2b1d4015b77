"""`python` expectations: the tree that wrote a case brings the code, and code cannot decide by any other way."""

import json
from hashlib import sha256
from pathlib import Path

import pytest

from harness.adapters.folder import Folder
from harness.core.case import Expectation
from harness.core.tree import Tree
from harness.flows.code import Code
from harness.flows.trees import Trees
from tests.scenarios.scratch import Scratch

CITED = "def cited(answer, case):\n    return '[' in answer\n"
DAMAGE = ("prompts/desk.prompt.yml", ", and cite the document you used as [id]", "")


@pytest.fixture
def checked(scratch: Scratch) -> Scratch:
    """Return a repository whose every case is marked by a function of its own."""
    scratch.write("checks/ok.py", CITED)
    scratch.write_cases([{**item, "expect": [{"python": "checks/ok.py:cited"}]} for item in scratch.cases()])
    scratch.commit("python expectations")
    assert scratch.gate("--all").exit_code == 0
    return scratch


class TestAChangedFunction:
    def test_does_not_judge_its_own_change(self, checked: Scratch) -> None:
        """A function that always says yes, with a damaged prompt: base's function still sees the damage."""
        checked.edit(*DAMAGE)
        checked.write("checks/ok.py", "def cited(answer, case):\n    return True\n")

        result = checked.gate()

        assert result.exit_code == 3
        assert "cases were redefined" in result.verdict["summary"]
        assert result.verdict["changed"] == ["prompts/desk.prompt.yml", "checks/ok.py"]

    def test_that_marks_alike_passes(self, checked: Scratch) -> None:
        """A tidied function is judged in both forms, and both agree; every answer is known."""
        checked.write("checks/ok.py", f"# tidied\n{CITED}")

        result = checked.gate()

        assert (result.exit_code, result.calls) == (0, 0)
        assert result.verdict["pairs"][0]["edited"] == 20

    @pytest.mark.parametrize(
        "body",
        [
            f"{CITED}import os\nos._exit(0)\n",
            f"{CITED}import sys\nsys.exit(0)\n",
            "def cited(answer, case):\n    import os\n    os._exit(0)\n",
            "def cited(answer, case):\n    raise SystemExit(0)\n",
            "def cited(answer, case):\n    import os\n    os.kill(os.getppid(), 0)\n    return None\n",
            "def cited(answer, case):\n    print('{}')\n    return 'yes'\n",
            f"{CITED}1 / 0\n",
            f"{CITED}del cited\n",
        ],
    )
    def test_cannot_end_the_gate_as_passed(self, checked: Scratch, body: str) -> None:
        """Its code runs in a process of its own, and no verdict is no pass."""
        checked.edit(*DAMAGE)
        checked.write("checks/ok.py", body)

        result = checked.gate()

        assert result.exit_code == 3
        assert result.verdict["checks"]

    def test_cannot_read_what_no_digest_covers(self, checked: Scratch) -> None:
        """A word list beside the code would change the marks and no trial's name; so it is not there."""
        body = "def cited(answer, case):\n    return open('checks/words.txt').read() in answer\n"
        checked.write("checks/words.txt", "[")
        checked.write("checks/ok.py", body)

        result = checked.gate()

        assert result.exit_code == 3
        assert "FileNotFoundError" in str(result.verdict)

    def test_that_raises_is_told_as_such(self, checked: Scratch) -> None:
        """Nobody is said to fail, and the reason is named where the outcome is."""
        checked.write("checks/ok.py", "def cited(answer, case):\n    raise KeyError('tone')\n")

        result = checked.harness("gate")

        runs = (checked.root / ".harness/runs").iterdir()
        last = max(runs, key=lambda folder: folder.stat().st_mtime_ns)
        report, junit = (last / "report.md").read_text(), (last / "junit.xml").read_text()
        why = "room-00 (candidate: python checks/ok.py:cited: raised KeyError: 'tone')"
        assert result.exit_code == 3
        assert f"20 of 20 cases cannot be compared, more than the 5% that policy allows: {why}" in result.out
        assert "## 20 cases cannot be judged" in report
        assert "case fails" not in report
        assert "cannot be judged: python checks/ok.py:cited: raised KeyError" in junit
        assert "base fails it too" not in junit

    @pytest.mark.slow
    def test_that_hangs_is_stopped_and_given_up(self, checked: Scratch) -> None:
        """Three times five seconds, not twenty cases times forever."""
        checked.write("checks/ok.py", "def cited(answer, case):\n    while True: pass\n")

        result = checked.gate()

        assert result.exit_code == 3
        assert "broke its limits 3 times" in str(result.verdict)


class TestAFunctionsFile:
    def test_is_known_by_every_digit_of_its_digest(self, tmp_path: Path) -> None:
        """By few of them, another file could be made that passes for base's, and runs in its place."""
        (tmp_path / "ok.py").write_text(CITED)
        here = Folder(tmp_path)

        pinned = Code(Trees(here, Tree("working tree"))).pinned(here, Expectation("python", "ok.py:cited"))

        assert pinned.value == f"ok.py:cited@{sha256(CITED.encode()).hexdigest()}"


class TestAFunctionThatStartsPrograms:
    def test_is_not_answered_for_by_them(self, checked: Scratch) -> None:
        """What a program prints would be taken for a mark, and every mark after it for the next case's."""
        body = "import subprocess\ndef cited(answer, case):\n    if case['id'] == 'room-00':\n"
        body += "        subprocess.run(['echo', '{\"result\": true}'])\n        return False\n    return True\n"
        checked.write("checks/ok.py", body)

        assert "regression / desk  19/20 pass" in checked.harness("run").out
        failing = [
            line for line in checked.read(".harness/results/regression/desk.jsonl").splitlines() if "false" in line
        ]
        assert [json.loads(line)["case"] for line in failing] == ["room-00"]


class TestAFileThatIsNoPython:
    @pytest.mark.parametrize(
        ("path", "body", "error"),
        [
            ("checks/ok.py", "def cited(:\n", "`python`: checks/ok.py:1: invalid syntax"),
            ("checks/ok.py", "a = '\0'\n", "`python`: checks/ok.py:1: source code string cannot contain null bytes"),
            ("checks/ok.py", None, "`python`: there is no file checks/ok.py"),
        ],
        ids=["syntax", "NUL", "gone"],
    )
    def test_is_an_error_at_the_case_that_names_it(
        self, checked: Scratch, path: str, body: str | None, error: str
    ) -> None:
        """Line one of the evalset is where its author looks."""
        if body is None:
            checked.remove(path)
        else:
            checked.write(path, body)

        result = checked.harness("check")

        assert result.exit_code == 2
        assert f"evalsets/regression/desk.jsonl:1: case `room-00`: {error}" in result.err
