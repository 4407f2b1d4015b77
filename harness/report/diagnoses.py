"""Diagnoses as text for a terminal, and as data."""

from collections.abc import Iterable, Iterator

from harness.core.diagnosis import Diagnosis, State
from harness.core.jsons import Json
from harness.core.words import count
from harness.report.text import visible

_WIDTH = max(len(state) for state in State)


def diagnosis_lines(found: Iterable[Diagnosis]) -> Iterator[str]:
    """Yield each diagnosis: a line, then what somebody could do because of it, and what helps."""
    indent = " " * (_WIDTH + 2)
    for one in found:
        yield visible(f"{one.state:{_WIDTH}}  {one.about}: {one.what}")
        if one.risk:
            yield visible(f"{indent}so: {one.risk}")
        if one.remedy:
            yield visible(f"{indent}do: {one.remedy}")


def tally(found: Iterable[Diagnosis]) -> str:
    """Return how many diagnoses there are of each state, in one line."""
    states = [one.state for one in found]
    return ", ".join(f"{states.count(state)} {state}" for state in State if state in states) or count(0, "diagnosis")


def diagnoses_data(found: Iterable[Diagnosis]) -> list[Json]:
    """Return diagnoses as data."""
    keys = ("about", "state", "what", "risk", "remedy")
    return [{key: str(getattr(one, key)) for key in keys} for one in found]
