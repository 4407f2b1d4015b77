"""The scorers by kind, ours and strangers', through the entry-point group `harness.scorers`."""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib.metadata import EntryPoint, entry_points

from harness.core.errors import ContentError
from harness.core.plugins import blamed, owner_of
from harness.ports import Scorer
from harness.score.python import Load, PythonScorer, no_loader
from harness.score.wording import line

GROUP = "harness.scorers"
KIND = re.compile(r"(?!not-)[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
RESERVED = frozenset({"any-of", "all-of", "weight", "threshold", "metric"})


@cache
def installed() -> Mapping[str, EntryPoint]:
    """Return the installed scorers by kind, none of them loaded yet.

    Raises:
        ContentError: A kind's name cannot be used, or two distributions register the same kind.
    """
    found: dict[str, EntryPoint] = {}
    for entry in entry_points(group=GROUP):
        owner = owner_of(entry)
        if not KIND.fullmatch(entry.name) or entry.name in RESERVED:
            message = f"`{owner}` registers a scorer under the name `{entry.name}`, which cannot be used"
            raise ContentError(message, hint=f"uninstall `{owner}`, or let its author choose another name")
        if entry.name in found and entry.value != found[entry.name].value:
            message = f"`{owner}` and `{owner_of(found[entry.name])}` both register the scorer `{entry.name}`"
            raise ContentError(message, hint="uninstall one of them")
        found[entry.name] = entry
    return found


def _loaded(entry: EntryPoint) -> Scorer:
    owner = owner_of(entry)
    hint = f"mend or uninstall `{owner}`"
    what = f"scorer `{entry.name}` of `{owner}`"
    with blamed(lambda cause: ContentError(f"{what} does not load: {line(cause)}", hint=hint)):
        scorer: Scorer = entry.load()
        whole = (
            not isinstance(scorer, type)
            and isinstance(scorer.version, str)
            and isinstance(scorer.needs_threshold, bool)
            and callable(scorer.problem)
            and callable(scorer.mark)
        )
    if not whole:
        message = f"{what} is not an instance with `version`, `needs_threshold`, `problem` and `mark`"
        raise ContentError(message, hint=hint)
    return scorer


class Scorers:
    """The scorers of one run, each loaded when it is first asked for."""

    def __init__(self, load: Load = no_loader, entries: Mapping[str, EntryPoint] | None = None) -> None:
        """Take what the kind `python` loads functions with, and the entry points; None means those installed."""
        self._load = load
        self._entries = entries
        self._found: dict[str, Scorer] = {}

    def names(self) -> list[str]:
        """Return every kind that is registered, sorted; nothing is loaded."""
        return sorted(installed() if self._entries is None else self._entries)

    def find(self, kind: str) -> Scorer | None:
        """Return the scorer of a kind, or None when there is none.

        Raises:
            ContentError: It does not load, or is not a scorer.
        """
        if kind not in self._found:
            entry = (installed() if self._entries is None else self._entries).get(kind)
            if entry is None:
                return None
            scorer = _loaded(entry)
            self._found[kind] = replace(scorer, load=self._load) if isinstance(scorer, PythonScorer) else scorer
        return self._found[kind]
