"""Conversations that were held: every answer of one, found again in the store by the key of its first."""

from collections.abc import Iterable
from typing import NamedTuple

from harness.core.case import Case
from harness.core.completion import Completion
from harness.flows.rows import OLD_BASE, OLD_CANDIDATE, Row
from harness.flows.turns import whole
from harness.plan.trials import after
from harness.ports import Store


class Talk(NamedTuple):
    """What was asked: a question, or a conversation that begins with it."""

    key: str
    """Of its first trial."""
    turns: tuple[str, ...] = ()
    """What the user says after each answer but the last."""


def talk_at(row: Row, place: int) -> Talk:
    """Return what a report shows of a place: of a case with arms, the first of them."""
    old = row.pairing.old_form if place in {OLD_BASE, OLD_CANDIDATE} else None
    return Talk(row.answer(place), forms_of(old or row.pairing.form)[0].staging.turns)


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
    return {talk: whole(answers[:-1], answers[-1]) for talk, answers in hear(store, talks).items()}
