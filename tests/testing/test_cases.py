"""`pytest evalsets/`: each case a test, chosen by pytest and answered by the engine."""

import hashlib
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from tests.endpoint.launch import Endpoint
from tests.house.scratch import ROOT
from tests.scenarios.remote import KEY, make
from tests.scenarios.scratch import Scratch
from tests.site import site
from tests.testing.conftest import Pytest

FAILS = """\
contains "noon": the answer says "The drama room 3 opens at 6 minutes past nine. [rooms/3]"
max-words 1: the answer has 11 words
asked   {"question": "When does the drama room 3 open?", "documents": [{"id": "rooms/3", "text": "The drama room 3 \
opens at 6 minutes past nine."}, {"id": "coffee", "text": "Coffee is sold downstairs."}]}
answer  The drama room 3 opens at 6 minutes past nine. [rooms/3]
case    room-03 of regression / desk (evalsets/regression/desk.jsonl:4)
"""


def spoil(scratch: Scratch, number: int, **more: object) -> None:
    """Let a case expect what no answer meets."""
    cases = scratch.cases()
    cases[number] |= {"expect": [{"contains": "noon"}, {"max-words": 1}], **more}
    scratch.write_cases(cases)


class TestCasesAsTests:
    def test_pass_and_fail_one_by_one(self, scratch: Scratch, run_pytest: Pytest) -> None:
        """A failure is a few lines that tell all, and no traceback; twice comes to the same."""
        spoil(scratch, 3)

        first, second = run_pytest("evalsets/"), run_pytest("evalsets/")

        assert (first.code, first.counts) == (second.code, second.counts) == (1, "1 failed, 19 passed")
        assert f"\n{FAILS}=====" in first.out

    def test_fail_in_ten_lines_at_most(self, scratch: Scratch, run_pytest: Pytest) -> None:
        """However much is expected, and whatever is answered: nothing of it steers a terminal."""
        scratch.edit("evalsets/regression/desk.jsonl", "When does the drama", "When \\u001b[31m does the drama")
        spoil(scratch, 3, expect=[{"contains": f"noon {number}"} for number in range(9)])

        out = run_pytest("evalsets").out

        (told,) = re.findall(r"__ room-03 _+\n(.*?)=====", out, re.DOTALL)
        assert len(told.splitlines()) == 9
        assert "\nand 4 more\n" in told
        assert "\x1b[31m does" not in out

    @pytest.mark.parametrize(
        ("words", "counts"),
        [
            (["-k", "room-1"], "10 passed, 10 deselected"),
            (["-m", "odd"], "1 failed, 19 deselected"),
            (["-m", "not odd"], "19 passed, 1 deselected"),
            (["evalsets/regression/desk.jsonl::room-05"], "1 passed"),
            (["--collect-only", "-q"], "20 tests collected"),
        ],
    )
    def test_are_chosen_as_any_test_is(
        self, scratch: Scratch, run_pytest: Pytest, words: list[str], counts: str
    ) -> None:
        """By its id, a word of it, or a tag; a tag that means something to pytest means nothing here."""
        spoil(scratch, 3, tags=["odd", "skip", "xfail", "_x", "a: b"])

        ran = run_pytest("--strict-markers", *(words if words[0].startswith("evalsets") else ["evalsets", *words]))

        assert ran.counts == counts

    def test_are_not_collected_unless_they_are_named(self, run_pytest: Pytest) -> None:
        """A bare `pytest` of somebody's unit tests asks no model, and spends nothing."""
        assert run_pytest().counts == "no tests ran"

    def test_that_failed_are_run_again_alone(self, scratch: Scratch, run_pytest: Pytest) -> None:
        """`--lf`, as with any test."""
        spoil(scratch, 3)
        run_pytest("evalsets")

        assert run_pytest("evalsets", "--lf").counts == "1 failed"

    def test_of_a_file_that_is_wrong_are_an_error(self, scratch: Scratch, run_pytest: Pytest) -> None:
        """With its line and a hint, and pytest's own exit code for that."""
        scratch.edit("params.yaml", "margin:", "marign:")

        ran = run_pytest("evalsets")

        assert (ran.code, ran.counts) == (2, "1 error")
        assert "error: params.yaml:13: unknown key `marign`; did you mean `margin`?\n\nhint: known keys" in ran.out
        assert "Traceback" not in ran.out

    def test_of_a_file_that_dvc_keeps_are_read_from_its_cache(self, scratch: Scratch, run_pytest: Pytest) -> None:
        """Checked out or not, each of them is one test."""
        text = scratch.read("evalsets/regression/desk.jsonl").replace("room-", "more-")
        md5 = hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
        outs = f"outs:\n- {{md5: {md5}, size: {len(text)}, hash: md5, path: desk.more.jsonl}}\n"
        scratch.write("evalsets/regression/desk.more.jsonl.dvc", outs)
        scratch.write(".dvc/config", "")
        scratch.write(f".dvc/cache/files/md5/{md5[:2]}/{md5[2:]}", text)

        kept = run_pytest("evalsets")
        scratch.write("evalsets/regression/desk.more.jsonl", text)

        assert (kept.counts, run_pytest("evalsets").counts) == ("40 passed", "40 passed")

    def test_of_a_suite_that_composes_its_cases_are_those(self, desk: Scratch, run_pytest: Pytest) -> None:
        """Attacks and pairs, each with its own id."""
        ran = run_pytest("--rootdir", str(desk.root), str(desk.root / "evalsets/injection"), "-v")

        assert ran.code == 0, ran.out
        assert ran.out.count(" PASSED ") > len(desk.cases())


class TestACaseThatNobodyCanJudge:
    def test_is_an_error_that_says_why(self, scratch: Scratch, run_pytest: Pytest) -> None:
        """It neither passes nor fails, and is not skipped either."""
        scratch.write("checks/tone.py", "def polite(answer, case):\n    raise ValueError('no idea')\n")
        cases = scratch.cases()
        cases[3]["expect"] = [{"python": "checks/tone.py:polite"}]
        scratch.write_cases(cases)

        ran = run_pytest("evalsets")

        assert (ran.code, ran.counts) == (1, "19 passed, 1 error")
        assert "\npython checks/tone.py:polite: raised ValueError: no idea\ncase    room-03 of" in ran.out

    @pytest.mark.parametrize(
        ("mode", "more", "key", "why"),
        [
            ("", "", "", "error: params.yaml:2: pin `reader`: `STUB_KEY` is not set"),
            ("", "budget: {run: 0.000001}\n", KEY, "error: stopped before any call: 6 calls expected to cost $"),
            ("unauthorised", "", KEY, "no answer: HTTP 401"),
        ],
    )
    def test_is_each_of_those_that_are_not_answered(  # noqa: PLR0913 (pytest's fixtures)
        self,
        scratch: Scratch,
        run_pytest: Pytest,
        server: Endpoint,
        monkeypatch: pytest.MonkeyPatch,
        *,
        mode: str,
        more: str,
        key: str,
        why: str,
    ) -> None:
        """No key, no money, no endpoint: nothing of it is a pass."""
        make(scratch, server.url(mode), 6, more=more)
        monkeypatch.setenv("STUB_KEY", key)

        ran = run_pytest("evalsets")

        assert (ran.code, ran.counts) == (1, "6 errors")
        assert why in ran.out
        assert "Traceback" not in ran.out

    def test_is_each_that_the_budget_leaves(
        self, scratch: Scratch, run_pytest: Pytest, server: Endpoint, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What was answered before it ended is told."""
        make(scratch, server.url("missing-usage"), 200, more="budget: {run: 0.02}\n")
        spoil(scratch, 0)
        monkeypatch.setenv("STUB_KEY", KEY)

        ran = run_pytest("evalsets")

        failed, passed, errors = (int(part.split()[0]) for part in ran.counts.split(", "))
        assert (ran.code, failed, passed + errors) == (1, 1, 199)
        assert min(passed, errors) > 0
        assert "\nanswer  room 0 opens at nine\n" in ran.out
        assert "error: `budget.run` cannot bear another call of up to $0.000" in ran.out


class TestThePlugin:
    def test_loads_nothing_of_ours_before_there_is_a_case(self) -> None:
        """It is read at every start of pytest where we are installed, which it must not be felt at."""
        code = """
import sys, time, pytest
began = time.perf_counter()
import harness.pytest_plugin
print((time.perf_counter() - began) * 1000, *[name for name in sys.modules if name.startswith("harness")])
"""
        runs = [
            subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
            for _ in range(3)
        ]

        assert {tuple(run.split()[1:]) for run in runs} == {("harness", "harness.pytest_plugin")}
        assert min(float(run.split()[0]) for run in runs) < 10

    @pytest.mark.slow
    def test_is_found_by_its_entry_point_and_shares_the_cases_among_processes(
        self, scratch: Scratch, tmp_path: Path, server: Endpoint
    ) -> None:
        """`-n 2` and JUnit, from nothing; each case is asked, and told, once."""
        server.reset()
        make(scratch, server.url(), 20)
        spoil(scratch, 3)
        command = [sys.executable, "-m", "pytest", "-p", "harness", "-p", "xdist.plugin", "-n", "2", "evalsets"]
        environ = {**scratch.environ(), **site(tmp_path / "site"), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        environ["STUB_KEY"] = KEY

        done = subprocess.run(
            [*command, "--junitxml", str(tmp_path / "junit.xml")],
            cwd=scratch.root,
            env=environ,
            capture_output=True,
            text=True,
            check=False,
        )

        assert (done.returncode, "1 failed, 19 passed in " in done.stdout) == (1, True), done.stdout
        (suite,) = ET.parse(tmp_path / "junit.xml").getroot()  # noqa: S314 (pytest's own)
        assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("20", "1", "0")
        assert (server.counts().answered, server.counts().repeats) == (20, 0)
