"""Holding the verdicts of two versions of harness beside each other."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from harness.core.errors import UsageError
from harness.core.verdict import Verdict
from harness.flows.runs import read_verdict
from harness.gate.versions import Otherwise, otherwise


class Versions(NamedTuple):
    """Two verdicts on the same trees, and where they differ."""

    old: Verdict
    new: Verdict
    differing: list[Otherwise]


def versions(old: Path, new: Path) -> Versions:
    """Return where two verdicts differ, each in the folder of its run or in a folder that holds just that run's.

    Raises:
        UsageError: One is not there, or they are not of the same commits and cases.
        ContentError: One is damaged.
    """
    first, second = read_verdict(_verdict_in(old)), read_verdict(_verdict_in(new))
    _refuse_apart(first, second)
    return Versions(first, second, list(otherwise(first, second)))


def _verdict_in(folder: Path) -> Path:
    """Return the one verdict in a folder or just below it."""
    own = folder / "verdict.json"
    found = [own] if own.is_file() else [*folder.glob("[0-9]*/verdict.json")]
    if len(found) != 1:
        what = f"{folder} holds {len(found) or 'no'} verdicts"
        raise UsageError(what, hint="name the folder of a run, as `harness gate` prints it")
    return found[0]


_SAME: dict[str, Callable[[Verdict], object]] = {
    "the same candidate": lambda one: one.candidate.commit,
    "the same base": lambda one: one.base and one.base.commit,
    "the same profile": lambda one: one.profile,
    "the same mode": lambda one: one.mode,
}


def _refuse_apart(old: Verdict, new: Verdict) -> None:
    """Refuse verdicts that differ for another reason than the version.

    Raises:
        UsageError: They judged other trees, or not all cases of them.
    """
    hint = "judge the same commit by `harness gate --all` under both versions"
    for one in (old, new):
        if one.scope != "full" or one.mode == "paired":
            raise UsageError("not every case was judged", hint=hint)
        if one.candidate.dirty or not one.candidate.commit:
            raise UsageError("a working tree was judged that is no commit", hint=hint)
    for what, of in _SAME.items():
        if of(old) != of(new):
            raise UsageError(f"the two verdicts are not of {what}: {of(old)} and {of(new)}", hint=hint)
