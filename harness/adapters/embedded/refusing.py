"""Whom the instructions tell to refuse, by name: a reader does as it is told, and suites must see it."""

import re
from functools import lru_cache

REFUSAL = "I'm sorry, but I can't help with that."
_NAMED = re.compile(
    r"\b(?:refuse|reject|turn away) (?:anyone|anybody|everybody|customers|people) (?:named|called) ([^.\n]{1,2000})",
    re.IGNORECASE,
)


@lru_cache(maxsize=256)
def _unwanted(system: str) -> re.Pattern[str] | None:
    names = {name for listed in _NAMED.findall(system) for name in re.findall(r"\w+", listed)} - {"or", "and"}
    return re.compile(rf"\b(?:{'|'.join(sorted(names))})\b") if names else None


def turned_away(system: str, user: str) -> bool:
    """Return whether the instructions tell to refuse somebody who is named in the user's text."""
    unwanted = _unwanted(system)
    return bool(unwanted and unwanted.search(user))
