"""Attacks that a model leads: conversations with a prompt, each judged by our own detectors after every answer."""

from collections.abc import Callable
from typing import NamedTuple

from harness.adapters.clock import SystemClock
from harness.adapters.folder import Folder
from harness.core.attack import EVIDENT, Evident
from harness.core.errors import ContentError, Origin, UsageError
from harness.core.pin import Pin
from harness.core.tally import Tally
from harness.core.tree import Tree
from harness.flows.attack_search import ground_in
from harness.flows.found import Kept, check_found, keep
from harness.flows.leading import Led, Planned, Stage, able, carrier_of, conversations
from harness.flows.meter import Meter, payers
from harness.flows.providers import Prices
from harness.flows.setup import Court, set_up
from harness.flows.store import open_store
from harness.flows.suites import INJECTION
from harness.flows.trees import Trees, World

type Progress = Callable[[str, int, int], None]


class Talks(NamedTuple):
    """Which conversations are led."""

    prompt: str
    led: Led
    objectives: tuple[Evident, ...] = ()
    """Empty for each that the prompt can be asked for."""


class Talked(NamedTuple):
    """What the conversations came to."""

    planned: int
    succeeded: int
    broken: tuple[str, ...]
    """Why others ended that tell nothing."""
    rules: dict[str, int]
    """Successes by the rule that they break."""
    kept: Kept


async def talk(world: World, wanted: Talks, *, progress: Progress) -> tuple[Talked, Tally]:
    """Lead conversations with a prompt of the working tree, and write those that succeed as payloads for review.

    Raises:
        ContentError: A file is wrong, nobody is named who attacks, or there is no way by which it is heard.
        UsageError: There is no such prompt, or it cannot be asked for an objective.
        BudgetError: The budget cannot bear the calls ahead.
    """
    court = set_up(world, Trees(Folder(world.root), Tree("working tree")))
    attacker = court.policy.attacker
    if attacker is None:
        hint = "add `attacker: ALIAS`, a pin of `models:`"
        raise ContentError("params.yaml names no `attacker`", where=Origin("params.yaml"), hint=hint)
    planned = _planned(court, wanted, attacker)
    check_found(world, wanted.prompt)
    clock = SystemClock()
    meter = Meter(world.environ, payers(world.environ, clock.now()), court.policy.budget, Prices({}))
    with open_store(world) as store:
        async with meter.runner(store) as runner:
            stage = Stage(court, wanted.prompt, attacker)
            meter.demand(lambda: {INJECTION: stage.ahead(planned, store, meter.price)}, store)
            async for done in stage.lead(planned, runner, meter.payers.of(INJECTION)):
                progress(f"{INJECTION} / {wanted.prompt}", done, len(planned))
    kept = keep(world, wanted.prompt, list(stage.found.values()))
    return Talked(len(planned), stage.succeeded, tuple(stage.broken), dict(stage.rules), kept), runner.tally


def _planned(court: Court, wanted: Talks, attacker: Pin) -> list[Planned]:
    """Return each conversation, with what the attacker is told."""
    ground = ground_in(court, wanted.prompt)
    if carrier_of(ground) is None:
        what = f"`{wanted.prompt}` has no carrier `user`, by which an attacker could talk to it"
        raise ContentError(what, where=Origin("params.yaml"), hint="add one under `suites: injection: carriers:`")
    if lacking := set(wanted.objectives).difference(able(ground)):
        hint = f"it can be asked for: {', '.join(able(ground))}"
        raise UsageError(f"`{wanted.prompt}` cannot be asked for `{min(lacking)}`", hint=hint)
    return list(conversations(ground, wanted.led, attacker, wanted.objectives or EVIDENT))
