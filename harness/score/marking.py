"""Marks one answer against one case: every expectation's score, and whether the case passed."""

from collections.abc import Iterable, Iterator
from math import fsum
from typing import Protocol

from harness.core.case import Case, Expectation
from harness.core.completion import Completion
from harness.core.errors import ContentError
from harness.core.policy import PASS
from harness.core.score import CaseResult, Mark, Score, UnableError
from harness.ports import Grader, Scorer
from harness.score.wording import label, line

ROUNDING = 1e-9
"""How far below a threshold a sum of decimals may end by rounding alone."""


class Finder(Protocol):
    """What the registry offers to a marker."""

    def find(self, kind: str) -> Scorer | Grader | None:
        """Return the scorer of a kind, or None."""


def _scorer(kind: str, scorers: Finder) -> Scorer | Grader:
    scorer = scorers.find(kind)
    if scorer is None:
        message = f"there is no scorer `{kind}`"
        raise ContentError(message, hint="install the package that brings it, or correct the expectation")
    return scorer


def _why(expectation: Expectation, mark: Mark, *, graded: bool) -> str:
    """Return why an expectation is not met; a graded one also says what would have been enough."""
    needed = expectation.threshold
    enough = f" (at most {1 - needed:g})" if expectation.negated else f" (at least {needed:g})"
    return line(f"{label(expectation)}: {mark.reason or 'not met'}{enough if graded else ''}")


def _leaf(expectation: Expectation, case: Case, answer: Completion, scorers: Finder) -> Score:
    scorer = _scorer(expectation.kind, scorers)
    if not hasattr(scorer, "mark"):  # a Grader; this is asked for every answer, and `isinstance` of a protocol is slow
        return _unable(expectation, line(f"{label(expectation)}: it asks a model, and nobody was asked"))
    try:
        mark = scorer.mark(answer, expectation.value, case)
    except UnableError as error:
        return _unable(expectation, line(f"{label(expectation)}: {error}"))._replace(
            advisory=error.advisory, asked=error.asked
        )
    if not 0 <= mark.value <= 1:
        return _unable(expectation, line(f"{expectation.name}: its scorer says {mark.value}, which is not in [0, 1]"))
    value = 1 - mark.value if expectation.negated else mark.value
    passed = value >= expectation.threshold - ROUNDING
    graded = scorer.needs_threshold or 0 < value < 1
    reason = "" if passed else _why(expectation, mark, graded=graded)
    score = Score(expectation.name, value, passed, reason, expectation.metric)
    return (
        score._replace(advisory=mark.advisory, asked=mark.asked, votes=mark.votes)
        if mark.asked or mark.advisory
        else score
    )


def _unable(expectation: Expectation, why: str) -> Score:
    return Score(expectation.name, 0.0, passed=False, metric=expectation.metric, unable=why)


def _group(expectation: Expectation, scores: list[Score]) -> Score:
    """Return what parts come to: the best decides any-of, the worst all-of.

    A part whose scorer is unable, or only advises, matters only where the others leave the matter open.
    """
    any_of = expectation.kind == "any-of"
    able = [score for score in scores if not (score.unable or score.advisory)]
    failed = [score for score in able if not score.passed]
    settled = len(failed) < len(able) if any_of else bool(failed)
    unable = next((score.unable or score.advisory for score in scores if score.unable or score.advisory), "")
    if not able and all(score.advisory for score in scores):
        return _unable(expectation, line(f"{expectation.name}: {unable}"))._replace(advisory=scores[0].advisory)
    if unable and not settled:
        return _unable(expectation, line(f"{expectation.name}: {unable}"))
    passed = settled if any_of else not failed
    value = (max if any_of else min)(score.value for score in able)
    reason = "" if passed else line(f"{expectation.name}: {'; '.join(score.reason for score in failed)}")
    return Score(expectation.name, value, passed, reason, expectation.metric)


def _score(expectation: Expectation, case: Case, answer: Completion, scorers: Finder) -> Score:
    if expectation.parts:
        return _group(expectation, [_score(part, case, answer, scorers) for part in expectation.parts])
    return _leaf(expectation, case, answer, scorers)


def _passed(case: Case, pairs: list[tuple[Expectation, Score]]) -> bool | None:
    """Return whether a case passed; None when that hangs on an expectation that could not be scored."""
    if not pairs:
        return None
    if case.threshold is None:
        open_or_failed = [score.unable for _, score in pairs if not score.passed]
        return None if open_or_failed and all(open_or_failed) else not open_or_failed
    total = fsum(item.weight for item, _ in pairs)
    sure = fsum(item.weight * score.value for item, score in pairs if not score.unable) / total
    open_ = fsum(item.weight for item, score in pairs if score.unable) / total
    needed = case.threshold - ROUNDING
    if sure >= needed:
        return True
    return None if sure + open_ >= needed else False


def _metrics(scores: list[Score]) -> dict[str, float]:
    """Return the mean score by named metric; one of which a part could not be scored is left out."""
    named: dict[str, list[Score]] = {}
    for score in scores:
        if score.metric:
            named.setdefault(score.metric, []).append(score)
    return {
        metric: fsum(score.value for score in group) / len(group)
        for metric, group in named.items()
        if not any(score.unable for score in group)
    }


def score_case(case: Case, answer: Completion, scorers: Finder) -> CaseResult:
    """Return what an answer comes to on a case.

    A case passes when every expectation meets its threshold, or, if it has a threshold of its own, when
    the weighted mean of its scores meets that. Scores that only advise are left out; by them alone, nobody can tell.

    Raises:
        ContentError: A scorer is missing or does not load.
    """
    every = [
        _score(expectation, case, answer, scorers)._replace(place=place)
        for place, expectation in enumerate(case.expect)
    ]
    scores = [score for score in every if not score.advisory]
    passed = _passed(case, [(case.expect[score.place], score) for score in scores])
    metrics = _metrics(scores)
    if passed is not None:
        metrics[PASS] = 1.0 if passed else 0.0
    open_ = [score for score in scores if not score.passed]
    untold = tuple(score for score in open_ if score.unable)
    problem = next((score.unable for score in untold), "")
    if not scores:
        problem = line(f"nothing decides it: {every[0].advisory}")
    return CaseResult(
        passed=passed,
        metrics=metrics,
        failed=tuple(score for score in open_ if not score.unable),
        problem=problem if passed is None else "",
        untold=untold,
        asked=tuple(score for score in every if score.asked),
    )


def leaves(expectations: Iterable[Expectation]) -> Iterator[Expectation]:
    """Yield the expectations that a scorer marks, those inside any-of and all-of among them."""
    for expectation in expectations:
        if expectation.parts:
            yield from leaves(expectation.parts)
        else:
            yield expectation
