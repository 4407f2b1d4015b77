"""Cases as tests: a working tree's, chosen one by one, answered together, each told by itself."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from harness.adapters.folder import Folder
from harness.content.evalsets import parse_path
from harness.core.errors import HarnessError
from harness.core.pair import Pair
from harness.core.tree import Tree
from harness.flows.answered import show
from harness.flows.asked import given
from harness.flows.conversations import Talk, recall, talk_at
from harness.flows.pairing import PairPlan, plan_pairs
from harness.flows.rows import CANDIDATE, Row
from harness.flows.setup import set_up
from harness.flows.single import asker
from harness.flows.trees import Trees, World
from harness.plan.scope import Scope
from harness.report.text import as_error, one_line

REASONS = 5
"""Expectations that are not met and are told each; of more, only how many."""


class Told(NamedTuple):
    """What became of a case."""

    passed: bool | None
    """None where nobody can judge it."""
    lines: tuple[str, ...] = ()
    """Why it did not pass, at most ten."""


class Examination:
    """The cases of a working tree, and what becomes of those that are chosen."""

    def __init__(self, world: World) -> None:
        """Read the tree.

        Raises:
            ContentError: A file is wrong.
        """
        self._world = world
        self._court = set_up(world, Trees(Folder(world.root), Tree("working tree")))
        self._plans: dict[Pair, PairPlan] = {}
        self._answers: dict[Talk, str] = {}
        self._stopped = ""

    def cases(self, path: str) -> Iterator[tuple[Pair, Row]]:
        """Yield the cases of a file, and those that a suite composes beside its first file's.

        Raises:
            ContentError: A case of its pair is wrong.
        """
        bound = parse_path(path)
        pair = Pair(*bound) if bound else None
        if pair is None or pair not in self._court.candidate.content.sources:
            return
        if pair not in self._plans:
            (self._plans[pair],) = plan_pairs(None, self._court.candidate, scope=Scope(*pair), version=None)
        paths = [source.path for source in self._court.candidate.content.sources[pair]]
        for row in self._plans[pair].rows:
            home = row.pairing.form.origin.path
            if path == (home if home in paths else paths[0]):
                yield pair, row

    async def answer(self, chosen: Sequence[tuple[Pair, Row]]) -> None:
        """Answer and score what was chosen; whatever stops it is told of each case that it leaves open."""
        plans = [
            replace(plan, rows=rows)
            for pair, plan in self._plans.items()
            if (rows := [r for p, r in chosen if p == pair])
        ]
        try:
            async with asker(self._world, self._court, plans) as asking:
                try:
                    for plan in plans:
                        await asking.answer(plan, lambda _plan, _done, _total: None)
                finally:
                    talks = [talk_at(row, CANDIDATE) for _, row in chosen]
                    self._answers = {talk: show(said) for talk, said in recall(asking.store, talks).items()}
        except HarnessError as error:
            self._stopped = as_error(error)

    def told(self, pair: Pair, row: Row) -> Told:
        """Return what became of a case."""
        case, result = row.pairing.form, row.results[CANDIDATE]
        name = f"case    {case.id} of {pair} ({case.origin})"
        if result is None or result.passed is None:
            why = one_line(result.problem if result else row.problem) or self._stopped
            return Told(None, (*why.splitlines(), name))
        if result.passed:
            return Told(passed=True)
        reasons = [one_line(score.reason or score.expectation) for score in result.failed]
        left = [f"and {len(reasons) - REASONS} more"] if len(reasons) > REASONS else []
        answer = self._answers.get(talk_at(row, CANDIDATE), "")
        asked = [f"asked   {one_line(given(case))}", f"answer  {one_line(answer, 400)}"]
        return Told(passed=False, lines=(*reasons[:REASONS], *left, *asked, name))
