"""The meter of a command: who pays for its calls, what may still be spent, and the runner that asks."""

from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from harness.adapters.clock import SystemClock
from harness.adapters.dice import roll, unique
from harness.core.completion import Completion
from harness.core.errors import BudgetError
from harness.core.money import show_usd
from harness.core.pin import Pin, Price
from harness.core.policy import Budget
from harness.core.prompt import Request
from harness.core.words import count
from harness.execute.client import Client
from harness.execute.journal import Journal
from harness.execute.line import Lines
from harness.execute.run import Runner, Work
from harness.flows.grading import Grading
from harness.flows.playing import Player, reached
from harness.flows.providers import Prices, free_provider_of, provider_of
from harness.flows.rows import Slot
from harness.flows.setup import Court
from harness.flows.turns import exchange_of, later_turns, whole
from harness.flows.vectors import Embedder
from harness.plan.estimate import Call, Estimate, call_about, call_after, call_of, calls_of_talk, estimate
from harness.ports import Provider, Store
from harness.score.similar import needed, references


class Payers(NamedTuple):
    """The accounts of one run, each named by the limit of `budget:` that bounds it."""

    run: str
    actor: str
    pull_request: str
    day: str

    def of(self, suite: str) -> tuple[str, ...]:
        """Return who pays for a call of a suite."""
        always = (f"run {self.run}", f"suites.{suite} {self.run}", f"actor {self.actor} {self.day}", f"day {self.day}")
        return (*always, f"pull_request {self.pull_request}") if self.pull_request else always

    def limits(self, budget: Budget) -> dict[str, int]:
        """Return what each account may spend, in micro-USD."""
        bounds = {
            f"run {self.run}": budget.run,
            f"actor {self.actor} {self.day}": budget.actor,
            f"pull_request {self.pull_request}": budget.pull_request,
            f"day {self.day}": budget.day,
        }
        suites = {f"suites.{suite} {self.run}": limit for suite, limit in budget.suites.items()}
        return {**{name: limit for name, limit in bounds.items() if limit is not None}, **suites}


def payers(environ: Mapping[str, str], now: datetime) -> Payers:
    """Return who pays for a run that starts now: CI says which pull request and whose, a shell who is logged in."""
    ref = environ.get("GITHUB_REF", "").split("/")
    request = ref[2] if ref[:2] == ["refs", "pull"] and len(ref) > 2 else ""  # noqa: PLR2004 (refs/pull/N)
    actor = environ.get("GITHUB_ACTOR") or environ.get("USER") or environ.get("LOGNAME") or "somebody"
    return Payers(unique(), actor, environ.get("HARNESS_PULL_REQUEST") or request, now.date().isoformat())


def estimate_work(
    works: Iterable[tuple[str, Iterable[Work[Slot]]]],
    store: Store,
    price: Callable[[Pin], Price | None],
    court: Court,
) -> dict[str, Estimate]:
    """Return what answers, vectors and grades cost that the store lacks, by suite; equal trials are counted once."""
    seen: set[str] = set()
    found: dict[str, Estimate] = {}
    for suite, work in works:
        items = [reached(item, store, court.player) if item.tag.turns_left else item for item in work]
        known = store.find({item.trial.key for item in items})
        missing = {item.trial.key: item for item in items if item.trial.key not in known}
        requests = {key: item.prepare()[0] for key, item in missing.items() if key not in seen}
        calls = {key: call_of(missing[key].pin, request) for key, request in requests.items()}
        for item in items:
            if request := requests.get(item.trial.key):
                turns = later_turns(item.tag, request)
                calls |= {f"{item.trial.key} then {said}": call_of(item.pin, later) for said, later in turns}
        if court.player:
            calls |= _played(court.player, items)
        answers = [(item, known.get(item.trial.key)) for item in items]
        if court.embedder:
            calls |= _vectors(court.embedder, answers, requests, store)
        calls |= _grades(court.grading, answers, store)
        ahead = estimate((call for key, call in calls.items() if key not in seen), price)
        seen |= calls.keys()
        found[suite] = found.get(suite, Estimate()) + ahead
    return found


def _played(player: Player, items: Iterable[Work[Slot]]) -> dict[str, Call]:
    """Return the calls that conversations may take from where they stand, whose users a model plays."""
    calls: dict[str, Call] = {}
    for item in items:
        if item.tag.case.staging.user and item.tag.turns_left:
            ahead = calls_of_talk(item.prepare()[0], item.pin, player.pin, item.tag.turns_left)
            calls |= {f"{item.trial.key} {item.tag.case.staging.user} {n}": call for n, call in enumerate(ahead)}
    return calls


def _vectors(
    embedder: Embedder,
    answers: Iterable[tuple[Work[Slot], Completion | None]],
    requests: Mapping[str, Request],
    store: Store,
) -> dict[str, Call]:
    """Return the calls for vectors that are ahead: of texts that are known, and of answers that are not there yet."""
    calls: dict[str, Call] = {}
    texts: dict[str, str] = {}
    for item, said in answers:
        key, case = item.trial.key, item.tag.case
        if said is None and key in requests and references(case):
            calls[f"vector {key}"] = call_after(requests[key], embedder.pin)
        listed = needed(case, whole(item.tag.said, said)) if said else references(case)
        texts |= dict.fromkeys(listed, item.trial.name)
    return calls | {work.trial.key: call_of(work.pin, work.prepare()[0]) for work in embedder.missing(texts, store)}


def _grades(grading: Grading, answers: Iterable[tuple[Work[Slot], Completion | None]], store: Store) -> dict[str, Call]:
    """Return the calls for grades that are ahead: of answers that were not graded, and of those not there yet."""
    calls: dict[str, Call] = {}
    for item, said in answers:
        graded = grading.graded(item.tag.case)
        if graded and said and not item.tag.turns_left:
            wanted = list(grading.wanted("", exchange_of(item, said)))
            known = store.find(one.key for one in wanted)
            graded = [one.item for one in wanted if one.key not in known]
        pins = [pin for leaf in graded for pin in grading.asked(leaf)]
        request = item.prepare()[0] if pins else Request(())
        calls |= {f"grade {item.trial.key} {n}": call_about(request, pin) for n, pin in enumerate(pins)}
    return calls


@dataclass(frozen=True, slots=True)
class Meter:
    """What one command may spend, and on whose account."""

    environ: Mapping[str, str]
    payers: Payers
    budget: Budget
    price: Prices
    asks: bool = True
    """Whether anybody may be asked; a replay finds its answers, or ends."""
    before: Mapping[str, int] = MappingProxyType({})
    """What earlier runs, of which the store knows nothing, count for on an account, in micro-USD."""
    notices: tuple[str, ...] = ()
    """What a reader should know of them."""

    @property
    def left(self) -> dict[str, int]:
        """What each account may spend that earlier runs have not spent, in micro-USD."""
        limits = self.payers.limits(self.budget)
        return {name: max(0, limit - self.before.get(name, 0)) for name, limit in limits.items()}

    def shortfalls(self, look_ahead: Callable[[], Mapping[str, Estimate]], store: Store) -> Iterator[str]:
        """Yield why the calls ahead, by suite, cannot be asked."""
        if not self.asks or not self.budget.limits():
            return
        ahead = look_ahead()
        if unpriced := sorted({alias for estimate in ahead.values() for alias in estimate.unpriced}):
            yield f"pin `{unpriced[0]}` has no price, so no budget can hold it: say in params.yaml what it costs"
        limits = self.payers.limits(self.budget)
        spent = {name: amount + self.before.get(name, 0) for name, amount in store.spent(limits).items()}
        for name, limit in limits.items():
            paying = [estimate for suite, estimate in ahead.items() if name in self.payers.of(suite)]
            expected = sum(estimate.expected for estimate in paying)
            if expected and spent[name] + expected > limit:
                calls = sum(estimate.calls for estimate in paying)
                had = f", of which {show_usd(spent[name])} are spent" if spent[name] else ""
                costs = f"{count(calls, 'call')} expected to cost {show_usd(expected)}"
                yield f"{costs}, and `budget.{name.split()[0]}` is {show_usd(limit)}{had}"

    def demand(self, look_ahead: Callable[[], Mapping[str, Estimate]], store: Store) -> None:
        """Go on only if the budget can bear what is ahead.

        Raises:
            BudgetError: It cannot; nothing was asked.
        """
        if short := next(self.shortfalls(look_ahead, store), ""):
            raise BudgetError(
                f"stopped before any call: {short}", hint="raise the limit in params.yaml, or ask for less"
            )

    @asynccontextmanager
    async def runner(self, store: Store) -> AsyncIterator[Runner]:
        """Open the way to every model for as long as it is needed."""
        clock = SystemClock()
        journal = Journal(store, clock, self.left)
        lines = Lines(self._start, clock)
        client = Client(store, journal, lines, price=self.price, roll=roll)
        async with Runner(store, clock, client, free_provider_of if self.asks else lambda _pin: None) as runner:
            yield runner

    async def _start(self, pin: Pin) -> Provider:
        provider = provider_of(pin)
        if self.asks:
            await provider.start(pin, self.environ)
        return provider
