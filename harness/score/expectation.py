"""One element of a case's `expect`, from JSON to an expectation; every fault as one sentence."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Protocol

from harness.core.case import Expectation
from harness.core.jsons import Json
from harness.core.policy import RESERVED
from harness.ports import Grader, Scorer
from harness.score.wording import cut, visible

GROUPS = ("any-of", "all-of")
"""Kinds that hold other expectations."""
OPTIONS = ("weight", "threshold", "metric")
NOT = "not-"
DEEPEST = 8
"""Levels of any-of and all-of, at most."""
HEAVIEST = 1_000_000
METRIC = re.compile(r"[a-z][a-z0-9_-]*")


class Kinds(Protocol):
    """What the registry offers to a reader."""

    def names(self) -> Sequence[str]:
        """Return every kind."""

    def find(self, kind: str) -> Scorer | Grader | None:
        """Return the scorer of a kind, or None."""


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the expectations of one case."""

    reference: str
    scorers: Kinds

    def read(self, raw: Json, depth: int) -> Expectation:
        fields = raw if isinstance(raw, dict) else {}
        name = self._only_kind(fields)
        if name in GROUPS:
            return self._group(fields, name, depth)
        negated = name.startswith(NOT)
        kind = name.removeprefix(NOT)
        scorer = self.scorers.find(kind)
        if scorer is None:
            raise self._unknown(name)
        value = _settings(fields, name) if parametric(scorer) else fields[name]
        if fault := scorer.problem(value, self.reference):
            message = f"`{name}` {visible(fault)}"
            raise ValueError(message)
        return Expectation(
            kind=kind,
            value=value,
            negated=negated,
            weight=_weight(fields, name),
            threshold=_threshold(fields, name, needed=scorer.needs_threshold),
            metric=_metric(fields, name),
        )

    def _only_kind(self, raw: dict[str, Json]) -> str:
        names = [key for key in raw if key not in OPTIONS]
        if not names:
            message = 'an expectation is an object that names a kind, such as {"contains": "30 days"}'
            raise ValueError(message)
        kinds = [name for name in names if parametric(self.scorers.find(name.removeprefix(NOT)))]
        if len(kinds) == 1:  # what stands beside it are its parameters
            return kinds[0]
        for name in names:
            if name.removeprefix(NOT) in GROUPS and name not in GROUPS:
                message = f"`{name}` does not exist; negate the parts of `{name.removeprefix(NOT)}` instead"
                raise ValueError(message)
        for name in names:
            if name not in GROUPS and not self.scorers.find(name.removeprefix(NOT)):
                raise self._unknown(name)
        if len(names) > 1:
            message = f"`{names[0]}` and `{names[1]}` stand in one expectation; make them two, or join them by all-of"
            raise ValueError(message)
        return names[0]

    def _unknown(self, name: str) -> ValueError:
        kinds = self.scorers.names()
        near = get_close_matches(name, [*kinds, *(NOT + kind for kind in kinds), *GROUPS, *OPTIONS], n=1)
        nearest = f"; did you mean `{near[0]}`?" if near else ""
        error = ValueError(f"`{cut(visible(name), 60)}` is no kind of expectation{nearest}")
        error.add_note(f"kinds: {', '.join(sorted([*kinds, *GROUPS]))}; `{NOT}` before a kind turns it around")
        return error

    def _group(self, raw: dict[str, Json], name: str, depth: int) -> Expectation:
        parts = raw[name]
        if not isinstance(parts, list) or not parts:
            message = f"`{name}` must be a list of expectations, not empty"
            raise ValueError(message)
        if depth >= DEEPEST:
            message = f"`{name}` is nested more than {DEEPEST} levels deep"
            raise ValueError(message)
        if "threshold" in raw:
            message = f"`threshold` has no meaning for `{name}`; give it to its parts"
            raise ValueError(message)
        for part in parts:
            for option in ("weight", "metric"):
                if isinstance(part, dict) and option in part:
                    message = f"`{option}` has no meaning inside `{name}`; give it to `{name}` itself"
                    raise ValueError(message)
        return Expectation(
            kind=name,
            weight=_weight(raw, name),
            metric=_metric(raw, name),
            parts=tuple(self.read(part, depth + 1) for part in parts),
        )


def parametric(scorer: Scorer | Grader | None) -> bool:
    """Return whether what else stands in an expectation of a kind are its parameters."""
    return bool(getattr(scorer, "parameters", False))


def _settings(raw: dict[str, Json], name: str) -> dict[str, Json]:
    """Return what a kind with parameters is given, by its own name even if it is negated."""
    own = {key: value for key, value in raw.items() if key not in OPTIONS}
    return {name.removeprefix(NOT): own.pop(name), **own}


def _number(raw: Json) -> float | None:
    """Return a finite number, or None for anything else."""
    if isinstance(raw, bool) or not isinstance(raw, (int, float)):
        return None
    try:
        number = float(raw)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _weight(raw: dict[str, Json], name: str) -> float:
    weight = _number(raw.get("weight", 1.0))
    if weight is None or not 0 < weight <= HEAVIEST:
        message = f"the `weight` of `{name}` must be a number above 0, at most {HEAVIEST:,}"
        raise ValueError(message)
    return weight


def _threshold(raw: dict[str, Json], name: str, *, needed: bool) -> float:
    if needed and "threshold" not in raw:
        message = f"`{name}` is a similarity and needs a `threshold` from 0 to 1"
        raise ValueError(message)
    threshold = _number(raw.get("threshold", 1.0))
    if threshold is None or not 0 <= threshold <= 1:
        message = f"the `threshold` of `{name}` must be a number from 0 to 1"
        raise ValueError(message)
    return threshold


def _metric(raw: dict[str, Json], name: str) -> str:
    metric = raw.get("metric", "")
    if "metric" not in raw:
        return ""
    if not isinstance(metric, str) or not METRIC.fullmatch(metric):
        message = f"the `metric` of `{name}` must be a name of a-z, 0-9, _ and -, such as `tone`"
        raise ValueError(message)
    if metric in RESERVED:
        message = f"the `metric` of `{name}` cannot be `{metric}`, which every suite measures anyway"
        raise ValueError(message)
    return metric


def parse_expectation(raw: Json, reference: str, scorers: Kinds) -> Expectation:
    """Return an element of `expect` as an expectation; `reference` is the case's, for values of true.

    Raises:
        ValueError: It is not one; the message says what to mend, a note of the exception what there is instead.
        ContentError: A scorer it names does not load.
    """
    return _Reader(reference, scorers).read(raw, depth=0)
