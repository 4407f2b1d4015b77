"""How far a judge agrees with people, as people and machines read it."""

import json
from collections.abc import Iterator
from dataclasses import asdict

from harness.core.calibration import Drift, JudgeCalibration, Rest, Skill
from harness.core.digest import short
from harness.core.words import count
from harness.report.calibration import number, share

_WIDTH = 25
"""Of a figure with its interval."""


def as_json(found: JudgeCalibration, *, sources: str) -> str:
    """Return it as JSON; shares in [0, 1], the sources of the intervals beside them."""
    moved, rest = found.drift, found.rest
    drift = moved and {"passes": moved.passes._asdict(), "fails": moved.fails._asdict(), "p": moved.p}
    others = rest and {**rest._asdict(), "corrected": rest.corrected and asdict(rest.corrected)}
    parts = {"table": found.table._asdict(), "drift": drift, "rest": others}
    return json.dumps({**asdict(found), **parts, "intervals": sources}, indent=1, ensure_ascii=True) + "\n"


def as_lines(found: JudgeCalibration, *, sources: str) -> Iterator[str]:
    """Yield its lines for a terminal: what follows first, then why."""
    table = found.table
    yield f"`{found.judge}`, version {found.version} ({short(found.digest)}), on {count(sum(table), 'labelled answer')}"
    if left := ", ".join(_left_out(found)):
        yield f"left out: {left}"
    yield f"it only advises: {found.advisory}" if found.advisory else "it may decide"
    if found.drift:
        yield _since(found.drift)
    yield ""
    yield f"{'':14}{'people pass':>14}{'people fail':>14}"
    yield f"{'judge passes':14}{table.hits:>14}{table.false_alarms:>14}"
    yield f"{'judge fails':14}{table.misses:>14}{table.rejections:>14}"
    yield ""
    yield from _figures(found.skill)
    if found.rest:
        yield ""
        yield _others(found.rest)
    yield ""
    yield f"95 % intervals: {sources}"


def _figures(told: Skill) -> Iterator[str]:
    for name, figure, what in (
        ("sensitivity", share(told.sensitivity), "of what people pass, it passes"),
        ("specificity", share(told.specificity), "of what people fail, it fails"),
        ("both less 1", number(told.youden), "what it sees of a real difference"),
        ("kappa", number(told.kappa), "agreement beyond chance"),
        ("AC1", number(told.ac1), "the same where nearly all answers pass"),
    ):
        yield f"{name:14}{figure:{_WIDTH}}  {what}"


def _others(rest: Rest) -> str:
    said = f"of {count(rest.judged, 'answer')} that nobody labelled it passes {rest.passed / rest.judged:.1%}"
    if rest.corrected is None:
        return f"{said}, which cannot be corrected: on the labels it is no better than chance"
    return f"{said}; corrected for its errors, {share(rest.corrected).strip()} pass"


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
