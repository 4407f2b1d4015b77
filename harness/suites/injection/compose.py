"""Composing attacks on a prompt: which payloads, by which carriers, in which ways of writing."""

from collections.abc import Sequence
from typing import NamedTuple

from harness.core.attack import Payload
from harness.core.carrier import Carrier
from harness.core.case import Case
from harness.core.errors import ContentError
from harness.core.prompt import Prompt
from harness.suites.injection.attack import SEED, attack
from harness.suites.injection.carriers import carry
from harness.suites.injection.demands import fits
from harness.suites.injection.sampling import Cell, sample
from harness.suites.injection.transforms import IDENTITY, TRANSFORMS

CASES = 120
"""On a pull request."""


class Ground(NamedTuple):
    """What attacks on one prompt are made of."""

    prompt: Prompt
    hosts: Sequence[Case]
    """Benign inputs, into which the attacks are put."""
    payloads: Sequence[Payload]
    carriers: Sequence[Carrier]


def compose(ground: Ground, *, cases: int) -> list[Case]:
    """Return the attacks on a prompt.

    Args:
        ground: What they are made of.
        cases: How many; 0 for all that fit.

    Raises:
        ContentError: A carrier names a variable that no host gives, or that holds no text there.
    """
    check_carriers(ground)
    if not ground.hosts:
        return []
    carriers = {carrier.name: carrier for carrier in ground.carriers}
    return [attack(cell, carriers[cell.carrier], ground.prompt, ground.hosts) for cell in cells_of(ground, cases=cases)]


def cells_of(ground: Ground, *, cases: int) -> list[Cell]:
    """Return which attacks `compose` makes."""
    carriers = {carrier.name: carrier for carrier in ground.carriers}

    def fitting(payload: Payload, carrier: str, transform: str) -> bool:
        known = carriers[carrier].kind in payload.carriers and fits(payload.objective, ground.prompt)
        return known and (transform == IDENTITY or not payload.turns)

    return sample(ground.payloads, list(carriers), list(TRANSFORMS), n=cases, seed=SEED, fits=fitting)


def check_carriers(ground: Ground) -> None:
    """Refuse carriers that carry nothing to a prompt.

    Raises:
        ContentError: A carrier names a variable that no host gives, or that holds no text there.
    """
    if ground.hosts and (fault := next(filter(None, (_fault(carrier, ground) for carrier in ground.carriers)), None)):
        raise fault


def carries(carrier: Carrier, ground: Ground) -> bool:
    """Return whether something can be put through a carrier, one of the ground's own or another."""
    return not _fault(carrier, ground)


def _fault(carrier: Carrier, ground: Ground) -> ContentError | None:
    hosts = [host for host in ground.hosts if carrier.var in host.vars]
    if not hosts:
        known = sorted({name for host in ground.hosts for name in host.vars})
        what = (
            f"the carrier `{carrier.kind}` names `{carrier.var}`, which no case of injection / {ground.prompt.id} gives"
        )
        return ContentError(what, where=carrier.origin, hint=f"they give: {', '.join(known)}")
    for host in hosts:
        try:
            carry(host.vars, carrier, "")
        except (LookupError, ValueError, TypeError):
            what = f"the carrier `{carrier.kind}` finds no text in `{carrier.var}{carrier.at}` of case `{host.id}`"
            hint = f"that case stands at {host.origin}; `at` is a JSON Pointer to a text, such as /0/text"
            return ContentError(what, where=carrier.origin, hint=hint)
    return None
