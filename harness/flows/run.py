"""Running the working tree once: answers into the store, results and metrics into files that DVC and git compare."""

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

from harness.adapters.folder import Folder
from harness.core.errors import UnavailableError
from harness.core.pair import Pair
from harness.core.policy import PASS
from harness.core.tally import Tally
from harness.core.tree import Tree
from harness.flows.answered import show, why
from harness.flows.conversations import recall, talk_at
from harness.flows.pairing import PairPlan, Progress, plan_pairs
from harness.flows.rows import CANDIDATE, Row
from harness.flows.setup import set_up
from harness.flows.single import asker
from harness.flows.trees import Trees, World
from harness.plan.scope import Scope
from harness.ports import Store

_LINE = json.JSONEncoder(ensure_ascii=False)


class Result(NamedTuple):
    """What one pair came to."""

    pair: Pair
    cases: int
    passed: int


async def run(world: World, scope: Scope, *, progress: Progress) -> tuple[list[Result], Tally]:
    """Evaluate the working tree and write its results; nothing is judged.

    Writes, for each pair: `.harness/results/<suite>/<prompt>.jsonl` (a line a case),
    `.harness/metrics/<suite>-<prompt>.json` and `.harness/plots/<suite>-<prompt>.csv` (pass rate by tag).

    A scope that leaves cases of a pair out writes nothing: a part's figures would stand where the whole's are compared.

    Raises:
        ContentError: A file is wrong, or the filters select no case.
        BudgetError: The budget cannot bear what is missing.
        UnavailableError: A trial has no answer; nothing is written for its pair.
    """
    court = set_up(world, Trees(Folder(world.root), Tree("working tree")))
    plans = list(plan_pairs(None, court.candidate, scope=scope, version=None))
    results: list[Result] = []
    async with asker(world, court, plans) as asking:
        for plan in plans:
            await asking.answer(plan, progress)
            if failed := asking.tally.failed:
                raise UnavailableError(f"{plan.pair}: {failed[0]}", hint="answers that came back are kept")
            if not scope.splits_pairs:
                _write(world, plan, asking.store)
            passed = [result.passed for row in plan.rows if (result := row.results[CANDIDATE])]
            results.append(Result(plan.pair, len(plan.rows), passed.count(True)))
    return results, asking.tally


def _write(world: World, plan: PairPlan, store: Store) -> None:
    suite, prompt = plan.pair
    answers = recall(store, (talk_at(row, CANDIDATE) for row in plan.rows))
    lines = [
        {
            "case": row.pairing.id,
            "passed": result.passed,
            "metrics": result.metrics,
            "why": "" if result.passed else why(result),
            "answer": show(answers.get(talk_at(row, CANDIDATE))),
        }
        for row in plan.rows
        if (result := row.results[CANDIDATE])
    ]
    text = "".join(_LINE.encode(line) + "\n" for line in lines)
    _put(world.state / "results" / suite / f"{prompt}.jsonl", text)
    _put(world.state / "metrics" / f"{suite}-{prompt}.json", json.dumps(_metrics(plan.rows), indent=1) + "\n")
    _put(world.state / "plots" / f"{suite}-{prompt}.csv", _by_tag(plan.rows))


def _put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_text(text, encoding="utf-8", errors="backslashreplace")
    part.replace(path)


def _metrics(rows: Sequence[Row]) -> dict[str, float]:
    """Return the number of cases, how many nobody can tell if any, and the mean of every metric, to six digits."""
    found: dict[str, list[float]] = {}
    for row in rows:
        result = row.results[CANDIDATE]
        for name, value in (result.metrics if result else {}).items():
            found.setdefault(name, []).append(value)
    found[PASS] = [_passes(row) for row in rows]
    unable = sum(not (result := row.results[CANDIDATE]) or result.passed is None for row in rows)
    counts = {"cases": len(rows), **({"unable": unable} if unable else {})}
    return {**counts, **{name: round(fmean(values), 6) for name, values in sorted(found.items())}}


def _passes(row: Row) -> bool:
    """Return whether a case passes; one that nobody can tell does not."""
    result = row.results[CANDIDATE]
    return bool(result and result.passed)


def _by_tag(rows: Sequence[Row]) -> str:
    found: dict[str, list[bool]] = {}
    for row in rows:
        for tag in row.pairing.form.tags:
            found.setdefault(tag, []).append(_passes(row))
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(["tag", "cases", "pass"])
    table.writerows([tag, len(passes), round(fmean(passes), 6)] for tag, passes in sorted(found.items()))
    return out.getvalue()
