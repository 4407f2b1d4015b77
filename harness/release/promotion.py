"""Whether an environment may run a release now."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from harness.core.digest import short
from harness.core.environment import Environment, Quarantined, RefusedError
from harness.release.freezing import frozen
from harness.release.standing import Stand, longest_stay

_SECONDS = {"d": 86400, "h": 3600, "m": 60, "s": 1}


def check_promotion(
    environment: Environment, release: str, source: Environment | None, stands: Sequence[Stand], now: datetime
) -> None:
    """Refuse a promotion that the environments' files forbid.

    Args:
        environment: Which is to run the release.
        release: All 64 digits.
        source: Where it must have stood before; None for an environment without one.
        stands: What the source ran, oldest first.
        now: The present moment, in UTC.

    Raises:
        RefusedError: It is quarantined, has not stood long enough where it must, or the environment is frozen.
    """
    for one in filter(None, (environment, source)):
        if entry := one.quarantined(release):
            raise _recalled(one, entry)
    if source:
        _check_soaked(environment, release, stands, now)
    if freeze := frozen(environment.freezes, now):
        what = f"{environment.name} is frozen until {freeze.until:%Y-%m-%d %H:%M} UTC: {freeze.reason}"
        raise RefusedError(what, hint="wait, or change `freeze:` by a change that is reviewed")


def _recalled(environment: Environment, entry: Quarantined) -> RefusedError:
    by = f", by {entry.by}" if entry.by else ""
    what = f"release {short(entry.release)} is quarantined in {environment.name}: {entry.reason}{by}"
    return RefusedError(
        what, where=entry.origin, hint="delete the entry to let it come back, by a change that is reviewed"
    )


def _check_soaked(environment: Environment, release: str, stands: Sequence[Stand], now: datetime) -> None:
    stood = longest_stay(stands, release, now)
    where = environment.source_origin
    if stood is None:
        what = f"release {short(release)} has never stood in {environment.source}"
        raise RefusedError(what, where=where, hint=f"run `harness promote {environment.source} {short(release)}` first")
    if stood < environment.soak:
        left = f"wait {as_length(environment.soak - stood)} more, while it stands there"
        what = f"release {short(release)} has stood in {environment.source} for {as_length(stood)} without a break"
        raise RefusedError(f"{what}, and must for {as_length(environment.soak)}", where=where, hint=left)


def as_length(length: timedelta) -> str:
    """Return a length of time as its two largest units: `2 d 3 h`."""
    left, parts = int(length.total_seconds()), list[str]()
    for unit, seconds in _SECONDS.items():
        count, left = divmod(left, seconds)
        if count:
            parts.append(f"{count} {unit}")
    return " ".join(parts[:2]) or "0 s"
