"""`harness judge calibrate`: what a judge said, held against what people say, without asking anybody."""

import json
from collections.abc import Sequence

import pytest

from tests.content.test_judges import JUDGE, PATH, SAID
from tests.scenarios.scratch import Scratch

PASS, FAIL = "grounded", "invented"
ADVISES = """\
`grounded`, version 1 (DIGEST), on 8 labelled answers
left out: 1 on which people are split, 1 not judged, 1 of which the judge could not tell
it only advises: 8 labels of people, and 100 are needed

                 people pass   people fail
judge passes               4             1
judge fails                1             2

sensitivity     80.0%  [37.6%, 96.4%]    of what people pass, it passes
specificity     66.7%  [20.8%, 93.9%]    of what people fail, it fails
both less 1     0.467  [-0.159, 0.784]   what it sees of a real difference
kappa           0.467  [-0.210, 0.960]   agreement beyond chance
AC1             0.529  [-0.152, 0.998]   the same where nearly all answers pass

95 % intervals: Wilson (1927) for shares; Newcombe (1998), method 10, for both less 1; Fleiss, Cohen and Everitt \
(1969) for kappa; Gwet (2008) for AC1; Lang and Reiczigel (2014) for what is corrected
"""


def said(grades: Sequence[tuple[str, str]]) -> str:
    """Return labels: who said what, each of an answer of its own."""
    rows = [{"answer": f"{n}", "grade": grade, "by": by, "on": "2026-11-20"} for n, (grade, by) in enumerate(grades)]
    return "".join(json.dumps(row) + "\n" for row in rows)


def judged(grades: Sequence[str | None]) -> str:
    """Return what a judge said of the same answers, in their order."""
    return "".join(json.dumps({"answer": f"{n}", "grade": grade}) + "\n" for n, grade in enumerate(grades))


@pytest.fixture
def place(scratch: Scratch) -> Scratch:
    """Return a repository with a judge and eleven labelled answers, of which it judged ten."""
    scratch.write(PATH, JUDGE.replace("model: judge", "model: reader"))
    people = said([*[(PASS, "ana")] * 5, *[(FAIL, "ana")] * 3, *[(PASS, "ana")] * 3])
    split = people.splitlines()[8].replace(PASS, FAIL).replace("ana", "bo")
    scratch.write(SAID, f"{people}{split}\n")
    scratch.write("judged.jsonl", judged([*[PASS] * 4, FAIL, PASS, FAIL, FAIL, PASS, None]))
    return scratch


def calibrate(place: Scratch, *words: str) -> str:
    """Return what the command prints, with exit code 0."""
    found = place.harness("judge", "calibrate", "grounded", "--judged", "judged.jsonl", *words)
    assert found.exit_code == 0, found.told
    return found.out


class TestTheFigures:
    def test_are_printed_with_what_was_left_out(self, place: Scratch) -> None:
        """By a table that can be counted by hand."""
        told = calibrate(place)
        digest = json.loads(calibrate(place, "--json"))["digest"]

        assert told == ADVISES.replace("DIGEST", digest[:12])

    def test_let_a_judge_decide_who_was_measured(self, place: Scratch) -> None:
        """A hundred labels, thirty fails, three mistakes."""
        place.write(SAID, said([*[(PASS, "ana")] * 70, *[(FAIL, "ana")] * 30]))
        place.write("judged.jsonl", judged([*[PASS] * 68, FAIL, FAIL, PASS, *[FAIL] * 29]))

        assert "\nit may decide\n" in calibrate(place)

    def test_correct_what_it_said_of_others(self, place: Scratch) -> None:
        """By its errors on the labels, where it passes one fail in ten and fails one pass in ten."""
        place.write(SAID, said([*[(PASS, "ana")] * 50, *[(FAIL, "ana")] * 50]))
        mistaken = [*[PASS] * 45, *[FAIL] * 5, *[PASS] * 5, *[FAIL] * 45]
        place.write("judged.jsonl", judged([*mistaken, *[PASS] * 82, *[FAIL] * 18, None]))

        told = calibrate(place)
        rest = json.loads(calibrate(place, "--json"))["rest"]

        assert "\nof 100 answers that nobody labelled it passes 82.0%; corrected for its errors, 90.0%  [" in told
        assert (rest["judged"], rest["passed"], round(rest["corrected"]["value"], 9)) == (100, 82, 0.9)

    def test_correct_nothing_by_dice(self, place: Scratch) -> None:
        """A judge who passes fails as often as passes tells nothing."""
        place.write(SAID, said([*[(PASS, "ana")] * 2, *[(FAIL, "ana")] * 2]))
        place.write("judged.jsonl", judged([PASS, FAIL, PASS, FAIL, PASS]))

        told = calibrate(place)

        assert (
            "of 1 answer that nobody labelled it passes 100.0%, which cannot be corrected: "
            "on the labels it is no better than chance\n"
        ) in told

    def test_tell_a_change_since_last_time(self, place: Scratch) -> None:
        """Nine of ten fails that it saw, it lets through now."""
        place.write(SAID, said([(FAIL, "ana")] * 10 + [(PASS, "ana")]))
        place.write("judged.jsonl", judged([*[PASS] * 9, FAIL, PASS]))
        place.write("before.jsonl", judged([*[FAIL] * 10, PASS]))

        told = calibrate(place, "--before", "before.jsonl")
        data = json.loads(calibrate(place, "--before", "before.jsonl", "--json"))

        assert (
            "since last time, it has changed (p 0.008): of people's passes it passes 0 more and fails 0 more, "
            "of their fails 9 and 0\n"
        ) in told
        assert data["drift"]["fails"] == {"softer": 9, "harder": 0}

    def test_tell_of_no_change_where_it_says_the_same(self, place: Scratch) -> None:
        """Its answers of today, twice."""
        assert "since last time, no change is established (p 1.000)" in calibrate(place, "--before", "judged.jsonl")


class TestAFault:
    @pytest.mark.parametrize(
        ("name", "path", "text", "told"),
        [
            ("grouned", "x", "", "error: there is no judge `grouned`; did you mean `grounded`?\n\n"),
            ("grounded", "judged.jsonl", '{"answer": "0"}\n', "error: judged.jsonl:1: the key `grade` is missing\n"),
            (
                "grounded",
                "judged.jsonl",
                judged([PASS]) * 2,
                "error: judged.jsonl:2: this answer is judged a second time\n\nhint: keep one judgement of each\n",
            ),
            ("grounded", "judged.jsonl", judged(["good"]), "error: judged.jsonl:1: there is no grade `good`\n\n"),
            (
                "grounded",
                "judged.jsonl",
                '{"answer": "other", "grade": "grounded"}\n',
                "error: judged.jsonl: it holds no grade of an answer that people labelled\n\n",
            ),
            ("grounded", SAID, "[]\n", f"error: {SAID}:1: a mapping with keys is expected here\n"),
        ],
    )
    def test_is_told_with_its_place(self, place: Scratch, name: str, path: str, text: str, told: str) -> None:
        """Exit code 2, and nothing printed."""
        place.write(path, text)

        found = place.harness("judge", "calibrate", name, "--judged", "judged.jsonl")

        assert (found.exit_code, found.out) == (2, "")
        assert found.err.startswith(told)

    def test_of_another_judge_is_for_check_to_tell(self, place: Scratch) -> None:
        """This one is measured all the same."""
        place.write("evalsets/judges/kind.yml", "version: 1\n")

        assert calibrate(place).startswith("`grounded`, version 1")

    def test_is_a_file_that_is_not_there(self, place: Scratch) -> None:
        """Named as it was given."""
        found = place.harness("judge", "calibrate", "grounded", "--judged", "none.jsonl")

        assert (found.exit_code, found.err.splitlines()[0]) == (2, "error: there is no file none.jsonl")

    def test_is_a_judge_without_labels(self, place: Scratch) -> None:
        """Nobody knows anything of it."""
        (place.root / SAID).unlink()

        found = place.harness("judge", "calibrate", "grounded", "--judged", "judged.jsonl")

        assert found.exit_code == 2
        assert found.err.startswith(
            f"error: {SAID}: nobody has labelled an answer yet\n\nhint: run `harness judge label "
        )
