"""One case on both trees: the answers side by side, what differs, and what each expectation says."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from difflib import unified_diff
from typing import NamedTuple

from harness.adapters.clock import SystemClock
from harness.core.case import Case
from harness.core.errors import ContentError, UsageError
from harness.core.pair import Pair
from harness.flows.agenda import Agenda, Options, prepare
from harness.flows.answered import show, why
from harness.flows.asked import demands, given
from harness.flows.conversations import forms_of, recall, talk_of
from harness.flows.evaluate import evaluate
from harness.flows.pairing import PairPlan
from harness.flows.rows import BASE, CANDIDATE, OLD_BASE, OLD_CANDIDATE, Row, work_of
from harness.flows.store import open_store
from harness.flows.trees import World
from harness.plan.scope import Scope
from harness.ports import Store

CASE = "CASE is the `id` of a line in evalsets/, such as hours-001"
VARS_LIMIT = 2_000
"""Characters of the case's values that are shown."""


class Answer(NamedTuple):
    """One tree's answer to the case."""

    text: str
    passed: bool | None
    why: str


@dataclass(frozen=True, slots=True)
class CaseDiff:
    """One form of one case on both trees."""

    pair: Pair
    case: str
    form: str
    given: str
    expected: str
    base: Answer | str
    """The answer, or why there is none."""
    candidate: Answer | str


async def diff(world: World, case: str, options: Options) -> list[CaseDiff]:
    """Return a case's answers on both trees, for each form in which it is judged.

    Raises:
        UsageError: There is no base.
        ContentError: There is no such case.
    """
    agenda = _agenda(world, case, options)
    court = agenda.court
    if court.base is None:
        raise UsageError(
            f"there is nothing to compare with: {court.trees.why_no_base}", hint="commit, then change a prompt"
        )
    meter = agenda.meter(world, SystemClock().now())
    with open_store(world) as store:
        meter.demand(lambda: agenda.ahead(store), store)
        async with meter.runner(store) as runner:
            for plan in agenda.plans:
                base = court.base if plan.base_digest else None
                work = work_of(plan.pair, plan.rows, base=base, candidate=court.candidate)
                async for _ in evaluate(runner, work, court, meter.payers.of(plan.pair.suite)):
                    pass
        return [one for plan in agenda.plans for row in plan.rows for one in _diffs(plan, row, store)]


def _agenda(world: World, case: str, options: Options) -> Agenda:
    scope = Scope(cases=frozenset([case]), prompt=options.scope.prompt)
    try:
        return prepare(world, replace(options, all=True, scope=scope))
    except ContentError as error:
        if error.where or error.hint:
            raise
        raise ContentError(error.what, hint=CASE) from None


def _diffs(plan: PairPlan, row: Row, store: Store) -> Iterator[CaseDiff]:
    forms = [("today's form", BASE, CANDIDATE, row.pairing.form)]
    if row.pairing.old_form:
        forms.append(("the form that base knows", OLD_BASE, OLD_CANDIDATE, row.pairing.old_form))
    for form, before, after, case in forms:
        yield CaseDiff(
            pair=plan.pair,
            case=case.id,
            form=form,
            given=given(case, VARS_LIMIT),
            expected=demands(case),
            base=_answer(row, before, case, store) if plan.base_digest else "does not have the prompt",
            candidate=_answer(row, after, case, store),
        )


def _answer(row: Row, slot: int, case: Case, store: Store) -> Answer | str:
    result = row.results[slot]
    if result is None:
        return "cannot be rendered"
    talks = [talk_of(row, form, key) for key, form in zip(row.asked(slot), forms_of(case), strict=True)]
    found = recall(store, talks)
    texts = [show(found.get(talk)) for talk in talks]
    if case.arms:
        texts = [f"{arm.id.removeprefix(case.id)[1:]}: {text}" for arm, text in zip(case.arms, texts, strict=True)]
    return Answer("\n".join(texts), result.passed, "" if result.passed else why(result))


def diff_lines(found: CaseDiff) -> Iterator[str]:
    """Yield a case's comparison for people: each answer with its result, then a text diff where they differ."""
    yield f"{found.case} of {found.pair} in {found.form}"
    yield f"given      {found.given}"
    yield f"expects    {found.expected}"
    yield from _answer_lines("base", found.base)
    yield from _answer_lines("candidate", found.candidate)
    if isinstance(found.base, Answer) and isinstance(found.candidate, Answer):
        texts = found.base.text.splitlines(), found.candidate.text.splitlines()
        yield from unified_diff(*texts, "base", "candidate", lineterm="")
        if found.base.text == found.candidate.text:
            yield "the answers are equal"


def _answer_lines(name: str, answer: Answer | str) -> Iterator[str]:
    if isinstance(answer, str):
        yield f"{name:10} {answer}"
        return
    result = {True: "passes", False: f"fails: {answer.why}", None: f"cannot be judged: {answer.why}"}[answer.passed]
    yield f"{name:10} {result}"
    yield from (f"    {line}" for line in answer.text.splitlines() or ["(empty)"])
