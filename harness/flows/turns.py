"""Conversations: the next turn of one that is under way, and what a scorer is shown of it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from harness.core.case import Case
from harness.core.completion import Completion, Trial
from harness.core.exchange import Exchange
from harness.core.prompt import Message, Request
from harness.execute.run import Work
from harness.flows.rows import Slot
from harness.plan.trials import after, turn_part

KIND = "recites-prompt"
_TO_BE_SAID = re.compile(r"[\"“„«][^\"”“»\n]{1,400}[\"”“»]")
"""What a prompt quotes, it may be told to say; saying so recites nothing."""


def next_turn(item: Work[Slot], said: Completion, turn: str = "") -> Work[Slot]:
    """Return the work that says the next turn, after an answer.

    Args:
        item: The work that was answered.
        said: Its answer.
        turn: What the user says, whom a model plays; empty where the case says it.
    """
    slot = item.tag
    turn = turn or slot.case.staging.turns[len(slot.said)]
    key = after(item.trial.key, said.text, turn)
    name = f"{item.trial.name.partition('@')[0]}@{len(slot.said) + 2}"
    begun = slot.begun or item.trial.key
    slot = slot._replace(said=(*slot.said, said), turns=(*slot.turns, turn), begun=begun)
    return Work(Trial(name, key), partial(_said, item, said, turn), item.pin, slot)


def _said(item: Work[Slot], said: Completion, turn: str) -> tuple[Request, Mapping[str, str]]:
    request, parts = item.prepare()
    messages = (*request.messages, Message("assistant", said.text), Message("user", turn))
    return replace(request, messages=messages), {**parts, **turn_part(len(messages), said.text, turn)}


def later_turns(slot: Slot, request: Request) -> Iterator[tuple[tuple[str, ...], Request]]:
    """Yield what the next turns of a conversation send at least, whose answers are still ahead.

    Args:
        slot: Of the trial that is asked before.
        request: What it sends.

    Yields:
        What the user has said until then, and what is sent.
    """
    turns, messages = slot.case.staging.turns, request.messages
    for number in range(len(slot.said), len(turns)):
        messages = (*messages, Message("assistant", ""), Message("user", turns[number]))
        yield turns[: number + 1], replace(request, messages=messages)


def whole(before: Sequence[Completion], last: Completion) -> Completion:
    """Return a conversation's answers as one, so that nothing that was said in any turn is overlooked."""
    if not before:
        return last
    answers = (*before, last)
    text = "\n\n".join(answer.text for answer in answers)
    return last._replace(text=text, tool_calls=tuple(call for answer in answers for call in answer.tool_calls))


def exchange_of(item: Work[Slot], last: Completion) -> Exchange:
    """Return all that was said for a trial, up to its last answer."""
    slot = item.tag
    before = len(slot.said)
    messages = item.prepare()[0].messages
    return Exchange(slot.case, messages[: len(messages) - 2 * before], (*slot.said, last), slot.turns)


def informed(item: Work[Slot]) -> Case:
    """Return the case whose answer is marked; one that watches for the prompt's own text is told what that is."""
    case = item.tag.case
    if not any(one.kind == KIND and one.value is True for one in case.expect):
        return case
    request, _ = item.prepare()
    system = "\n".join(message.content for message in request.messages if message.role == "system")
    system = _TO_BE_SAID.sub(" ", system)
    told = (one._replace(value=system) if one.kind == KIND and one.value is True else one for one in case.expect)
    return replace(case, expect=tuple(told))
