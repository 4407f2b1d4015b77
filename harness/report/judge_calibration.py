"""How far a judge agrees with people, as people and machines read it."""

import json
from collections.abc import Iterator
from dataclasses import asdict

from harness.core.calibration import Drift, JudgeCalibration
from harness.core.digest import short
from harness.core.words import count
from harness.report.calibration import number, share


def as_json(found: JudgeCalibration, *, sources: str) -> str:
    """Return it as JSON; shares in [0, 1], the sources of the intervals beside them."""
    moved = found.drift
    drift = moved and {"passes": moved.passes._asdict(), "fails": moved.fails._asdict(), "p": moved.p}
    data = {**asdict(found), "table": found.table._asdict(), "drift": drift, "intervals": sources}
    return json.dumps(data, indent=1, ensure_ascii=True) + "\n"


def as_lines(found: JudgeCalibration, *, sources: str) -> Iterator[str]:
    """Yield its lines for a terminal."""
    table, told = found.table, found.skill
    yield f"`{found.judge}`, version {found.version} ({short(found.digest)}), on {count(sum(table), 'labelled answer')}"
    if left := ", ".join(_left_out(found)):
        yield f"left out: {left}"
    yield ""
    yield f"{'':14}{'people pass':>14}{'people fail':>14}"
    yield f"{'judge passes':14}{table.hits:>14}{table.false_alarms:>14}"
    yield f"{'judge fails':14}{table.misses:>14}{table.rejections:>14}"
    yield ""
    yield f"{'sensitivity':14}{share(told.sensitivity)}"
    yield f"{'specificity':14}{share(told.specificity)}"
    for name, figure in (("both less 1", told.youden), ("kappa", told.kappa), ("AC1", told.ac1)):
        yield f"{name:14}{number(figure)}"
    yield ""
    yield f"it only advises: {found.advisory}" if found.advisory else "it may decide"
    if found.drift:
        yield _since(found.drift)
    yield ""
    yield f"95 % intervals: {sources}"


def _left_out(found: JudgeCalibration) -> Iterator[str]:
    for some, why in (
        (found.split, "on which people are split"),
        (found.unjudged, "not judged"),
        (found.unable, "of which the judge could not tell"),
    ):
        if some:
            yield f"{some} {why}"


def _since(drift: Drift) -> str:
    told = "it has changed" if drift.changed else "no change is established"
    (softer, harder), (kinder, stricter) = drift.passes, drift.fails
    moved = (
        f"of people's passes it passes {softer} more and fails {harder} more, of their fails {kinder} and {stricter}"
    )
    return f"since last time, {told} (p {drift.p:.3f}): {moved}"
