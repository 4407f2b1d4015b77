"""Targets by name, and telling them how a rollout stands: until they take it, or for a minute."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import NamedTuple, cast

from harness.adapters.clock import SystemClock
from harness.adapters.dice import roll
from harness.content.environments import TARGETS
from harness.content.rollouts import rollout_json
from harness.core.call import CallError
from harness.core.environment import SELF_SERVED, Environment
from harness.core.errors import ContentError, UnavailableError
from harness.core.plugins import is_ours, load_plugin, registered
from harness.core.rollout import Rollout
from harness.execute.backoff import pause
from harness.flows.strangers import StrangersTarget
from harness.ports import Target


class Patience(NamedTuple):
    """How long a target is told."""

    whole: float = 60.0
    """Seconds for all attempts and the waits between them."""
    once: float = 10.0
    """Seconds for one."""


PATIENCE = Patience()


def target_of(environment: Environment, environ: Mapping[str, str]) -> Target | None:
    """Return what has to be told of a rollout, of an environment as its file was read; None where nobody has to be.

    Raises:
        ContentError: The target does not load, or refuses what the file says of it.
    """
    place, where = environment.target, environment.target_origin
    if place.kind in SELF_SERVED:
        return None

    def made(make: object) -> tuple[Target, Sequence[str]]:
        if not callable(make):
            raise TypeError("it cannot be called to make a target")
        found = make(place, environ)
        for method in ("problems", "apply"):
            if not callable(getattr(found, method, None)):
                message = f"it has no method `{method}`"
                raise TypeError(message)
        return cast("Target", found), [str(one) for one in found.problems()]

    point = registered(TARGETS)[place.kind]
    target, wrong = load_plugin(point, made)
    if wrong:
        raise ContentError(wrong[0], where=where, hint="; ".join(wrong[1:]))
    return target if is_ours(point) else StrangersTarget(point, target)


async def tell(
    environment: Environment, rollout: Rollout, environ: Mapping[str, str], patience: Patience = PATIENCE
) -> bool:
    """Tell an environment's target how its rollout stands, and return whether there was one to tell.

    Raises:
        UnavailableError: It did not take it; whether it did in part, only the target knows, and may be told again.
        ContentError: The file names a target that cannot be had.
    """
    target = target_of(environment, environ)
    if target is None:
        return False
    clock, turn = SystemClock(), 0
    began = clock.elapsed()
    while fault := await _attempt(target, rollout, patience.once):
        turn += 1
        wait = pause(turn, fault.wait, roll)
        if not fault.retry or clock.elapsed() - began + wait > patience.whole:
            times = f" after {turn} attempts" if turn > 1 else ""
            what = f"the target of {environment.name} was not told{times}: {fault.reason}"
            raise UnavailableError(what, where=environment.target_origin, hint="run it again: it does nothing twice")
        await asyncio.sleep(wait)
    return True


async def _attempt(target: Target, rollout: Rollout, seconds: float) -> CallError | None:
    try:
        async with asyncio.timeout(seconds):
            await target.apply(rollout, rollout_json(rollout))
    except CallError as fault:
        return fault
    except TimeoutError:
        return CallError(f"no answer in {seconds:g} s", retry=True)
    return None
