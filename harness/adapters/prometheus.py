"""Numbers that somebody else measures: what a Prometheus answers, or a page's JSON; read in bounds."""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus

from harness.adapters.fetching import Bounds, FetchError, Sent, fetch
from harness.core.json_reader import NotJsonError, read_json
from harness.core.jsons import Json

BOUNDS = Bounds(seconds=10.0, bytes=1 << 20)
STALE = 300.0
"""Seconds by which a Prometheus' clock may differ from ours: an older answer came out of somebody's cache."""
_DEEPEST = 32


class UnmeasuredError(Exception):
    """There is no measurement, and why; the reason never shows where it was asked, which may hold a password."""


async def query(url: str, question: str, now: datetime) -> float:
    """Return the one number that a Prometheus answers; NaN and the infinities as they are.

    Raises:
        UnmeasuredError: It answers none, or several, or an old one.
    """
    said = await page(f"{url.rstrip('/')}/api/v1/query", {"query": question})
    match said:
        case {"data": {"resultType": "scalar", "result": [at, str(number)]}}:
            pass
        case {"data": {"resultType": "vector", "result": [{"value": [at, str(number)]}]}}:
            pass
        case {"data": {"resultType": "vector", "result": list(series)}}:
            what = f"{len(series)} series: aggregate them to one" if series else "no series"
            raise UnmeasuredError(f"the query answers {what}")
        case _:
            raise UnmeasuredError("the answer is no number of a Prometheus")
    if not isinstance(at, int | float) or abs(now.timestamp() - at) > STALE:
        raise UnmeasuredError("the answer is not of now")
    try:
        return float(number)
    except ValueError:
        raise UnmeasuredError("the answer is no number of a Prometheus") from None


async def page(url: str, params: Mapping[str, str] | None = None) -> Json:
    """Return the JSON of a page.

    Raises:
        UnmeasuredError: It cannot be had, or is no JSON.
    """
    try:
        status, seen = await fetch(Sent("GET", url, params), BOUNDS, {"Cache-Control": "no-cache"})
    except FetchError as error:
        raise UnmeasuredError(str(error)) from None
    if status != HTTPStatus.OK:
        raise UnmeasuredError(f"it answered {status}")
    try:
        return read_json(seen.decode(), deepest=_DEEPEST)
    except (NotJsonError, UnicodeDecodeError):
        raise UnmeasuredError("its answer is no JSON") from None
