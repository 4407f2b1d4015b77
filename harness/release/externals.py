"""External metrics by the limits of Argo Rollouts, but that nothing passes on what was not measured."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from math import isfinite
from typing import NamedTuple

from harness.core.environment import External
from harness.core.rollout import Advice, Data, Measured, Opinion

_LATE = 3
"""Intervals without a measurement after which the last one is stale."""


class _Tally(NamedTuple):
    """Argo's counts of one metric; `in_a_row` of those at the end."""

    successes: int = 0
    failures: int = 0
    inconclusive: int = 0
    errors_in_a_row: int = 0
    successes_in_a_row: int = 0

    @property
    def counted(self) -> int:
        """Measurements without error, which are those that Argo counts."""
        return self.successes + self.failures + self.inconclusive


def measured_opinion(
    externals: Sequence[External], measured: Sequence[Measured], since: datetime, now: datetime
) -> Opinion:
    """Return what external metrics say of a step: the worst that any of them says.

    Args:
        externals: Those of the strategy; one that runs dry says nothing.
        measured: During this step, oldest first.
        since: When the step began.
        now: The present moment.
    """
    opinions = [next(_opinions(one, measured, since, now)) for one in externals if not one.dry_run]
    return max(opinions, key=lambda one: _FROM_BEST.index((one.advice, one.data)), default=Opinion(Advice.ADVANCE))


_FROM_BEST = [
    (Advice.ADVANCE, Data.ENOUGH),
    (Advice.UNDECIDED, Data.FEW),
    (Advice.UNDECIDED, Data.DOUBTFUL),
    (Advice.ABORT, Data.ENOUGH),
]


def _opinions(external: External, measured: Sequence[Measured], since: datetime, now: datetime) -> Iterator[Opinion]:
    """Yield what one metric says, by the order in which Argo asks."""
    begun = [one for one in measured if one.name == external.name and one.at >= since + external.initial_delay]
    name, tally = f"`{external.name}`", _tally(external, begun)
    if 0 <= external.failure_limit < tally.failures:
        yield Opinion(Advice.ABORT, f"{name} failed {tally.failures} times, and may {external.failure_limit} times")
    if 0 <= external.inconclusive_limit < tally.inconclusive:
        yield _held(f"{name} is inconclusive")
    if 0 <= external.consecutive_error_limit < tally.errors_in_a_row:
        yield _held(f"{name} cannot be measured")
    if external.consecutive_success_limit and tally.successes_in_a_row >= external.consecutive_success_limit:
        yield Opinion(Advice.ADVANCE)
    if external.measurements and tally.counted >= external.measurements:
        whole = tally.successes and not external.consecutive_success_limit
        yield Opinion(Advice.ADVANCE) if whole else _held(f"{name} was measured to its end and never said enough")
    if external.measurements or external.consecutive_success_limit or not tally.successes_in_a_row:
        yield Opinion(Advice.UNDECIDED, f"{name} is not measured to its end", Data.FEW)
    elif now - begun[-1].at > _LATE * max(external.interval, timedelta(seconds=1)):
        yield _held(f"{name} is stale")
    yield Opinion(Advice.ADVANCE)


def _held(why: str) -> Opinion:
    return Opinion(Advice.UNDECIDED, why, Data.DOUBTFUL)


def _tally(external: External, measured: Sequence[Measured]) -> _Tally:
    found = _Tally()
    for one in measured:
        if one.value is None:
            found = found._replace(errors_in_a_row=found.errors_in_a_row + 1, successes_in_a_row=0)
        elif not isfinite(one.value):
            found = found._replace(inconclusive=found.inconclusive + 1, errors_in_a_row=0, successes_in_a_row=0)
        elif _good(external, one.value):
            found = found._replace(
                successes=found.successes + 1, errors_in_a_row=0, successes_in_a_row=found.successes_in_a_row + 1
            )
        else:
            found = found._replace(failures=found.failures + 1, errors_in_a_row=0, successes_in_a_row=0)
    return found


def _good(external: External, value: float) -> bool:
    above = external.least is None or value >= external.least
    return above and (external.most is None or value <= external.most)
