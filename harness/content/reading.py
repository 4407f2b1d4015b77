"""The suite `budget`: whose samples it reads, for what traffic, and which keys its gates take."""

from collections.abc import Collection, Mapping
from typing import Protocol

from harness.content.records import Where
from harness.content.suggest import did_you_mean
from harness.core.errors import ContentError
from harness.core.money import micro_usd
from harness.core.policy import BUDGET, PASS, Reading, Spent

MARGIN = 0.05
"""The drop worth catching where a gate names none."""
GROWTH = 0.10
"""The same of a gate of the budget, where it is the growth."""
_QUALITY = ("at_least", "slices", "slice_margin", "generalise")
"""The keys of a gate that mean nothing for money, tokens and time."""


class SuiteTerms(Protocol):
    """The keys of `suites: budget:`, as written."""

    @property
    def reads(self) -> tuple[str, ...]:
        """The key `from`."""

    @property
    def monthly_requests(self) -> Mapping[str, int]:
        """By prompt."""

    @property
    def monthly_usd(self) -> float | None:
        """For all of them."""

    @property
    def turns(self) -> float | None:
        """Requests in a conversation."""


class GateTerms(Protocol):
    """What is read here of an entry of `gates:`."""

    @property
    def suite(self) -> str:
        """What it judges."""

    @property
    def metric(self) -> str:
        """By what."""

    @property
    def at_most(self) -> float | None:
        """The bound of a gate of the budget."""


def reading_of(entry: SuiteTerms, suites: Collection[str], where: Where) -> Reading:
    """Return what the budget reads.

    Raises:
        ContentError: It reads nothing, or a suite that is not there.
    """
    known = [name for name in suites if name != BUDGET]
    if not entry.reads:
        hint = f"write `from: [{known[0] if known else 'regression'}]`"
        raise ContentError("the suite `budget` has no cases: it needs `from`", where=where(()), hint=hint)
    for number, name in enumerate(entry.reads):
        if name not in known:
            what = f"the budget reads suite `{name}`, which `suites:` does not have{did_you_mean(name, known)}"
            raise ContentError(what, where=where(("from", number)), hint=f"suites: {', '.join(known) or 'none'}")
    monthly = None if entry.monthly_usd is None else micro_usd(entry.monthly_usd)
    return Reading(
        tuple(dict.fromkeys(entry.reads)), dict(entry.monthly_requests), monthly, entry.turns or 1.0, where(())
    )


def margin_of(suite: str, margin: float | None) -> float:
    """Return a gate's margin, or what its suite takes where it names none."""
    return margin or (GROWTH if suite == BUDGET else MARGIN)


def refuse_terms(name: str, entry: GateTerms, where: Where) -> None:
    """Refuse what a gate of the budget cannot mean, and what only one of the budget can.

    Raises:
        ContentError: With the key's line.
    """
    if entry.suite != BUDGET:
        if entry.at_most is not None:
            what = f"gate `{name}`: `at_most` is for the suite `budget`"
            raise ContentError(what, where=where(("at_most",)), hint="a metric of quality has a bound `at_least`")
        return
    if wrong := [key for key in _QUALITY if getattr(entry, key)]:
        what = f"gate `{name}`: `{wrong[0]}` has no meaning for the suite `budget`"
        raise ContentError(what, where=where((wrong[0],)), hint="it takes `metric`, `margin` and `at_most`")
    if entry.metric not in set(Spent):
        hint = f"metrics: {', '.join(Spent)}"
        if entry.metric == PASS:
            raise ContentError(f"gate `{name}` of the suite `budget` needs a `metric`", where=where(()), hint=hint)
        what = f"gate `{name}`: the budget has no metric `{entry.metric}`{did_you_mean(entry.metric, Spent)}"
        raise ContentError(what, where=where(("metric",)), hint=hint)
