"""Shards made one verdict again: all of them, of one gate, each once."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import chain

from harness.core.errors import UsageError
from harness.core.pair import PairReport
from harness.core.verdict import Check, Failing, Flaky, Flip, Incomparable, Run, Verdict, worst
from harness.core.words import named
from harness.gate.order import rank, steadiness

_NAME = re.compile(r"[1-9][0-9]{0,2}/[1-9][0-9]{0,2}")


def merged(shards: Sequence[Verdict]) -> Verdict:
    """Return the verdict of a gate of which these are the parts, but for its summary.

    Raises:
        UsageError: One is missing, stands twice, or belongs to another gate.
    """
    first, *others = _in_order(shards)
    for other in others:
        if different := _difference(first, other):
            what = f"shard {other.shard} belongs to another gate than shard {first.shard}: {different}"
            raise UsageError(what, hint="merge the shards of one commit, judged against one base by one harness")
    every = [first, *others]
    places = {(pair.suite, pair.prompt): place for place, pair in enumerate(first.pairs)}

    def place(item: Check | Flip | Failing | Incomparable | Flaky) -> int:
        return places.get((item.suite, item.prompt), len(places))

    checks = sorted(sorted(_once(every, lambda one: one.checks), key=place), key=rank)
    outcome = worst([*(check.outcome for check in checks), *(one.outcome for one in every)])
    return replace(
        first,
        outcome=outcome,
        exit_code=int(outcome.exit_code),
        summary="",
        scope="full",
        shard="",
        notices=_once(every, lambda one: one.notices),
        pairs=tuple(_pair([one.pairs[place] for one in every]) for place in range(len(first.pairs))),
        checks=tuple(checks),
        flips=tuple(sorted(_once(every, lambda one: one.flips), key=lambda one: (not one.critical, place(one)))),
        failing=tuple(sorted(_once(every, lambda one: one.failing), key=lambda one: (not one.critical, place(one)))),
        incomparable=tuple(
            sorted(_once(every, lambda one: one.incomparable), key=lambda one: (not one.critical, place(one)))
        ),
        redefined=_once(every, lambda one: one.redefined),
        flaky=tuple(sorted(_once(every, lambda one: one.flaky), key=lambda one: (steadiness(one), place(one)))),
        attacks=tuple(sorted(_once(every, lambda one: one.attacks), key=lambda one: one.prompt)),
        findings=_once(every, lambda one: one.findings),
        detectors=_once(every, lambda one: one.detectors),
        weighing="; ".join(_once(every, lambda one: (one.weighing,) if one.weighing else ())),
        spending=tuple(sorted(_once(every, lambda one: one.spending), key=lambda one: one.prompt)),
        run=_run([one.run for one in every]),
    )


def _in_order(shards: Sequence[Verdict]) -> list[Verdict]:
    """Return the shards by number."""
    found: dict[str, Verdict] = {}
    for one in shards:
        if not one.shard or one.scope != "shard":
            raise UsageError(
                "a verdict that is no shard cannot be merged", hint="judge with `harness gate --shard 1/2`"
            )
        if one.shard in found:
            raise UsageError(f"shard {one.shard} stands twice", hint="name each run folder once")
        found[one.shard] = one
    if not found:
        raise UsageError("there is no shard", hint="name the run folders of all of them")
    of = max(map(_of, found))
    wanted = [f"{number}/{of}" for number in range(1, of + 1)]
    if missing := [name for name in wanted if name not in found]:
        raise UsageError(
            f"shard {named(missing)} is missing", hint="its job failed, or its run folder was not handed on"
        )
    if foreign := sorted(found.keys() - set(wanted)):
        raise UsageError(f"shard {named(foreign)} belongs to another gate than shard {wanted[0]}")
    return [found[name] for name in wanted]


def _of(name: str) -> int:
    """Return into how many parts a shard's gate was dealt; the name is from a file that anybody may have written."""
    if not _NAME.fullmatch(name):
        raise UsageError("a shard has no name such as 1/2", hint="judge with `harness gate --shard 1/2`")
    return int(name.partition("/")[2])


def _difference(one: Verdict, other: Verdict) -> str:
    """Return in what two shards differ that those of one gate share."""
    parts: dict[str, Callable[[Verdict], object]] = {
        "recording": lambda verdict: verdict.run.replayed,
        "candidate": lambda verdict: (verdict.candidate.commit, verdict.candidate.dirty),
        "base": lambda verdict: verdict.base and verdict.base.commit,
        "policy": lambda verdict: (verdict.policy, verdict.mode, verdict.profile, verdict.advisory),
        "harness": lambda verdict: verdict.version,
        "changed files": lambda verdict: verdict.changed,
        "pairs": lambda verdict: [replace(pair, passed=None) for pair in verdict.pairs],
    }
    return next((name for name, part in parts.items() if part(one) != part(other)), "")


def _pair(reports: Sequence[PairReport]) -> PairReport:
    """Return what became of a pair: as told by the shard that judged it."""
    return next((report for report in reports if report.passed is not None), reports[0])


def _all[T](shards: Iterable[Verdict], part: Callable[[Verdict], Iterable[T]]) -> Iterable[T]:
    return chain.from_iterable(map(part, shards))


def _once[T](shards: Iterable[Verdict], part: Callable[[Verdict], Iterable[T]]) -> tuple[T, ...]:
    """Return a part of all shards, what several say said once."""
    found: list[T] = []
    seen: set[str] = set()
    for one in _all(shards, part):
        if repr(one) not in seen:
            seen.add(repr(one))
            found.append(one)
    return tuple(found)


def _run(runs: Sequence[Run]) -> Run:
    """Return what all shards took together; the seconds are those of the slowest, since they ran side by side."""
    return Run(
        calls=sum(run.calls for run in runs),
        cached=sum(run.cached for run in runs),
        failures=sum(run.failures for run in runs),
        cost=sum(run.cost for run in runs),
        unpriced=sum(run.unpriced for run in runs),
        retries=sum(run.retries for run in runs),
        unknown=sum(run.unknown for run in runs),
        notional=all(run.notional for run in runs),
        replayed=runs[0].replayed,
        seconds=max(run.seconds for run in runs),
        started=min(run.started for run in runs),
        notices=tuple(dict.fromkeys(notice for run in runs for notice in run.notices)),
    )
