"""A person at work: what is typed, what is shown, and what the file of labels holds after it."""

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from harness.core.errors import ContentError, UsageError
from harness.core.labelling import Shown
from harness.flows.judge_label import label_answers, who
from harness.flows.trees import World
from tests.content.test_judges import JUDGE, PATH, SAID
from tests.scenarios.scratch import Scratch

QUESTION = "1 invented, 2 grounded, s skip, b back, ? rubric, q quit: "


@dataclass
class Typist:
    """Somebody who types what they are told to, and remembers what they saw."""

    typed: list[str]
    width: int = 40
    saw: list[str] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)

    def tell(self, lines: Iterable[str]) -> None:
        """Remember lines."""
        self.saw.extend(lines)

    def hear(self, question: str) -> str | None:
        """Type the next line; none after the last."""
        self.asked.add(question)
        return self.typed.pop(0) if self.typed else None


@dataclass
class Office:
    """A folder with a judge and five answers."""

    root: Path
    answers: list[Shown] = field(default_factory=lambda: [Shown(f"answer {n}", "Why?") for n in range(5)])

    def sit(self, *typed: str, by: str = "ana") -> list[str]:
        """Let somebody type, and return what they saw."""
        person = Typist([*typed])
        label_answers(World(self.root, {}), "grounded", by, person, lambda: self.answers)
        assert person.asked <= {QUESTION}
        return person.saw

    @property
    def labels(self) -> list[dict[str, str]]:
        """What the file holds."""
        return [json.loads(line) for line in (self.root / SAID).read_text().splitlines()]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """Return one in a folder without git."""
    path = tmp_path / PATH
    path.parent.mkdir(parents=True)
    path.write_text(JUDGE)
    return Office(tmp_path)


def order(saw: list[str]) -> list[str]:
    """Return the answers in the order in which they were shown."""
    return [line.strip() for line in saw if line.startswith("    answer ")]


class TestWhoLabels:
    def test_leaves_a_line_for_each_grade_with_their_name_and_the_day(self, office: Office) -> None:
        """By number or by name; spaces and capitals do not matter."""
        first, second, *_ = order(office.sit("1", " Grounded "))

        day = office.labels[0]["on"]
        assert office.labels == [
            {"asked": "Why?", "answer": first, "grade": "invented", "by": "ana", "on": day},
            {"asked": "Why?", "answer": second, "grade": "grounded", "by": "ana", "on": day},
        ]

    def test_is_not_shown_again_what_they_labelled(self, office: Office) -> None:
        """But for what was skipped; another person sees all."""
        shown = order(office.sit("1", "s", "2", "q"))

        again = office.sit()

        assert order(again)[0] == shown[1]
        assert "3 answers to label as ana, beside 2 you labelled before" in again
        assert order(office.sit(by="bo"))[0] == shown[0]

    def test_may_correct_what_they_said_just_now(self, office: Office) -> None:
        """The line is taken out, and the answer shown again; then the one before."""
        saw = office.sit("1", "1", "b", "b", "2")

        assert order(saw)[:5] == [order(saw)[n] for n in (0, 1, 2, 1, 0)]
        assert [label["grade"] for label in office.labels] == ["grounded"]
        assert saw.count("taken back: invented") == 2

    def test_does_not_correct_what_was_said_before(self, office: Office) -> None:
        """It may be merged by now; the file is there to be edited."""
        office.sit("1")

        saw = office.sit("back")

        assert "this is the first; labels of before are changed in the file itself" in saw
        assert len(office.labels) == 1

    def test_goes_back_over_what_they_skipped(self, office: Office) -> None:
        """There is nothing to take out."""
        saw = office.sit("skip", "b", "2")

        assert "back; it got no label from here" in saw
        assert len(office.labels) == 1

    def test_sees_the_rubric_when_they_want(self, office: Office) -> None:
        """And is told what is no key, without the answer once more."""
        saw = office.sit("?", "\x1b[2Jgood")

        assert saw.count("    Is everything in the answer said by the documents?") == 2
        assert saw.count("invented  fails   Something is not.") == 2
        assert "`\\x1b[2jgood` is no grade and no key" in saw
        assert len(order(saw)) == 1

    def test_is_told_how_far_it_has_come(self, office: Office) -> None:
        """What is missing before the judge may decide."""
        saw = office.sit("1", "2", "2")

        assert saw[-2:] == [
            "3 labels added; people agree on 3 answers of `grounded` and fail 1",
            "before it may decide, it needs 100 (97 more), 30 of them fails (29 more)",
        ]

    def test_is_told_when_it_is_enough(self, office: Office) -> None:
        """And what comes next; of answers on which people are split, nobody knows anything."""
        office.answers = [Shown(f"answer {n}") for n in range(101)]
        office.sit(*["1"] * 31, *["2"] * 70)

        saw = office.sit("2", by="bo")

        assert saw[-2:] == [
            "1 label added; people agree on 100 answers of `grounded` and fail 30; they are split on 1",
            "enough to measure it: `harness judge calibrate grounded`",
        ]

    def test_is_not_led_by_what_an_answer_says(self, office: Office) -> None:
        """Nothing of a model's stands in the first columns, moves the cursor, or hides."""
        office.answers = [Shown("Fine.\n--- 2 of 2\x1b[2J\u202e\rab" + "x" * 60, "\tWhy?\n")]

        saw = office.sit()

        at = saw.index("--- 1 of 1")
        assert saw[at : at + 7] == [
            "--- 1 of 1",
            "asked",
            "        Why?",
            "answer",
            "    Fine.",
            "    --- 2 of 2\\u001b[2J\\u202e\\u000dabxx",
            "    " + "x" * 35,
        ]

    def test_sees_that_an_answer_is_empty(self, office: Office) -> None:
        """Rather than nothing."""
        office.answers = [Shown("")]

        assert "    (empty)" in office.sit("1")


class TestTwoAtOnce:
    def test_keep_what_both_say(self, office: Office) -> None:
        """Each change reads the file anew."""

        class Other(Typist):
            def hear(self, question: str) -> str | None:
                office.sit("2", by="bo")
                return super().hear(question)

        label_answers(World(office.root, {}), "grounded", "ana", Other(["1", "1"]), lambda: office.answers)

        assert sorted(label["by"] for label in office.labels) == ["ana", "ana", "bo", "bo", "bo"]

    def test_are_one_person_in_two_windows(self, office: Office) -> None:
        """Who has said something of an answer is not asked to write it twice."""

        class Twice(Typist):
            def hear(self, question: str) -> str | None:
                office.sit("2")
                return super().hear(question)

        person = Twice(["1"])
        label_answers(World(office.root, {}), "grounded", "ana", person, lambda: office.answers)

        assert "you have labelled it elsewhere meanwhile; that stays" in person.saw
        assert {label["grade"] for label in office.labels} == {"grounded"}

    def test_do_not_undo_each_other(self, office: Office) -> None:
        """A label that somebody has edited meanwhile is not taken back."""

        class Reviewer(Typist):
            def hear(self, question: str) -> str | None:
                typed = super().hear(question)
                if typed == "b":
                    path = office.root / SAID
                    path.write_text(path.read_text().replace("invented", "grounded"))
                return typed

        person = Reviewer(["1", "b"])
        label_answers(World(office.root, {}), "grounded", "ana", person, lambda: office.answers)

        assert "somebody has changed that label; it stays" in person.saw
        assert [label["grade"] for label in office.labels] == ["grounded"]


class TestAFault:
    def test_of_the_file_ends_the_work_before_it_begins(self, office: Office) -> None:
        """Its labels are not to be buried under more."""
        (office.root / SAID).write_text("[]\n")

        with pytest.raises(ContentError, match=f"{SAID}:1: a mapping with keys is expected here"):
            office.sit("1")

    def test_of_another_judge_does_not(self, office: Office) -> None:
        """`harness check` tells of it."""
        (office.root / "evalsets/judges/kind.yml").write_text("version: 1\n")

        assert len(order(office.sit("1"))) == 2


class TestTheName:
    @pytest.fixture(autouse=True)
    def nobody(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let git know nobody but who is told in the repository."""
        monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
        monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)

    def test_is_the_one_that_is_given(self, scratch: Scratch) -> None:
        """Or git's: the address, which is one person's, before the name."""
        world = World(scratch.root, {})
        scratch.git("config", "user.name", "Ana B.")
        by_name = who(world, "")
        scratch.git("config", "user.email", "ana@example.org")

        assert (by_name, who(world, " "), who(world, " bo ")) == ("Ana B.", "ana@example.org", "bo")

    def test_is_missing(self, scratch: Scratch) -> None:
        """A label of nobody counts for nothing."""
        with pytest.raises(UsageError, match="nobody says who labels"):
            who(World(scratch.root, {}), "")
