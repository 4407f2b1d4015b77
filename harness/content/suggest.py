"""Words of a file in an error: the nearest known name to one that is not known, and what may be quoted."""

from collections.abc import Iterable

SHOWN = 60
"""Characters of a file that an error quotes, at most."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return `; did you mean `x`?` for a near miss, or nothing."""
    near = nearest(name, known)
    return f"; did you mean `{near}`?" if near else ""


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the known name that is nearest to another one, or nothing when none is near."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(name, list(known), n=1)), "")


def brief(text: str) -> str:
    """Return a text of a file as an error may quote it: printable, and not too long."""
    plain = text if text.isprintable() else ascii(text)[1:-1]
    return plain if len(plain) <= SHOWN else f"{plain[: SHOWN - 3]}..."
