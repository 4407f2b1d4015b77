"""`harness judge add`: the judges that people ask for first, ready to be edited."""

from importlib.resources import files

import pytest

from harness.content.judges import read_judge
from tests.graders.bench import expecting as expect_more
from tests.graders.bench import seat
from tests.graders.server import judging
from tests.scenarios.scratch import Scratch

NAMES = ["coherence", "completeness", "hallucination", "helpfulness", "toxicity"]
TOLD = """\
  evalsets/judges/toxicity.yml
next: let its `model` name a pin of params.yaml, and expect it in a case: {"judge": "toxicity"}
it only advises until 100 answers are labelled by people and `harness judge calibrate toxicity` says more
"""


class TestAJudgeToAdd:
    def test_is_one_of_five(self) -> None:
        """No other file lies beside them."""
        found = sorted(file.name for file in (files("harness") / "starter" / "judges").iterdir())

        assert found == [f"{name}.yml" for name in NAMES]

    @pytest.mark.parametrize("name", NAMES)
    def test_has_three_grades_and_an_example_on_each_side(self, name: str) -> None:
        """A model that sees one side alone leans to it."""
        data = (files("harness") / "starter" / "judges" / f"{name}.yml").read_bytes()

        judge = read_judge(data, f"evalsets/judges/{name}.yml")

        assert (judge.version, judge.model, len(judge.scale)) == (1, "judge", 3)
        assert [judge.passed(example.grade) for example in judge.examples] == [False, True]
        assert all(example.asked for example in judge.examples)


class TestAdding:
    @pytest.mark.parametrize("name", NAMES)
    def test_writes_a_file_that_is_well_formed(self, scratch: Scratch, name: str) -> None:
        """As soon as it names a pin; until then the check says where."""
        added = scratch.harness("judge", "add", name)
        path = f"evalsets/judges/{name}.yml"
        before = scratch.harness("check")
        scratch.edit(path, "model: judge", "model: reader")

        assert added.exit_code == 0, added.told
        assert f"error: {path}:3: there is no pin `judge`" in before.err
        assert scratch.harness("check").exit_code == 0

    def test_brings_a_judge_that_can_be_asked(self, scratch: Scratch) -> None:
        """Once for each answer, by its rubric and with its examples."""
        with judging() as server:
            seat(scratch, server)
            scratch.harness("judge", "add", "hallucination")
            scratch.edit("evalsets/judges/hallucination.yml", "model: judge", "model: grader")
            expect_more(scratch, {"judge": "hallucination"}, cases=2)

            told = scratch.harness("run")
            told_to = [one["messages"][0]["content"] for one in server.asked]

        assert told.exit_code == 0, told.told
        assert len(told_to) == 2
        assert all("- embroidered: What somebody may act on is supported" in text for text in told_to)
        assert all("The document excludes opened software" in text for text in told_to)

    def test_says_what_comes_next(self, scratch: Scratch) -> None:
        """A rubric is no judge yet."""
        assert scratch.harness("judge", "add", "toxicity").out == TOLD

    def test_leaves_a_file_alone_that_is_there(self, scratch: Scratch) -> None:
        """It may be edited already."""
        scratch.write("evalsets/judges/toxicity.yml", "mine\n")

        told = scratch.harness("judge", "add", "toxicity")

        assert told.exit_code == 2
        assert told.err == (
            "error: evalsets/judges/toxicity.yml exists already\n\nhint: edit it, or move it away to begin again\n"
        )
        assert scratch.read("evalsets/judges/toxicity.yml") == "mine\n"

    @pytest.mark.parametrize("name", ["toxicty", "../params"])
    def test_lists_what_there_is(self, scratch: Scratch, name: str) -> None:
        """Where a name is not known, whatever it is."""
        told = scratch.harness("judge", "add", name)
        near = "; did you mean `toxicity`?" if name == "toxicty" else ""

        assert told.exit_code == 2
        assert told.err == (
            f"error: there is no judge `{name}` to add{near}\n\n"
            f"hint: there are: {', '.join(NAMES)}; any other is a file of your own in evalsets/judges/\n"
        )

    def test_says_where_it_cannot_write(self, scratch: Scratch) -> None:
        """A file stands where the folder belongs."""
        scratch.write("evalsets/judges", "")

        told = scratch.harness("judge", "add", "toxicity")

        assert told.exit_code == 4
        assert told.err.startswith("error: evalsets/judges/toxicity.yml cannot be written: ")
