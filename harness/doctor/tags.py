"""The rules about tags: whether a release, and what proves it, stays what it was."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from harness.core.diagnosis import Diagnosis, State
from harness.core.settings import Known, TagGuard, Unknown
from harness.core.words import named
from harness.doctor.unread import unread

ABOUT = "release tags"
_NEEDED = frozenset({"deletion", "update"})
_PIECE = re.compile(r"\*\*/|\*+|\?|.", re.DOTALL)
_WILD = {"**/": "(?:.*/)?", "?": "[^/]"}


class _Kind(NamedTuple):
    """Tags of one kind."""

    name: str
    example: str


_KINDS = (
    _Kind("release/**/*", "refs/tags/release/0123456789ab"),
    _Kind("verdict/**/*", "refs/tags/verdict/0123456789ab/0123456789ab"),
)


def of_tags(guards: Known[tuple[TagGuard, ...]]) -> Diagnosis:
    """Tell whether the tags of releases and verdicts can be deleted or moved.

    Args:
        guards: The sets of rules about tags that are in force.
    """
    if isinstance(guards, Unknown):
        return unread(ABOUT, guards)
    binding = [guard for guard in guards if guard.bypass == ()]
    hidden = [guard.bypass for guard in guards if isinstance(guard.bypass, Unknown)]
    open_kinds = [kind.name for kind in _KINDS if not _held(kind, binding)]
    if not open_kinds:
        return Diagnosis(ABOUT, State.OK, "nobody can delete or move those of a release or of its verdict")
    if hidden and all(_held(kind, guards) for kind in _KINDS):
        return unread(ABOUT, *hidden)
    return Diagnosis(
        ABOUT,
        State.WEAKER,
        f"{named(open_kinds)} may be deleted or moved",
        "a release that an environment runs can lose its proof, and then nobody can serve it or go back to it",
        "import .github/rulesets/releases.json in the settings under Rules",
    )


def _held(kind: _Kind, guards: Sequence[TagGuard]) -> bool:
    found = [guard.rules for guard in guards if _covers(guard, kind.example)]
    return frozenset[str]().union(*found) >= _NEEDED


def _covers(guard: TagGuard, tag: str) -> bool:
    return any(_fits(one, tag) for one in guard.include) and not any(_fits(one, tag) for one in guard.exclude)


def _fits(pattern: str, tag: str) -> bool:
    """Return whether a pattern of a ruleset chooses a tag.

    Source:
        GitHub's documentation: patterns are those of Ruby's `File.fnmatch` with `FNM_PATHNAME`, in which no star but
        that of `**/` goes over a slash.
    """
    if pattern == "~ALL":
        return True
    pieces = (
        _WILD.get(piece) or ("[^/]*" if piece.startswith("*") else re.escape(piece))
        for piece in _PIECE.findall(pattern)
    )
    return re.fullmatch("".join(pieces), tag) is not None
