"""What earlier runs count for, on the accounts that a run shares with them."""

from harness.core.earlier import LASTING, Before
from harness.core.money import show_usd
from harness.core.policy import Budget
from harness.core.words import count
from harness.flows.meter import Payers


def carry(before: Before, payers: Payers, budget: Budget) -> tuple[dict[str, int], tuple[str, ...]]:
    """Return what earlier runs count for on each account that is bounded, and a notice where that is not all known.

    A run of which nobody knows what it spent counts for as much as a run may spend.
    """
    accounts = [name for name in payers.limits(budget) if name.split()[0] in LASTING]
    counted = {name: before.spent(name) + before.lost(name) * (budget.run or 0) for name in accounts}
    lost = {name: before.lost(name) for name in accounts if before.lost(name)}
    if not lost:
        return counted, ()
    bounds = ", ".join(f"`budget.{name.split()[0]}`" for name in lost)
    what = f"what {count(max(lost.values()), 'earlier run')} spent is not known"
    if budget.run is None:
        return counted, (f"{what}, and counts for nothing: {bounds} may be exceeded; `budget.run` would bound it",)
    return counted, (f"{what}: each counts for {show_usd(budget.run)}, the `budget.run`, in {bounds}",)
