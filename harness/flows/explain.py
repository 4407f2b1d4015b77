"""Explaining a trial: why its answer is or is not in the store."""

import re
from collections.abc import Iterator, Mapping
from functools import partial

from harness.adapters.folder import Folder
from harness.content.suggest import did_you_mean
from harness.core.case import Case
from harness.core.completion import Trial
from harness.core.digest import short
from harness.core.errors import UsageError
from harness.core.tree import Tree
from harness.core.words import count
from harness.execute.run import Work
from harness.flows.playing import played_otherwise, reached, walk
from harness.flows.providers import provider_of
from harness.flows.rows import CANDIDATE, Row, Slot
from harness.flows.setup import Court, set_up
from harness.flows.store import open_store
from harness.flows.trees import Trees, World
from harness.flows.turns import whole
from harness.flows.vectors import texts_of
from harness.plan.union import Change, Pairing
from harness.ports import Store

_TRIAL = re.compile(r"(?P<prompt>[^/#]+)/(?P<case>[^#]+)#(?P<repeat>\d{1,6})")


def explain(world: World, name: str) -> Iterator[str]:
    """Yield what is known of a trial of the working tree: its key, whether it is answered, and if not, what changed.

    A case with arms has a trial for each; an arm is named as well, such as `answer/0f3a9c2b7d10.attack#0`.

    Raises:
        UsageError: There is no such trial.
        ContentError: A file is wrong.
    """
    found = _TRIAL.fullmatch(name)
    if not found:
        raise UsageError(
            f"`{name}` is not a trial", hint="a trial is written prompt/case#repeat, such as answer/hours-001#0"
        )
    prompt, case, repeat = found["prompt"], found["case"], int(found["repeat"])
    court = set_up(world, Trees(Folder(world.root), Tree("working tree")))
    known = _case(court, prompt, case)
    with open_store(world) as store:
        for form in known.arms or (known,):
            yield from _explained(court, prompt, form, repeat, store)


def _explained(court: Court, prompt: str, known: Case, repeat: int, store: Store) -> Iterator[str]:
    """Yield what is known of a trial, and of what its answer is compared with."""
    messages = court.candidate.render(prompt, known)
    asking = court.candidate.asking(prompt)
    same = provider_of(asking.pin).deterministic(asking.pin, asking.request(messages, repeat))
    row = Row(Pairing(known.id, Change.SAME, known))
    if repeat and same and not played_otherwise(court.player, [row]):
        name = f"{prompt}/{known.id}#{repeat}"
        raise UsageError(f"there is no `{name}`: a pin that is deterministic runs once, as #0")
    trial = asking.trial(known.id, messages, repeat)
    prepare = partial(asking.prepare, messages, repeat)
    first = Work(trial, prepare, asking.pin, Slot(row, CANDIDATE, known, repeat))
    for work in walk(first, store, court.player):
        yield from _told(work.trial, work.prepare()[1], store)
    last = reached(first, store, court.player)
    if left := last.tag.turns_left:
        most = "up to " if known.staging.user else ""
        yield f"{most}{count(left, 'turn')} can be told of when the answer before is there"
    elif court.embedder and (said := store.find([last.trial.key]).get(last.trial.key)):
        for vector in court.embedder.works(texts_of([(trial.name, known, whole(last.tag.said, said))])):
            yield from _told(vector.trial, vector.prepare()[1], store)


def _told(trial: Trial, now: Mapping[str, str], store: Store) -> Iterator[str]:
    """Yield whether a trial is answered, and if not, what changed since it was."""
    answered = trial.key in store.find([trial.key])
    state = "answered: in the store" if answered else "missed: not in the store"
    yield f"{trial.name}   key {short(trial.key)}   {state}"
    if answered:
        return
    before = store.parts(trial.name)
    if before is None:
        yield "it was never asked under this name"
        return
    changed = [part for part in {**before, **now} if before.get(part) != now.get(part)]
    if not changed:
        yield "nothing changed since it was asked: its answer was pruned"
    for part in changed:
        yield f"  {part}: {before.get(part, 'absent')} -> {now.get(part, 'absent')}"


def _case(court: Court, prompt: str, case: str) -> Case:
    content = court.candidate.content
    if prompt not in content.prompts:
        near, known = did_you_mean(prompt, content.prompts), ", ".join(content.prompts)
        raise UsageError(f"there is no prompt `{prompt}`{near}", hint=f"prompts: {known}")
    cases: dict[str, Case] = {}
    for pair in content.sources:
        if pair.prompt == prompt:
            cases |= court.candidate.cases(pair)
    forms = cases | {arm.id: arm for known in cases.values() for arm in known.arms}
    if case not in forms:
        raise UsageError(f"`{prompt}` has no case `{case}`{did_you_mean(case, cases)}")
    return forms[case]
