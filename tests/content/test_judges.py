"""Judges and their labels: rubrics and people's words, read to the letter."""

from pathlib import Path

import pytest

from harness.adapters.folder import Folder
from harness.content.judges import read_judge, read_judges, read_labels
from harness.core.errors import ContentError
from harness.core.judge import Example, Grade, Label

PATH = "evalsets/judges/grounded.yml"
SAID = "evalsets/judges/grounded.labels.jsonl"
JUDGE = """\
version: 1
model: judge
rubric: |
  Is everything in the answer said by the documents?
scale:
  - grade: invented
    means: Something is not.
  - grade: grounded
    means: Everything is.
passes: grounded
examples:
  - asked: How long may I take?
    answer: 60 days
    grade: invented
    why: The documents say 30.
"""
LABEL = '{"answer": "30 days", "grade": "grounded", "by": "ana", "on": "2026-11-20"}\n'
GRADES = "\n\nhint: grades of this judge: invented, grounded"


def error_of(text: str, path: str = PATH) -> str:
    """Return what the reader says against a judge, without the name of the file."""
    with pytest.raises(ContentError) as found:
        read_judge(text.encode(), path)
    return str(found.value).removeprefix(f"error: {path}")


class TestAJudge:
    def test_is_read_whole(self) -> None:
        """Its name is the file's; the scale goes from the worst to the best."""
        judge = read_judge(JUDGE.encode(), PATH)

        assert (judge.name, judge.version, judge.model, judge.passes) == ("grounded", 1, "judge", "grounded")
        assert judge.rubric == "Is everything in the answer said by the documents?\n"
        assert judge.scale == (Grade("invented", "Something is not."), Grade("grounded", "Everything is."))
        assert judge.examples == (Example("60 days", "invented", "The documents say 30.", "How long may I take?"),)
        assert str(judge.origin) == f"{PATH}:2"


class TestAFaultyJudge:
    @pytest.mark.parametrize(
        ("text", "error"),
        [
            (
                JUDGE.replace("rubric", "rubrik"),
                (
                    ":3: unknown key `rubrik`; did you mean `rubric`?\n\n"
                    "hint: known keys: examples, model, passes, rubric, scale, version"
                ),
            ),
            (
                JUDGE.replace("means: Everything", "mean: Everything"),
                ":9: unknown key `mean`; did you mean `means`?\n\nhint: known keys: grade, means",
            ),
            (JUDGE.replace("version: 1\n", ""), ":1: the key `version` is missing"),
            (JUDGE.replace("version: 1", "version: v1"), ":1: `version` should be a whole number"),
            (JUDGE.replace("version: 1", "version: 0"), ":1: `version` should be greater than or equal to 1"),
            (
                JUDGE.replace("  - grade: invented\n    means: Something is not.\n", ""),
                ":5: `scale` should have at least 2 items, not 1",
            ),
            (
                JUDGE.replace("grade: invented\n    means", "grade: Invented!\n    means"),
                ":6: `scale.0.grade` should match pattern '^[a-z0-9][a-z0-9-]{0,63}$', not `Invented!`",
            ),
            (
                JUDGE.replace("grade: grounded", "grade: invented"),
                ":8: the grade `invented` a second time\n\nhint: name each step once",
            ),
            (
                JUDGE.replace("grade: invented\n    means", "grade: cannot-tell\n    means"),
                ":6: `cannot-tell` is what any judge may say, and no grade\n\nhint: leave it out",
            ),
            (
                JUDGE.replace("passes: grounded", "passes: grouned"),
                f":10: there is no grade `grouned`; did you mean `grounded`?{GRADES}",
            ),
            (
                JUDGE.replace("passes: grounded", "passes: invented"),
                (
                    ":10: every answer would pass\n\n"
                    "hint: the scale goes from the worst to the best; name the worst grade that still passes"
                ),
            ),
            (
                JUDGE.replace("grade: invented\n    why", "grade: wrong\n    why"),
                f":14: there is no grade `wrong`{GRADES}",
            ),
        ],
    )
    def test_is_refused_at_its_line(self, text: str, error: str) -> None:
        """Each with what to do."""
        assert error_of(text) == error

    @pytest.mark.parametrize("path", ["evalsets/judges/grounded.yaml", "evalsets/judges/a/grounded.yml"])
    def test_stands_in_its_folder_under_its_name(self, path: str) -> None:
        """A file that nobody reads would be missed by nobody."""
        assert error_of(JUDGE, path) == (
            ": neither a judge nor its labels\n\n"
            "hint: judges are evalsets/judges/<name>.yml; beside one are <name>.labels.jsonl and <name>.judged.jsonl"
        )


def labels(text: str) -> tuple[Label, ...]:
    """Return the labels in a file."""
    return read_labels(text.encode(), SAID, read_judge(JUDGE.encode(), PATH))


class TestLabels:
    def test_say_who_said_it_and_when(self) -> None:
        """Two people may say it of one answer."""
        first, second = labels(LABEL + LABEL.replace("ana", "bo").replace('"by"', '"comment": "so it is", "by"'))

        assert (first.answer, first.grade, first.by, first.on) == ("30 days", "grounded", "ana", "2026-11-20")
        assert (second.by, str(second.origin)) == ("bo", f"{SAID}:2")

    @pytest.mark.parametrize(
        ("line", "error"),
        [
            (LABEL.replace("grounded", "grond"), f"there is no grade `grond`; did you mean `grounded`?{GRADES}"),
            (LABEL.replace("2026-11-20", "20.11.2026"), "`on` is not a date\n\nhint: write YYYY-MM-DD"),
            (LABEL.replace('"by": "ana", ', ""), "the key `by` is missing"),
            (LABEL.replace('"ana"', '""'), "`by` should have at least 1 character"),
            (
                LABEL.replace('"on"', '"at"'),
                "unknown key `at`\n\nhint: known keys: answer, asked, by, comment, grade, on",
            ),
            (LABEL, "`ana` labels this answer a second time\n\nhint: line 1 is the first; keep one of them"),
            ("[]\n", "a mapping with keys is expected here"),
            ("\n", "an empty line\n\nhint: one JSON object a line"),
        ],
    )
    def test_are_refused_at_their_line(self, line: str, error: str) -> None:
        """People's words are evidence; none is guessed at."""
        with pytest.raises(ContentError) as found:
            labels(LABEL + line)

        assert str(found.value) == f"error: {SAID}:2: {error}"


class TestAFolderOfJudges:
    def put(self, root: Path, **files: str) -> None:
        """Write files into the folder of judges."""
        folder = root / "evalsets/judges"
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / name.replace("__", ".")).write_text(text, encoding="utf-8")

    def test_is_read_with_the_labels(self, tmp_path: Path) -> None:
        """Each judge by name, and what people say by its grades."""
        self.put(tmp_path, grounded__yml=JUDGE, grounded__labels__jsonl=LABEL, kind__yml=JUDGE)

        found = read_judges(Folder(tmp_path))

        assert sorted(found.judges) == ["grounded", "kind"]
        assert [label.by for label in found.labels["grounded"]] == ["ana"]
        assert found.faults == []

    def test_without_a_judge_for_its_labels_is_wrong(self, tmp_path: Path) -> None:
        """A slip in a name would leave a judge without its labels."""
        self.put(tmp_path, grounded__yml=JUDGE, ground__labels__jsonl=LABEL)

        (fault,) = read_judges(Folder(tmp_path)).faults

        assert str(fault) == (
            "error: evalsets/judges/ground.labels.jsonl: labels for a judge that is not there; "
            "did you mean `grounded`?\n\nhint: add evalsets/judges/ground.yml, or delete the file"
        )

    def test_tells_of_a_faulty_judge_once(self, tmp_path: Path) -> None:
        """What its labels should say, nobody knows then."""
        self.put(tmp_path, grounded__yml="version: 1\n", grounded__labels__jsonl='{"grade": 1}')

        found = read_judges(Folder(tmp_path))

        assert [str(fault.where) for fault in found.faults] == [f"{PATH}:1"]
        assert not found.judges

    def test_that_leads_elsewhere_is_not_read(self, tmp_path: Path) -> None:
        """A link could bring in any file of the machine."""
        self.put(tmp_path, grounded__yml=JUDGE)
        (tmp_path / "evalsets/judges/other.yml").symlink_to("/etc/hostname")

        found = read_judges(Folder(tmp_path))

        assert not found.judges
        assert "other.yml" in str(found.faults[0])
