"""Days and lengths of time, as files say them."""

from datetime import date, timedelta
from typing import Annotated

from pydantic import Field

from harness.core.errors import ContentError, Origin

type Duration = Annotated[str, Field(pattern=r"^[0-9]{1,6}[smhd]$")]
"""Such as `90s`, `10m`, `2h` or `3d`."""
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def check_day(key: str, text: str, where: Origin) -> None:
    """Refuse all but YYYY-MM-DD, whose order as text is the order of days."""
    try:
        plain = date.fromisoformat(text).isoformat() == text
    except ValueError:
        plain = False
    if not plain:
        raise ContentError(f"`{key}` is not a date", where=where, hint="write YYYY-MM-DD")


def length_of(text: str) -> timedelta:
    """Return the length of time that a `Duration` says."""
    return timedelta(**{_UNITS[text[-1]]: int(text[:-1])})
