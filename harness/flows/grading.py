"""Grading: what models say of answers, for the kinds that ask them; a grade is kept like an answer."""

import asyncio
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from harness.core.calibration import Table
from harness.core.case import Case, Expectation
from harness.core.completion import Answer, Completion, Trial
from harness.core.digest import digest, text_digest
from harness.core.errors import BudgetError, HarnessError
from harness.core.exchange import Exchange
from harness.core.jsons import Json
from harness.core.judge import Judge
from harness.core.pin import Pin
from harness.core.score import Mark, UnableError
from harness.execute.run import Runner
from harness.flows.asking import MeteredAsk, Roles, Sake
from harness.ports import Grader
from harness.score import judge, preferred
from harness.score.grades import Told, grader_of
from harness.score.marking import leaves
from harness.score.registry import Scorers

type Given = Mapping[str, Mark | str]
"""By the key of a grade, the mark, or why there is none."""


class Wanted(NamedTuple):
    """A grade that marking an answer takes."""

    key: str
    trial: str
    """Of the answer."""
    item: Expectation
    exchange: Exchange


@dataclass(frozen=True)
class Grading:
    """Who grades, and what counts of it."""

    scorers: Scorers
    roles: Roles
    judges: Mapping[str, Judge]
    advisory: Mapping[str, str]
    """Why a judge only advises, by name; empty of one that decides."""
    tables: Mapping[str, Table]
    """What each judge said of labelled answers, against what people say."""
    people: Mapping[str, Mapping[str, bool]]
    """By judge, whether people pass each answer that they labelled for it, by the answer's digest."""
    _graders: dict[str, Grader | None] = field(default_factory=dict)

    def grader(self, kind: str) -> Grader | None:
        """Return who grades for a kind; None for a kind that asks nobody."""
        if kind not in self._graders:
            found = grader_of(self.scorers, kind)
            if isinstance(found, judge.JudgeGrader | preferred.PreferredGrader):
                found = replace(found, judges=self.judges)
            self._graders[kind] = found
        return self._graders[kind]

    def graded(self, case: Case) -> list[Expectation]:
        """Return the expectations of a case for which models are asked."""
        return [leaf for leaf in leaves(case.expect) if self.grader(leaf.kind)]

    def asked(self, item: Expectation) -> list[Pin]:
        """Return whom a grade asks, call by call."""
        grader, names = self.grader(item.kind), judges_of(item)
        models = [self.judges[name].model for name in names] or [""]
        pins = [self.roles.judges[model].pin for model in models if model in self.roles.judges]
        return pins * (grader.calls(item.value) // len(models)) if grader else []

    def version(self, item: Expectation) -> str:
        """Return what beside the answers of models determines a grade; empty for a kind that asks nobody."""
        grader = self.grader(item.kind)
        if grader is None:
            return ""
        embedder = self.roles.embedder
        told: list[Json] = [grader.version, embedder.asking.common if embedder else ""]
        if names := judges_of(item):
            asked = [self.judges[name] for name in names]
            told += [[one.digest, self.roles.judges[one.model].common] for one in asked]
        else:
            told += [self.roles.judges[""].common if "" in self.roles.judges else ""]
        return digest("grader", told)

    def wanted(self, trial: str, exchange: Exchange) -> Iterator[Wanted]:
        """Yield each grade that marking an answer takes, with a key that holds all that determines it."""
        items = self.graded(exchange.case)
        if not items:
            return
        case = exchange.case
        said = [[answer.text, answer.tool_calls] for answer in exchange.answers]
        shown = text_digest(json.dumps([exchange.messages, said, exchange.turns, case.vars, case.reference]))
        for item in items:
            key = digest("grade", [item.kind, item.value, self.version(item), shown])
            yield Wanted(key, trial, item, exchange)

    async def ask(self, runner: Runner, wanted: Iterable[Wanted], accounts: tuple[str, ...]) -> Given:
        """Return grades: those that were given before, and the others asked for together.

        Raises:
            BudgetError: The budget cannot bear another call; those in flight are home and recorded.
        """
        listed = {one.key: one for one in wanted}
        known = {key: _mark_of(said) for key, said in runner.known(listed).items()}
        given: dict[str, Mark | str] = {key: mark for key, mark in known.items() if mark}
        missing = [one for key, one in listed.items() if key not in given]
        if not missing:
            return given
        try:
            async with asyncio.TaskGroup() as group:
                tasks = {one.key: group.create_task(self._grade(runner, one, accounts)) for one in missing}
        except BaseExceptionGroup as errors:
            raise await _first(errors, runner) from None
        found = {key: task.result() for key, task in tasks.items()}
        runner.keep([_answer(listed[key], mark) for key, mark in found.items() if isinstance(mark, Mark)])
        return given | found

    async def _grade(self, runner: Runner, one: Wanted, accounts: tuple[str, ...]) -> Mark | str:
        grader = self.grader(one.item.kind)
        if grader is None:
            return "nobody grades it"
        sake = Sake("judge", purpose_of(one.item), one.trial)
        ask = MeteredAsk(runner, accounts, self.roles, sake, advisory=bool(self.advice(one.item)))
        try:
            mark = await grader.grade(one.exchange, one.item.value, ask)
        except UnableError as error:
            return _unless_stopped(ask, str(error))
        return _unless_stopped(ask, ask.unable or mark)

    def told(self, wanted: Iterable[Wanted], given: Given) -> Told:
        """Return what hands on the grades of one answer."""
        marks = {digest("told", [one.item.kind, one.item.value]): (one.item, given[one.key]) for one in wanted}

        def tell(kind: str, expected: Json) -> Mark:
            item, mark = marks[digest("told", [kind, expected])]
            why = self.advice(item)
            if isinstance(mark, str):
                error = UnableError(mark)
                error.advisory, error.asked = why, True
                raise error
            return mark._replace(advisory=why, asked=True)

        return tell

    def advice(self, item: Expectation) -> str:
        """Return why a grade only advises; nothing where it decides."""
        grader = self.grader(item.kind)
        if item.kind == judge.KIND:
            return next((why for name in judges_of(item) if (why := self.advisory[name])), "")
        if grader and grader.calls(item.value):
            return f"{purpose_of(item)} was never held against what people say"
        return ""


def _unless_stopped(ask: MeteredAsk, said: Mark | str) -> Mark | str:
    """Raise what a grader may have swallowed."""
    if ask.stopped:
        raise ask.stopped
    return said


def judges_of(item: Expectation) -> list[str]:
    """Return the names of the judges that an expectation asks; none for one that asks the pin of params.yaml."""
    return judge.names_in(item.value) if item.kind in {judge.KIND, preferred.KIND} else []


def purpose_of(item: Expectation) -> str:
    """Return what models are asked for: `judge tone`, `deepeval GEval`."""
    value = item.value[item.kind] if isinstance(item.value, dict) and item.kind in item.value else item.value
    names = value if isinstance(value, list) else [] if value is True else [value]
    return " ".join([item.kind, ", ".join(str(name) for name in names)]).strip()


def _answer(wanted: Wanted, mark: Mark) -> Answer:
    text = json.dumps({"value": mark.value, "reason": mark.reason, "votes": mark.votes})
    name = f"{wanted.trial} ({purpose_of(wanted.item)})"
    said = Completion(text, cost=0, model="grade")
    return Answer(Trial(name, wanted.key), said, {"role": "grade", "purpose": purpose_of(wanted.item)})


def _mark_of(said: Completion) -> Mark | None:
    """Return a grade as it was kept; None of one in which somebody wrote."""
    try:
        kept = json.loads(said.text)
        mark = Mark(float(kept["value"]), str(kept["reason"]), votes=tuple(kept["votes"]))
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return mark if all(isinstance(vote, bool) for vote in mark.votes) else None


async def _first(errors: BaseExceptionGroup, runner: Runner) -> BaseException:
    """Return the error that ends a run, of several that came together."""
    every = list(_flat(errors))
    stopped = next((error for error in every if isinstance(error, BudgetError)), None)
    if stopped:
        await runner.come_home()
    return stopped or next((error for error in every if isinstance(error, HarnessError)), every[0])


def _flat(errors: BaseExceptionGroup) -> Iterator[BaseException]:
    for error in errors.exceptions:
        if isinstance(error, BaseExceptionGroup):
            yield from _flat(error)
        else:
            yield error
