"""Labels that are written: which answers are left to a person, and what becomes of the file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.content import judge_labels
from harness.content.judge_labels import line_of, pile, read_answers, with_label, without_label
from harness.content.judges import read_judge, read_labels
from harness.core.errors import ContentError
from harness.core.judge import Label
from harness.core.labelling import Shown
from tests.content.test_judges import JUDGE, LABEL, PATH, SAID

GROUNDED = read_judge(JUDGE.encode(), PATH)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def label(answer: str, by: str = "ana", asked: str = "") -> Label:
    """Return a label."""
    return Label(answer, "grounded", by, "2026-11-22", asked)


class TestAFileOfAnswers:
    def test_may_be_one_of_judgements(self) -> None:
        """What the judge said of them is left out: whoever labels is not to know."""
        data = (
            b'{"answer": "30 days"}\n{"answer": "60", "asked": "Why?", "grade": "invented", "why": "No.", "by": "x"}\n'
        )

        assert read_answers(data, "a.jsonl") == [Shown("30 days"), Shown("60", "Why?")]

    def test_is_told_of_a_fault_with_its_line(self) -> None:
        """A key that nobody knows is a mistake."""
        with pytest.raises(ContentError, match=r"a.jsonl:2: unknown key `anwser`"):
            read_answers(b'{"answer": ""}\n{"anwser": "60"}\n', "a.jsonl")


class TestThePile:
    def test_is_what_the_person_has_not_labelled_each_once(self) -> None:
        """What others said of an answer changes nothing."""
        answers = [Shown("a"), Shown("b"), Shown("c"), Shown("b"), Shown("b", "Why?")]

        found = pile(answers, [label("a"), label("b", "bo")], "ana")

        assert sorted(found.shown) == [Shown("b"), Shown("b", "Why?"), Shown("c")]
        assert (found.labelled, found.unfit) == (1, 0)

    def test_has_an_order_that_does_not_depend_on_where_they_are_from(self) -> None:
        """Else the first half were base's."""
        answers = [Shown(f"{number}") for number in range(20)]

        found = pile(answers, [], "ana").shown

        assert found == pile(answers[::-1], [], "ana").shown
        assert list(found) != sorted(found)

    def test_counts_what_no_label_can_hold(self) -> None:
        """Half a character, and more than a line may have."""
        found = pile([Shown("\ud800"), Shown("x" * 1_000_000), Shown("fits")], [], "ana")

        assert (found.shown, found.unfit) == ((Shown("fits"),), 2)


class TestALine:
    def test_is_read_by_people(self) -> None:
        """Letters of any language are there as they are; what hides from a reviewer is not."""
        line = line_of(Label("Grüße \u202e\U000e0041", "grounded", "ana", "2026-11-22", "Wie?"))

        assert line.decode() == (
            '{"asked": "Wie?", "answer": "Grüße \\u202e\\udb40\\udc41", "grade": "grounded", "by": "ana", '
            '"on": "2026-11-22"}\n'
        )

    @given(answer=TEXTS, asked=TEXTS, by=TEXTS.filter(bool))
    def test_says_what_was_labelled_to_the_letter(self, answer: str, asked: str, by: str) -> None:
        """Or the label were of another answer."""
        said = label(answer, by, asked)

        assert read_labels(line_of(said), SAID, GROUNDED) == (said,)


class TestTheFile:
    @pytest.mark.parametrize(
        "before", ["", LABEL, LABEL.removesuffix("\n")], ids=["new", "there", "without its last line's end"]
    )
    def test_gets_a_line_and_keeps_all_others(self, before: str) -> None:
        """Also where an editor left the end of the last line out."""
        made = with_label(before.encode(), SAID, GROUNDED, label("60 days"))

        assert made.decode() == f"{before and LABEL}{line_of(label('60 days')).decode()}"

    def test_stays_where_its_author_has_said_so_before(self) -> None:
        """A second label of one person would be a fault of the file."""
        assert with_label(LABEL.encode(), SAID, GROUNDED, label("30 days")) == LABEL.encode()
        assert with_label(LABEL.encode(), SAID, GROUNDED, label("30 days", "bo")) != LABEL.encode()

    def test_that_is_wrong_gets_none(self) -> None:
        """A conflict of git's is told at its line."""
        with pytest.raises(ContentError, match=f"{SAID}:2: "):
            with_label(f"{LABEL}<<<<<<< HEAD\n".encode(), SAID, GROUNDED, label("x"))

    def test_does_not_outgrow_what_is_read(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Or its labels were lost to everybody."""
        monkeypatch.setattr(judge_labels, "LABELS_LIMIT", 150)

        with pytest.raises(ContentError, match="with one label more it would be longer than 150 bytes"):
            with_label(LABEL.encode(), SAID, GROUNDED, label("60 days"))

    def test_loses_a_label_that_is_taken_back(self) -> None:
        """The line that was written, and no other; if somebody changed it, none."""
        one, other = label("1"), label("2")
        data = line_of(one) + line_of(other)

        assert without_label(data, one) == line_of(other)
        assert without_label(line_of(other), one) == line_of(other)
