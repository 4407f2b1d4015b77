"""A pair's digest: equal digests prove that a pair needs no judging."""

from collections.abc import Callable, Iterable

from harness.core.case import Case, Expectation
from harness.core.digest import Canonical, digest

type Version = Callable[[Expectation], str]
"""Gives the version of the scorer behind an expectation."""


def pair_digest(keyed: Iterable[tuple[Case, str]], version: Version) -> str:
    """Return the digest of all that a pair's verdict rests on: its cases, their trials' keys, what they expect.

    Args:
        keyed: Each case with the key of its rendered trial.
        version: Of the scorer behind an expectation.
    """
    rows = sorted(keyed, key=lambda row: row[0].id)
    return digest("pair", [[case.id, key, _demands(case, version)] for case, key in rows])


def _demands(case: Case, version: Version) -> Canonical:
    expected = [_expectation(item, version) for item in case.expect]
    arms = [_demands(arm, version) for arm in case.arms]
    return [expected, case.threshold, case.reference, sorted(case.tags), case.critical, arms]


def _expectation(item: Expectation, version: Version) -> Canonical:
    parts = [_expectation(part, version) for part in item.parts]
    limits = f"{item.weight!r} {item.threshold!r}"
    return [item.name, "" if parts else version(item), item.value, limits, item.metric, parts]
