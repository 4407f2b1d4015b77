"""Attackers in a gate: whether any lead conversations, and the door to what does, which is large."""

from collections.abc import AsyncIterator, Callable, Iterable
from importlib import import_module
from typing import Protocol, cast

from harness.core.verdict import Check
from harness.execute.run import Work
from harness.flows.agenda import Agenda
from harness.flows.hearing import Desk
from harness.flows.pairing import PairPlan
from harness.flows.rows import Slot
from harness.flows.suites import INJECTION, Profile
from harness.plan.estimate import Estimate
from harness.ports import Store


class Attackers(Protocol):
    """The module that leads them."""

    def notices(self, agenda: Agenda) -> tuple[str, ...]:
        """Return what a reader should know of attackers that cannot lead."""

    def ahead(self, agenda: Agenda, store: Store) -> Estimate:
        """Return what the conversations cost that were not led before."""

    def lead(self, agenda: Agenda, desk: Desk) -> AsyncIterator[Check]:
        """Lead conversations with each judged prompt that a user talks to, and yield what they came to."""


type Opening = Callable[[PairPlan], Iterable[Work[Slot]]]
"""What is asked of a pair first."""


def ahead(agenda: Agenda, opening: Opening, store: Store) -> dict[str, Estimate]:
    """Return what a gate asks first that the store lacks, by suite, and the conversations that attackers lead."""
    found = agenda.ahead(store, opening)
    if led := attackers(agenda):
        found[INJECTION] = found.get(INJECTION, Estimate()) + led.ahead(agenda, store)
    return found


def attackers(agenda: Agenda) -> Attackers | None:
    """Return who leads attackers; None on a pull request, for a part of a pair, and where policy names no attacker."""
    options = agenda.options
    if agenda.court.policy.attacker is None or options.profile is Profile.PR or options.scope.splits_pairs:
        return None
    return cast("Attackers", import_module("harness.flows.attackers_led"))
