"""Two versions of harness on the same trees: where they judge otherwise."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from harness.core.verdict import Check, Failing, Verdict

ABSENT = "not there"


class Otherwise(NamedTuple):
    """Something of which two verdicts say different things."""

    kind: str
    """`check`, `pair`, `attacks` or `case`."""
    name: str
    old: str
    new: str


def otherwise(old: Verdict, new: Verdict) -> Iterator[Otherwise]:
    """Yield what the verdict of a new version says otherwise than that of the old one, the widest first.

    Both are of the same trees. What requests cost and how often they were asked is not the version's doing.
    """
    yield from _unlike("check", _checks(old), _checks(new))
    yield from _unlike("pair", _pairs(old), _pairs(new))
    yield from _unlike("attacks", _attacks(old), _attacks(new))
    yield from _unlike("case", _cases(old), _cases(new), absent="passes")


def _unlike(kind: str, old: Mapping[str, str], new: Mapping[str, str], absent: str = ABSENT) -> Iterator[Otherwise]:
    for name in dict.fromkeys((*old, *new)):
        before, after = old.get(name, absent), new.get(name, absent)
        if before != after:
            yield Otherwise(kind, name, before, after)


def _checks(verdict: Verdict) -> dict[str, str]:
    return {_name(check): _said(check) for check in verdict.checks}


def _name(check: Check) -> str:
    rest = (check.gate, check.metric, check.slice, "" if check.at_most is None else "bound", f"({check.rule})")
    return " ".join(part for part in (f"{check.suite}/{check.prompt}", *rest) if part)


def _said(check: Check) -> str:
    measured = "" if check.candidate is None else f", {check.candidate:.4g} (n = {check.n})"
    return f"{check.outcome}{measured}"


def _pairs(verdict: Verdict) -> dict[str, str]:
    return {
        f"{pair.suite}/{pair.prompt}": f"{'?' if pair.passed is None else pair.passed} of {pair.cases} pass"
        for pair in verdict.pairs
    }


def _attacks(verdict: Verdict) -> dict[str, str]:
    return {one.prompt: f"{one.succeeded} of {one.cases} succeed, {one.undecided} undecided" for one in verdict.attacks}


def _cases(verdict: Verdict) -> dict[str, str]:
    """Return what became of each case that does not pass."""
    failing = {f"{one.suite}/{one.prompt}/{one.case}": _failing(one) for one in verdict.failing}
    return failing | {
        f"{one.suite}/{one.prompt}/{one.case}": f"cannot be compared: {one.reason}" for one in verdict.incomparable
    }


def _failing(one: Failing) -> str:
    return f"{'nobody can tell' if one.unable else 'fails'}: {one.reason}"
