"""Conversations that were held: every answer of one, found again in the store by the key of its first."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from harness.core.case import Case
from harness.core.completion import Completion
from harness.flows.rows import OLD_BASE, OLD_CANDIDATE, Row
from harness.flows.turns import whole
from harness.plan.trials import after
from harness.ports import Store

_POSING = re.compile(r"^(?=(?:user|assistant): )", re.MULTILINE)
"""Where a line says who speaks, as only we do."""


class Talk(NamedTuple):
    """What was asked: a question, or a conversation that begins with it."""

    key: str
    """Of its first trial."""
    turns: tuple[str, ...] = ()
    """What the user says after each answer but the last."""
    shown: bool = False
    """Whether that is shown with the answers, since the case does not say it."""


def talk_at(row: Row, place: int) -> Talk:
    """Return what a report shows of a place: of a case with arms, the first of them."""
    old = row.pairing.old_form if place in {OLD_BASE, OLD_CANDIDATE} else None
    return talk_of(row, forms_of(old or row.pairing.form)[0], row.answer(place))


def talk_of(row: Row, form: Case, key: str) -> Talk:
    """Return what was asked of a form: a question by its key, and what the user said after that."""
    return Talk(key, row.turns(form, key), shown=form.staging.user is not None)


def forms_of(case: Case) -> tuple[Case, ...]:
    """Return what is asked for a case: itself, or its arms."""
    return case.arms or (case,)


def hear(store: Store, talks: Iterable[Talk]) -> dict[Talk, list[Completion]]:
    """Return the answers to each turn, as far as they are there, in order; nothing of one that has none."""
    asked = set(talks)
    found = store.find({talk.key for talk in asked})
    heard = {talk: [found[talk.key]] for talk in asked if talk.key in found}
    last = {talk: talk.key for talk in heard if talk.turns}
    while last:
        ahead = {talk: after(key, heard[talk][-1].text, talk.turns[len(heard[talk]) - 1]) for talk, key in last.items()}
        found = store.find(set(ahead.values()))
        for talk, key in ahead.items():
            if key in found:
                heard[talk].append(found[key])
        last = {talk: key for talk, key in ahead.items() if key in found and len(heard[talk]) <= len(talk.turns)}
    return heard


def recall(store: Store, talks: Iterable[Talk]) -> dict[Talk, Completion]:
    """Return what was answered to each, all turns of it as one."""
    return {talk: _told(talk, answers) for talk, answers in hear(store, talks).items()}


def _told(talk: Talk, answers: Sequence[Completion]) -> Completion:
    """Return a conversation's answers as one; with what the user said between them, none can look like another."""
    said = whole(answers[:-1], answers[-1])
    if not talk.shown:
        return said
    told = [_POSING.sub("\\\\", answers[0].text)]
    for turn, answer in zip(talk.turns, answers[1:], strict=False):
        told += [f"user: {_POSING.sub('\\\\', turn)}", f"assistant: {_POSING.sub('\\\\', answer.text)}"]
    return said._replace(text="\n\n".join(told))
