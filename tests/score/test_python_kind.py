"""A repository's own function as a scorer: called, believed within bounds, never trusted to behave."""

import math
import sys
from collections.abc import Callable

import pytest

from harness.core.case import Case
from harness.core.completion import Completion
from harness.core.score import CaseResult, Mark, UnableError
from harness.score.python import PYTHON, PythonScorer

type Judge = Callable[..., CaseResult]

CASE = Case("c", {"list": [1]}, (), "gold", tags=("a", "b"))


def marked(function: Callable[..., object]) -> Mark:
    """The mark of a function that nothing had to load."""
    return PythonScorer(lambda _target: function).mark(Completion("answer"), "a.py:f", CASE)


class TestPythonKind:
    @pytest.mark.parametrize(
        ("returned", "mark"),
        [
            (True, Mark(1.0, "returned True")),
            (False, Mark(0.0, "returned False")),
            (0.25, Mark(0.25, "returned 0.25")),
            (1, Mark(1.0, "returned 1")),
            ((0.5, "half"), Mark(0.5, "half")),
            ((True, "yes"), Mark(1.0, "yes")),
        ],
    )
    def test_believes_a_number_from_0_to_1(self, returned: object, mark: Mark) -> None:
        """A bool, a number, or a number with a reason."""
        assert marked(lambda _answer, _case: returned) == mark

    @pytest.mark.parametrize(
        ("returned", "shown"),
        [
            (math.nan, "a value of type `float`"),
            (math.inf, "a value of type `float`"),
            (1.5, "1.5"),
            (-1, "-1"),
            (None, "a value of type `NoneType`"),
            ("1", "a value of type `str`"),
            ((0.5,), "a value of type `tuple`"),
            ([0.5, "why"], "a value of type `list`"),
            ((2, "two"), "2"),
            ((0.5, None), "a value of type `tuple`"),
            pytest.param(10**5_000, "a value of type `int`", id="a number too long to print"),
        ],
    )
    def test_cannot_tell_from_anything_else(self, returned: object, shown: str) -> None:
        """A function that forgets to return must not fail every case, nor pass it."""
        with pytest.raises(UnableError) as error:
            marked(lambda _answer, _case: returned)

        assert str(error.value) == f"returned {shown}, not a bool or a number from 0 to 1"

    def test_says_what_was_raised(self, judge: Judge) -> None:
        """The type and the message are what its author needs."""
        result = judge("x", {"python": "broken.py:broken"})

        assert result.passed is None
        assert result.problem == "python broken.py:broken: raised ValueError: three is no tone"

    def test_survives_an_exit(self) -> None:
        """`sys.exit(0)` in somebody's function would end the gate as passed."""
        with pytest.raises(UnableError, match=r"^raised SystemExit: 0$"):
            marked(lambda _answer, _case: sys.exit(0))

    def test_hands_over_a_copy_of_the_case(self) -> None:
        """What a function changes is changed for nobody else."""
        seen: list[object] = []

        def spoil(answer: str, case: dict[str, object]) -> bool:
            seen.append((answer, dict(case)))
            case["vars"]["list"].clear()  # type: ignore[index]  # the dictionary it really is
            return True

        marked(spoil)
        marked(spoil)

        given = {"id": "c", "vars": {"list": []}, "reference": "gold", "tags": ["a", "b"]}
        assert seen == [("answer", given)] * 2
        assert CASE.vars == {"list": [1]}

    def test_executes_nothing_unless_told_how(self) -> None:
        """A tree that is not trusted must not run, so loading is not the default."""
        with pytest.raises(UnableError, match=r"^this run does not execute Python files of the tree$"):
            PYTHON.mark(Completion(""), "a.py:f", CASE)

    @pytest.mark.parametrize("target", ["a.py:f", "checks/tone.py:polite", "a-b/c.d.py:_f1"])
    def test_accepts_a_file_of_the_repository(self, target: str) -> None:
        """Only the form is looked at here."""
        assert PYTHON.problem(target, "") == ""

    @pytest.mark.parametrize(
        "target",
        ["a.py", "a:f", "/etc/a.py:f", "../a.py:f", "a/../../b.py:f", "a\\b.py:f", "a.py:f()", "a.py:1", "", 1],
    )
    def test_refuses_everything_else(self, target: str | int) -> None:
        """A path that leaves the repository among them."""
        expected = 'must be a file of this repository and a function in it, such as "checks/tone.py:polite"'

        assert PYTHON.problem(target, "") == expected
