"""The union of two trees' cases: no case leaves, enters or changes without being seen."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import NamedTuple

from harness.core.case import Case


class Change(StrEnum):
    """What happened to a case between base and candidate."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    EDITED = "edited"


class Pairing(NamedTuple):
    """One case id on both trees, in the forms in which it is judged."""

    id: str
    change: Change
    form: Case
    """The candidate's form; the base's for a removed case."""
    old_form: Case | None = None
    """The base's form of an edited case, which is judged as well."""

    @property
    def base_form(self) -> Case:
        """The form in which the base knows it; the candidate's for an added case."""
        return self.old_form or self.form

    @property
    def forms(self) -> tuple[Case, ...]:
        """Every form in which it is judged."""
        return (self.form, self.old_form) if self.old_form else (self.form,)


def unite(base: Mapping[str, Case], candidate: Mapping[str, Case]) -> Iterator[Pairing]:
    """Yield every case id of either tree, the candidate's first, each in file order."""
    for name, case in candidate.items():
        old = base.get(name)
        if old is None:
            yield Pairing(name, Change.ADDED, case)
        elif _alike(old, case):
            yield Pairing(name, Change.SAME, case)
        else:
            yield Pairing(name, Change.EDITED, case, old)
    for name, case in base.items():
        if name not in candidate:
            yield Pairing(name, Change.REMOVED, case)


def _alike(old: Case, new: Case) -> bool:
    """Return whether two forms render and are marked alike.

    Equality alone takes true for 1 and overlooks the order of keys, which a template can print.
    """
    return old is new or (old == new and _told(old) == _told(new))


def _told(case: Case) -> str:
    return repr((case.vars, case.expect, *map(_told, case.arms)))
