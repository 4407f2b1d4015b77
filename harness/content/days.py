"""Days, as files say them."""

from datetime import date

from harness.core.errors import ContentError, Origin


def check_day(key: str, text: str, where: Origin) -> None:
    """Refuse all but YYYY-MM-DD, whose order as text is the order of days."""
    try:
        plain = date.fromisoformat(text).isoformat() == text
    except ValueError:
        plain = False
    if not plain:
        raise ContentError(f"`{key}` is not a date", where=where, hint="write YYYY-MM-DD")
