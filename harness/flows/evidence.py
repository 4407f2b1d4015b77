"""The evidence beside the checks: which cases flipped, fail or cannot be compared, with the answers."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import sqrt

from harness.core.completion import Completion
from harness.core.pair import Pair
from harness.core.verdict import Failing, Flaky, Flip, Incomparable
from harness.core.words import count, named
from harness.flows.answered import show, why
from harness.flows.asked import demands, given
from harness.flows.conversations import Talk, recall, talk_at
from harness.flows.expected import expected
from harness.flows.rows import BASE, CANDIDATE, OLD_BASE, OLD_CANDIDATE, Row
from harness.gate.order import steadiness
from harness.plan.union import Change
from harness.ports import Store


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the reports list below the checks."""

    flips: tuple[Flip, ...] = ()
    failing: tuple[Failing, ...] = ()
    incomparable: tuple[Incomparable, ...] = ()
    redefined: tuple[str, ...] = ()
    flaky: tuple[Flaky, ...] = ()
    defused: tuple[str, ...] = ()
    """Edited cases that both trees fail in their new form, though base passed the old one."""

    @property
    def notices(self) -> tuple[str, ...]:
        """What a reader should know of cases that no check can blame on the change."""
        if not self.defused:
            return ()
        are, their = ("is", "its") if len(self.defused) == 1 else ("are", "their")
        what = f"{count(len(self.defused), 'edited case')} {are} failed by both trees in {their} new form"
        return (f"{what}, and base passed the old one: {named(self.defused)}",)


def collect(pair: Pair, rows: Sequence[Row], store: Store, *, harmless: bool = False) -> Evidence:
    """Return the evidence of one judged pair.

    Args:
        pair: Which it is.
        rows: With their results.
        store: Where the answers are.
        harmless: Whether all of its checks passed; where answers vary, what flickered is then called neither lost
            nor gained.
    """
    moved = [] if harmless and any(row.runs is not None for row in rows) else sorted(rows, key=_strength)
    wanted = {key for row in rows for key in _notable(row)}
    answers = recall(store, wanted) if wanted else {}
    return Evidence(
        flips=tuple(flip for row in moved for flip in _flips(pair, row, answers)),
        failing=tuple(_failing(pair, row, answers) for row in rows if _fails(row)),
        incomparable=tuple(
            Incomparable(row.pairing.id, pair.suite, pair.prompt, reason, row.judged().critical)
            for row in rows
            if (reason := _untold(row))
        ),
        redefined=tuple(row.pairing.id for row in rows if row.pairing.change is Change.EDITED),
        flaky=tuple(flaky for row in rows if (flaky := _flaky(pair, row))),
        defused=tuple(row.pairing.id for row in rows if _defused(row)),
    )


def merge(parts: Iterable[Evidence]) -> Evidence:
    """Return the evidence of several pairs as one, critical cases first."""
    found = list(parts)
    return Evidence(
        _critical_first(item for part in found for item in part.flips),
        _critical_first(item for part in found for item in part.failing),
        _critical_first(item for part in found for item in part.incomparable),
        tuple(item for part in found for item in part.redefined),
        tuple(sorted((item for part in found for item in part.flaky), key=steadiness)),
        tuple(item for part in found for item in part.defused),
    )


def _critical_first[T: (Flip, Failing, Incomparable)](items: Iterable[T]) -> tuple[T, ...]:
    return tuple(sorted(items, key=lambda item: not item.critical))


def _untold(row: Row) -> str:
    """Return why a case cannot be judged on one of the trees, or nothing."""
    if row.problem:
        return row.problem
    for slot, tree in ((CANDIDATE, "candidate"), (OLD_CANDIDATE, "candidate"), (BASE, "base"), (OLD_BASE, "base")):
        result = row.results[slot]
        if result and result.passed is None:
            return f"{tree}: {result.problem}"
    return ""


def _defused(row: Row) -> bool:
    base, candidate, old_base = (row.results[slot] for slot in (BASE, CANDIDATE, OLD_BASE))
    failed = base and candidate and base.passed is False and candidate.passed is False
    return bool(failed and old_base and old_base.passed)


def _fails(row: Row) -> bool:
    result = row.results[CANDIDATE]
    return row.pairing.change is not Change.REMOVED and result is not None and not result.passed


def _moved(row: Row, before: int, after: int) -> str:
    base, candidate = row.results[before], row.results[after]
    if base is None or candidate is None or base.passed is None or candidate.passed is None:
        return ""
    if base.passed == candidate.passed:
        return ""
    return "lost" if base.passed else "gained"


def _notable(row: Row) -> Iterator[Talk]:
    """Yield those of which a report shows the answers."""
    if _moved(row, BASE, CANDIDATE) or _fails(row):
        yield from (talk_at(row, slot) for slot in (BASE, CANDIDATE) if row.keys[slot])
    if _moved(row, OLD_BASE, OLD_CANDIDATE):
        yield from (talk_at(row, slot) for slot in (OLD_BASE, OLD_CANDIDATE) if row.keys[slot])


def _strength(row: Row) -> float:
    """Order the cases whose answers vary by how clearly they got worse, and leave the others as they are."""
    base, candidate = row.passes(BASE), row.passes(CANDIDATE)
    if not base or not candidate:
        return 0.0
    runs = len(base) * len(candidate) / (len(base) + len(candidate))
    return (sum(candidate) / len(candidate) - sum(base) / len(base)) * sqrt(runs)


def _flips(pair: Pair, row: Row, answers: dict[Talk, Completion]) -> Iterator[Flip]:
    pairing = row.pairing
    forms = [
        (BASE, CANDIDATE, pairing.form, "base" if pairing.change is Change.REMOVED else "candidate"),
        (OLD_BASE, OLD_CANDIDATE, pairing.base_form, "base"),
    ]
    for before, after, form, whose in forms:
        if change := _moved(row, before, after):
            worse = row.results[after if change == "lost" else before]
            yield Flip(
                case=pairing.id,
                suite=pair.suite,
                prompt=pair.prompt,
                change=change,
                reason=why(worse),
                form=whose,
                critical=row.judged().critical,
                tags=form.tags,
                vars=given(form),
                expected=demands(form),
                base_answer=show(answers.get(talk_at(row, before))),
                candidate_answer=show(answers.get(talk_at(row, after))),
                runs=_runs(row, before, after),
                path=form.origin.path,
                line=form.origin.line,
                expectations=expected(form, row.results[before], row.results[after]),
            )


def _flaky(pair: Pair, row: Row) -> Flaky | None:
    passed = row.passes(BASE)
    return Flaky(row.pairing.id, *pair, sum(passed), len(passed)) if 0 < sum(passed) < len(passed) else None


def _runs(row: Row, *places: int) -> str:
    """Return how many runs passed at each place, where answers vary."""
    if row.runs is None:
        return ""
    return " -> ".join(f"{sum(passed)}/{len(passed)}" for passed in map(row.passes, places))


def _failing(pair: Pair, row: Row, answers: dict[Talk, Completion]) -> Failing:
    base, result = row.results[BASE], row.results[CANDIDATE]
    return Failing(
        case=row.pairing.id,
        suite=pair.suite,
        prompt=pair.prompt,
        reason=why(result),
        critical=row.judged().critical,
        vars=given(row.pairing.form),
        expected=demands(row.pairing.form),
        answer=show(answers.get(talk_at(row, CANDIDATE))),
        unable=result is not None and result.passed is None,
        base_passed=base.passed if base else None,
    )
