"""Metrics that somebody else measures, asked when they are due: by PromQL, or as a number in a page's JSON."""

import asyncio
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from harness.adapters.prometheus import UnmeasuredError, page, query
from harness.core.environment import External
from harness.core.rollout import Measured
from harness.score.json_text import at

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


def due(externals: Iterable[External], measured: Sequence[Measured], since: datetime, now: datetime) -> list[External]:
    """Return those that are to be measured now: not too soon in a step, nor too soon after the last time.

    Args:
        externals: Those of a strategy.
        measured: What was measured during this step.
        since: When the step began.
        now: The present moment.
    """
    last = {one.name: one.at for one in sorted(measured, key=lambda one: one.at)}
    made = [one.name for one in measured if one.value is not None]
    return [
        one
        for one in externals
        if now - since >= one.initial_delay
        and (one.name not in last or now - last[one.name] >= one.interval)
        and (not one.measurements or made.count(one.name) < one.measurements)
    ]


def _ignore(_why: str) -> None:
    """Tell nobody."""


async def measure(
    externals: Iterable[External], environ: Mapping[str, str], now: datetime, tell: Callable[[str], None] = _ignore
) -> tuple[Measured, ...]:
    """Return a measurement of each, all asked at once; one that cannot be had has no value, and is no error.

    Args:
        externals: What is measured. `${NAME}` in a URL stands for a variable, which may hold a password.
        environ: The variables.
        now: The present moment.
        tell: Hears why there is no value.
    """

    async def one(external: External) -> Measured:
        try:
            value = await _value(external, environ, now)
        except UnmeasuredError as error:
            tell(f"{external.name} is not measured: {error}")
            return Measured(external.name, now, None)
        return Measured(external.name, now, value)

    return tuple(await asyncio.gather(*map(one, externals)))


async def _value(external: External, environ: Mapping[str, str], now: datetime) -> float:
    url = _filled(external.url, environ)
    if external.query:
        return await query(url, external.query, now)
    try:
        value = at(await page(url), external.pointer)
    except LookupError:
        raise UnmeasuredError(f"its page has nothing at `{external.pointer}`") from None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise UnmeasuredError(f"what stands at `{external.pointer}` is no number")
    return float(value)


def _filled(url: str, environ: Mapping[str, str]) -> str:
    for name in _VARIABLE.findall(url):
        if not environ.get(name, "").strip():
            raise UnmeasuredError(f"`{name}` is not set")
    return _VARIABLE.sub(lambda found: environ[found[1]].strip(), url)
