"""Repeats of cases, and looks at them, made by hand for the tests of this room."""

from collections.abc import Sequence
from dataclasses import replace

from harness.compare.exact import compare
from harness.compare.look import look
from harness.core.judged import Judged, Repeated
from harness.core.pair import Pair
from harness.core.policy import Gate, SuitePolicy
from harness.core.runs import Difference, Look, Step
from harness.core.score import CaseResult
from harness.core.verdict import Check, Outcome
from harness.gate.bench import Bench, Noise
from harness.gate.contrasts import Form, Looks, Point, contrasts
from harness.gate.noisy import Weighed, paired

GATE = Gate("right", "regression", margin=0.05)
NOISE = Noise({"right": (0.012, 0.003)})
BENCH = Bench(
    pair=Pair("regression", "desk"),
    gates=[GATE],
    limits=SuitePolicy("regression"),
    compare=compare,
    paired=True,
    absolute=False,
    noise=NOISE,
)


def results(passes: int, runs: int) -> list[CaseResult]:
    """Return so many repeats, of which the first ones passed."""
    passed = [CaseResult(passed=True, metrics={"pass": 1.0})] * passes
    return passed + [CaseResult(passed=False, metrics={"pass": 0.0})] * (runs - passes)


UNABLE = CaseResult(passed=None, metrics={}, problem="the scorer is unable")
KEPT = Repeated(
    case="kept",
    change="same",
    tags=frozenset(),
    own=True,
    measures=frozenset({"pass"}),
    alike=False,
    base=results(10, 10),
    candidate=results(1, 1),
)
LOST = KEPT._replace(case="lost", candidate=results(0, 6), fresh_base=results(6, 6), fresh_candidate=results(0, 6))
"""A case that broke, and breaks again."""


def weigh(cases: Sequence[Repeated], bench: Bench) -> Weighed:
    """Return what the repeats of cases show, in the screen and in their fresh runs."""
    noise = bench.noise or NOISE
    screen = {point: look(asked) for point, asked in contrasts(cases, bench, noise).items()}
    fresh = {point: look(asked, fresh=True) for point, asked in contrasts(cases, bench, noise, fresh=True).items()}
    return Weighed(screen, fresh, {})


def said(step: Step, *, ratio: float = 0.0, cases: int = 100, broad: bool = True) -> Look:
    """Return a look that came to a step, over so many cases."""
    seen = Difference(-0.06, 0.02, 0.8, 0.74, cases)
    return Look(step, seen, ratio=ratio, broad=broad, runs=400, least=0.0667, needed=180)


ALL, GERMAN = Point("right", "", Form.TODAY), Point("right", "german", Form.TODAY)
KNOWN, REDEFINED = ALL._replace(form=Form.KNOWN), ALL._replace(form=Form.REDEFINED)
BOUND = ALL._replace(form=Form.BOUND)
PASSES, FAILS = results(1, 1)[0], results(0, 1)[0]
ROW = Judged("kept", "same", critical=False, tags=frozenset(), base=PASSES, candidate=PASSES)
TAGGED = ROW._replace(tags=frozenset({"german"}))
ROWS = [ROW] * 100
SLICED = replace(BENCH, gates=[replace(GATE, slices=("german",))])
PASS, BLOCK, MORE = said(Step.PASS, ratio=-4.0), said(Step.BLOCK, ratio=4.0), said(Step.MORE, ratio=1.0)


def checks(
    screen: Looks, fresh: Looks | None = None, bench: Bench = BENCH, rows: Sequence[Judged] = ROWS
) -> list[Check]:
    """Return the checks of the one gate of a bench."""
    return [*paired(rows, bench.gates[0], bench, Weighed(screen, fresh or {}, {}))]


def outcomes(found: Sequence[Check]) -> list[tuple[str, Outcome]]:
    """Return what each slice came to, where the empty one is all cases."""
    return [(check.slice, check.outcome) for check in found]
