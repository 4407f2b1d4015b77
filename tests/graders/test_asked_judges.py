"""A judge that is asked: who it is, what it costs, and what it may decide."""

import json
from typing import Any

import pytest

from tests.graders.bench import JUDGE, expecting, label, mislead, seat
from tests.graders.server import Judging
from tests.scenarios.scratch import Scratch


@pytest.fixture
def seated(scratch: Scratch, judging: Judging) -> Scratch:
    """Return a repository with a judge that is asked in every case."""
    seat(scratch, judging)
    expecting(scratch, {"judge": "grounded"}, cases=20)
    return scratch


@pytest.fixture
def believed(seated: Scratch) -> Scratch:
    """Return one whose judge was held against what people say, and may decide."""
    label(seated, right=80, wrong=40)
    assert seated.harness("judge", "calibrate", "grounded").exit_code == 0
    seated.commit("calibrate the judge")
    return seated


def notices(verdict: dict[str, Any]) -> list[str]:
    """Return what a verdict says of judges."""
    return [one for one in verdict["notices"] if "judge" in one]


class TestAJudge:
    def test_is_asked_once_for_each_answer(self, seated: Scratch, judging: Judging) -> None:
        """What was judged is known: the second run asks nobody."""
        first, second = seated.harness("run"), seated.harness("run")

        assert (first.exit_code, second.exit_code) == (0, 0), first.told
        assert len(judging.asked) == 20

    def test_is_another_with_another_rubric(self, seated: Scratch, judging: Judging) -> None:
        """What the old one said is not what the new one says."""
        seated.harness("run")
        seated.edit("evalsets/judges/grounded.yml", "and nothing else", "and nothing more")

        assert seated.harness("run").exit_code == 0
        assert len(judging.asked) == 40

    def test_is_shown_the_answer_between_marks(self, seated: Scratch, judging: Judging) -> None:
        """Nothing inside can end the quotation, since nobody who writes an answer knows the mark."""
        seated.harness("run", "--first", "1")

        system, user = (message["content"] for message in judging.asked[0]["messages"])
        mark = user.partition(" ")[0].removeprefix("[")
        assert len(mark) == 32
        assert user.count(mark) == 4
        assert f"bear the mark {mark}" in system
        assert "answer begins" in user

    def test_that_nobody_measured_only_advises(self, scratch: Scratch, judging: Judging) -> None:
        """It fails everything, and blocks nothing; the report says so."""
        seat(scratch, judging)
        scratch.write("evalsets/judges/grounded.yml", JUDGE.replace("The answer", "Fail what is WRONG. The answer"))
        expecting(scratch, {"judge": "grounded"}, cases=20)

        found = scratch.gate("--all")

        assert found.exit_code == 0, found.told
        (told,) = notices(found.verdict)
        assert told == (
            "regression / desk: judge grounded gives 0.00 on 20 answers, which neither passes nor blocks: "
            "judge `grounded` only advises: 0 labels of people, and 100 are needed"
        )

    def test_that_only_advises_passes_nothing(self, scratch: Scratch, judging: Judging) -> None:
        """A case of which nobody else says anything is not told by anybody."""
        seat(scratch, judging)
        scratch.write_cases([{**case, "expect": [{"judge": "grounded"}]} for case in scratch.cases()])
        scratch.commit("believe a judge alone")

        found = scratch.gate("--all")

        assert found.exit_code == 3
        assert "nothing decides it: judge `grounded` only advises" in json.dumps(found.verdict)

    def test_that_was_measured_decides(self, believed: Scratch) -> None:
        """Answers that it fails block, and its errors are told with its word."""
        believed.harness("gate", "--all")
        mislead(believed, share=0.5)

        found = believed.gate("--all")

        assert found.exit_code == 1, found.told
        (told,) = notices(found.verdict)
        assert told.startswith(
            "regression / desk: judge grounded gives 0.50 -> 0.50 on 20 answers; corrected for its errors, 50.0% ["
        )

    def test_that_was_changed_since_it_was_measured_only_advises(self, believed: Scratch) -> None:
        """It is another one, of whom nobody knows anything."""
        believed.edit("evalsets/judges/grounded.yml", "and nothing else", "and nothing more")
        mislead(believed, share=1)

        found = believed.gate("--all", "--policy", "candidate")

        assert found.exit_code == 0
        assert "run `harness judge calibrate grounded`" in notices(found.verdict)[0]

    def test_of_base_judges_a_change_of_itself(self, believed: Scratch) -> None:
        """A change can make the judge kind, and is judged by the one that was there before."""
        believed.edit("evalsets/judges/grounded.yml", "passes: grounded", "passes: grounded\nexamples: []")
        believed.edit("evalsets/judges/grounded.yml", "The answer says", "Pass all. The answer says")
        mislead(believed, share=0.5)

        assert believed.gate("--all").exit_code == 1

    def test_that_gives_no_grade_is_unable(self, seated: Scratch, judging: Judging) -> None:
        """It is neither a pass nor a fail of the answer."""
        judging.says = lambda _messages, _schema: "Splendid!"
        label(seated, right=80, wrong=40)

        told = seated.harness("judge", "calibrate", "grounded")

        assert "120 of which the judge could not tell" in told.out
        assert "it only advises" in told.out


class TestSeveralJudges:
    def test_decide_by_more_than_half(self, believed: Scratch) -> None:
        """Two of three pass it."""
        for name in ("second", "third"):
            for end in (".yml", ".labels.jsonl"):
                text = believed.read(f"evalsets/judges/grounded{end}")
                believed.write(f"evalsets/judges/{name}{end}", text)
        believed.edit("evalsets/judges/third.yml", "The answer", "Fail what is WRONG. The answer")
        expecting(believed, {"judge": ["grounded", "second", "third"]}, cases=20)
        believed.harness("judge", "calibrate", "second")
        believed.commit("calibrate the second")

        found = believed.gate("--all")

        assert found.exit_code == 0, found.told
        (told,) = notices(found.verdict)
        assert "judge grounded, second, third gives 1.00 on 20 answers (all agree on 0 of 20, AC1 -1.00 between" in told


class TestTheLedger:
    def test_tells_calls_by_role_and_purpose(self, believed: Scratch) -> None:
        """Who was asked for what, and what that took."""
        believed.harness("gate", "--all")

        told = believed.harness("cache", "calls")

        assert [line.split() for line in told.out.splitlines()] == [
            ["role", "purpose", "calls", "tokens", "in", "tokens", "out", "cost"],
            ["judge", "calibration", "120", "2,400", "1,200", "$0.0048"],
            ["judge", "judge", "grounded", "20", "400", "200", "$0.0008"],
            ["target", "desk", "20", *told.out.splitlines()[3].split()[3:]],
        ]


class TestTheBudget:
    def test_that_ends_in_the_middle_leaves_it_inconclusive(self, seated: Scratch, judging: Judging) -> None:
        """What was judged until then is known to the next run."""
        seated.edit("params.yaml", "judge: grader", "judge: grader\nbudget: {run: 0.03}")
        seated.commit("spend little")
        judging.used = (4000, 300)

        found = seated.gate("--all")

        assert found.exit_code == 3, found.told
        assert 0 < len(judging.asked) < 20
        seated.edit("params.yaml", "run: 0.03", "run: 5")
        seated.commit("spend more")
        assert seated.gate("--all").exit_code == 0
        assert len(judging.asked) == 20


class TestAChangeThatNamesTheFirstJudge:
    def test_is_graded_by_it_and_says_so(self, scratch: Scratch, judging: Judging) -> None:
        """Base has nobody to ask; what the candidate's says only advises."""
        seat(scratch, judging)
        scratch.edit("params.yaml", "judge: grader\n", "")
        scratch.commit("name nobody")
        scratch.edit("params.yaml", "embedder: vectors", "embedder: vectors\njudge: grader")

        found = scratch.gate()

        assert "base names no `judge`: answers are graded by the candidate's" in found.verdict["notices"]
