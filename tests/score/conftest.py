"""The scorers as a checkout registers them, and one call that marks an answer."""

import tomllib
from collections.abc import Callable, Mapping
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Protocol

import pytest

from harness.core.case import Case
from harness.core.completion import Completion
from harness.core.jsons import Json
from harness.core.score import CaseResult, UnableError
from harness.score.expectation import parse_expectation
from harness.score.marking import score_case
from harness.score.registry import GROUP, Scorers
from harness.score.similar import WithVectors
from tests.endpoint.protocol import vector

ROOT = Path(__file__).resolve().parents[2]


class Judge(Protocol):
    """Marks one answer against expectations as an author writes them."""

    def __call__(
        self, answer: str | Completion, *expect: Json, reference: str = "", threshold: float | None = None
    ) -> CaseResult:
        """Return what the case comes to."""


def _polite(answer: str, _case: object) -> object:
    return (1.0, "asks") if "please" in answer else (0.0, "no please and no thanks")


def _sure(_answer: str, _case: object) -> object:
    return True


def _broken(_answer: str, _case: object) -> object:
    message = "three is no tone"
    raise ValueError(message)


FUNCTIONS = {"checks/tone.py:polite": _polite, "sure.py:sure": _sure, "broken.py:broken": _broken}


def _load(target: str) -> Callable[..., object]:
    if target not in FUNCTIONS:
        message = f"there is no {target}"
        raise UnableError(message)
    return FUNCTIONS[target]


def _find(text: str) -> list[float]:
    return vector(text.encode(errors="replace").decode())


@pytest.fixture(scope="session")
def entries() -> Mapping[str, EntryPoint]:
    """The entry points of pyproject.toml, installed or not."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return {kind: EntryPoint(kind, value, GROUP) for kind, value in project["entry-points"][GROUP].items()}


@pytest.fixture(scope="session")
def scorers(entries: Mapping[str, EntryPoint]) -> Scorers:
    """Every built-in scorer, with a few functions in place of Python files."""
    return Scorers(_load, entries)


@pytest.fixture(scope="session")
def judge(scorers: Scorers) -> Judge:
    """Mark an answer: a text, or a whole completion."""

    def marked(
        answer: str | Completion, *expect: Json, reference: str = "", threshold: float | None = None
    ) -> CaseResult:
        expected = tuple(parse_expectation(raw, reference, scorers) for raw in expect)
        case = Case("case", {}, expected, reference, threshold=threshold)
        return score_case(case, Completion(answer) if isinstance(answer, str) else answer, WithVectors(scorers, _find))

    return marked
