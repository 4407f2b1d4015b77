"""The scorers by kind, ours and strangers', through the entry-point group `harness.scorers`."""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib.metadata import EntryPoint
from typing import Any, cast

from harness.core.errors import ContentError
from harness.core.plugins import load_plugin, owner_of, registered
from harness.ports import Scorer
from harness.score.python import Load, PythonScorer, no_loader

GROUP = "harness.scorers"
KIND = re.compile(r"(?!not-)[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
RESERVED = frozenset({"any-of", "all-of", "weight", "threshold", "metric"})


@cache
def installed() -> Mapping[str, EntryPoint]:
    """Return the installed scorers by kind, none of them loaded yet.

    Raises:
        ContentError: A kind's name cannot be used, or two distributions register the same kind.
    """
    found = registered(GROUP)
    for name, entry in found.items():
        if not KIND.fullmatch(name) or name in RESERVED:
            owner = owner_of(entry)
            message = f"`{owner}` registers a scorer under the name `{name}`, which cannot be used"
            raise ContentError(message, hint=f"uninstall `{owner}`, or let its author choose another name")
    return found


def _whole(scorer: Any) -> Scorer:  # noqa: ANN401 (whatever was registered)
    """Refuse what does not behave like a scorer."""
    if (
        isinstance(scorer, type)
        or not isinstance(scorer.version, str)
        or not isinstance(scorer.needs_threshold, bool)
        or not callable(scorer.problem)
        or not callable(scorer.mark)
    ):
        message = "it is not an instance with `version`, `needs_threshold`, `problem` and `mark`"
        raise TypeError(message)
    return cast("Scorer", scorer)


class Scorers:
    """The scorers of one run, each loaded when it is first asked for."""

    def __init__(self, load: Load = no_loader, entries: Mapping[str, EntryPoint] | None = None) -> None:
        """Take what the kind `python` loads functions with, and the entry points; None means those installed."""
        self._load = load
        self._entries = installed() if entries is None else entries
        self._names = sorted(self._entries)
        self._found: dict[str, Scorer] = {}

    def names(self) -> list[str]:
        """Return every kind that is registered, sorted; nothing is loaded."""
        return self._names

    def find(self, kind: str) -> Scorer | None:
        """Return the scorer of a kind, or None when there is none.

        Raises:
            ContentError: It does not load, or is not a scorer.
        """
        if kind not in self._found:
            entry = self._entries.get(kind)
            if entry is None:
                return None
            scorer = load_plugin(entry, _whole)
            self._found[kind] = replace(scorer, load=self._load) if isinstance(scorer, PythonScorer) else scorer
        return self._found[kind]
