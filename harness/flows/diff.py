"""One case on both trees: the answers side by side, what differs, and what each expectation says."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from difflib import unified_diff

from harness.adapters.clock import SystemClock
from harness.core.errors import UsageError
from harness.core.score import CaseResult
from harness.flows.agenda import Options, prepare
from harness.flows.evaluate import BASE, CANDIDATE, OLD_BASE, OLD_CANDIDATE, Row, evaluate, work_of
from harness.flows.evidence import demands, show, why
from harness.flows.store import open_store
from harness.flows.trees import World
from harness.plan.scope import Scope
from harness.ports import Store


@dataclass(frozen=True, slots=True)
class Answer:
    """One tree's answer to the case."""

    tree: str
    text: str
    passed: bool | None
    why: str


@dataclass(frozen=True, slots=True)
class CaseDiff:
    """One form of one case on both trees."""

    case: str
    form: str
    expected: str
    base: Answer | None
    candidate: Answer | None


async def diff(world: World, case: str, options: Options) -> list[CaseDiff]:
    """Return a case's answers on both trees, for each form in which it is judged.

    Raises:
        UsageError: There is no base, or no such case.
    """
    agenda = prepare(
        world, replace(options, all=True, scope=Scope(cases=frozenset([case]), prompt=options.scope.prompt))
    )
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
                async for _ in evaluate(runner, work, court.mark, meter.payers.of(plan.pair.suite)):
                    pass
        return [one for plan in agenda.plans for row in plan.rows for one in _diffs(row, store)]


def _diffs(row: Row, store: Store) -> Iterator[CaseDiff]:
    answers = store.find({key for key in row.keys if key})
    forms = [("today's form", BASE, CANDIDATE, row.pairing.form)]
    if row.pairing.old_form:
        forms.append(("the form that base knows", OLD_BASE, OLD_CANDIDATE, row.pairing.old_form))
    for form, before, after, case in forms:
        sides = [
            _answer(tree, row.results[slot], show(answers.get(row.keys[slot])))
            for tree, slot in (("base", before), ("candidate", after))
        ]
        yield CaseDiff(row.pairing.id, form, demands(case.expect), *sides)


def _answer(tree: str, result: CaseResult | None, text: str) -> Answer | None:
    return None if result is None else Answer(tree, text, result.passed, "" if result.passed else why(result))


def diff_lines(found: CaseDiff) -> Iterator[str]:
    """Yield a case's comparison for people: each answer with its result, then a text diff where they differ."""
    yield f"{found.case} in {found.form}"
    yield f"expects    {found.expected}"
    for name, answer in (("base", found.base), ("candidate", found.candidate)):
        if answer is None:
            yield f"{name:10} cannot be rendered"
            continue
        result = {True: "passes", False: f"fails: {answer.why}", None: f"cannot be told: {answer.why}"}[answer.passed]
        yield f"{name:10} {result}"
        yield from (f"    {line}" for line in answer.text.splitlines() or ["(empty)"])
    if found.base and found.candidate:
        if found.base.text == found.candidate.text:
            yield "the answers are equal"
        else:
            lines = unified_diff(
                found.base.text.splitlines(), found.candidate.text.splitlines(), "base", "candidate", lineterm=""
            )
            yield from lines
