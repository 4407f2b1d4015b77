"""The kind `python`: a function of the repository marks the answer. Loading the file is the caller's."""

import copy
import math
import re
from collections.abc import Callable
from dataclasses import dataclass

from harness.core.case import Case
from harness.core.completion import Completion
from harness.core.jsons import Json
from harness.core.plugins import blamed
from harness.core.score import Mark, UnableError
from harness.score.wording import line

TARGET = re.compile(r"[\w.-]+(?:/[\w.-]+)*\.py:[^\W\d]\w*")
"""A file below the top of the repository and a function in it."""
FAR = 1_000_000
"""Numbers nearer to 0 than this are shown when they are out of bounds."""

type Load = Callable[[str], Callable[..., object]]
"""From `path.py:function` to the function; raises UnableError or ContentError when it cannot be had."""


def no_loader(_target: str) -> Callable[..., object]:
    """Refuse to load code, which is right wherever the tree is not trusted."""
    message = "this run does not execute Python files of the tree"
    raise UnableError(message)


def _value(result: object) -> float:
    number = result if isinstance(result, (int, float)) else math.nan
    if 0 <= number <= 1:
        return float(number)
    what = f"{number:g}" if abs(number) < FAR else f"a value of type `{type(result).__name__}`"
    message = f"returned {what}, not a bool or a number from 0 to 1"
    raise UnableError(message)


def _mark(result: object) -> Mark:
    match result:
        case (value, str(reason)) if isinstance(result, tuple):
            return Mark(_value(value), reason)
        case bool():
            return Mark(float(result), f"returned {result}")
        case _:
            return Mark(_value(result), f"returned {result}")


@dataclass(frozen=True, slots=True)
class PythonScorer:
    """Calls `function(answer, case)` with the answer's text and the case as a dictionary of its own."""

    load: Load = no_loader
    version: str = "1"
    needs_threshold: bool = False

    def problem(self, expected: Json, _reference: str) -> str:
        """Return what is wrong with a target; whether the file exists shows when it is loaded."""
        if isinstance(expected, str) and TARGET.fullmatch(expected) and ".." not in expected.split("/"):
            return ""
        return 'must be a file of this repository and a function in it, such as "checks/tone.py:polite"'

    def mark(self, answer: Completion, expected: Json, case: Case) -> Mark:
        """Return what the function says: a bool, a number in [0, 1], or a number with a reason.

        Raises:
            UnableError: The function raised, or returned anything else.
        """
        function = self.load(str(expected))
        given = {"id": case.id, "vars": case.vars, "reference": case.reference, "tags": list(case.tags)}
        with blamed(lambda cause: UnableError(line(f"raised {cause}"))):
            result = function(answer.text, copy.deepcopy(given))
        return _mark(result)


PYTHON = PythonScorer()
