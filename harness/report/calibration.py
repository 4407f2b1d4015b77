"""A calibration as people and machines read it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict

from harness.core.calibration import Calibration, Figure, Mistake
from harness.core.words import count
from harness.report.text import one_line


def as_json(found: Calibration, *, sources: str) -> str:
    """Return a calibration as JSON; shares in [0, 1], the sources of the intervals beside them."""
    data = {**asdict(found), "table": found.table._asdict(), "intervals": sources}
    return json.dumps(data, indent=1, ensure_ascii=True) + "\n"


def as_lines(found: Calibration, *, sources: str) -> Iterator[str]:
    """Yield the lines of a calibration for a terminal."""
    table, told = found.table, found.detection
    yield f"`{found.detector}`, version {found.version}, on {count(sum(table), 'labelled answer')}"
    yield f"labelled so: {_labels(found.labelled_so)}; otherwise: {_labels(found.otherwise)}"
    if found.left_out:
        yield f"left out, because it says neither: {_labels(found.left_out)}"
    yield ""
    yield f"{'':14}{'labelled so':>14}{'otherwise':>14}"
    yield f"{'found':14}{table.hits:>14}{table.false_alarms:>14}"
    yield f"{'not found':14}{table.misses:>14}{table.rejections:>14}"
    yield ""
    for name, figure in (
        ("precision", told.precision),
        ("recall", told.recall),
        ("false alarms", told.alarm_rate),
    ):
        yield f"{name:14}{share(figure)}"
    for name, figure in (("F1", told.f1), ("kappa", told.kappa)):
        yield f"{name:14}{number(figure)}"
    yield from _mistakes("found, and labelled otherwise", table.false_alarms, found.false_alarms)
    yield from _mistakes("not found, and labelled so", table.misses, found.misses)
    yield ""
    yield f"95 % intervals: {sources}"


def _labels(counted: Mapping[str, int]) -> str:
    return ", ".join(f"{label} {n}" for label, n in counted.items())


def share(figure: Figure | None) -> str:
    """Return a share in percent with its interval."""
    if figure is None:
        return "not known: there is no such answer"
    return f"{figure.value:>7.1%}  [{figure.low:.1%}, {figure.high:.1%}]"


def number(figure: Figure | None) -> str:
    """Return a number with its interval."""
    if figure is None:
        return "not known: there is no such answer"
    return f"{figure.value:>7.3f}  [{figure.low:.3f}, {figure.high:.3f}]"


def _mistakes(what: str, n: int, shown: Sequence[Mistake]) -> Iterator[str]:
    if not n:
        return
    yield ""
    yield f"{what}: {n}" + (f", of which {len(shown)}" if n > len(shown) else "")
    for mistake in shown:
        yield f"  line {mistake.line}, {mistake.label}: {one_line(mistake.reason)}"
