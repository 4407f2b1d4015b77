"""Conversations, turn by turn, to their last answers; a user whom a model plays is asked and metered like any pin."""

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass

from harness.core.completion import Completion, Failure
from harness.core.errors import ContentError
from harness.core.exchange import Exchange
from harness.core.pin import Pin
from harness.core.prompt import Request
from harness.execute.run import Outcome, Runner, Work
from harness.flows.asking import Sake, asking_work
from harness.flows.judges import asking_of
from harness.flows.providers import provider_of
from harness.flows.rows import Row, Slot
from harness.flows.turns import exchange_of, next_turn
from harness.plan.trials import Asking
from harness.plan.users import FORM, Said, questions, said_of
from harness.ports import Store

ROLE = "user"

type Answered = tuple[Work[Slot], Completion]
"""A trial of a conversation with its answer."""


@dataclass(frozen=True, slots=True)
class Player:
    """The pin that plays users."""

    asking: Asking

    @property
    def pin(self) -> Pin:
        """Whom it asks."""
        return self.asking.pin

    @property
    def varies(self) -> bool:
        """Whether it says something else each time."""
        return not provider_of(self.pin).deterministic(self.pin, self.asking.request(()))

    def work(self, item: Work[Slot], said: Completion) -> Work[Answered]:
        """Return the trial in which a user says something to an answer; each repeat of a trial asks for itself."""
        asked, case = item.prepare()[0], item.tag.case
        told = questions(case.staging.user, exchange_of(item, said).dialogue()) if case.staging.user else ()
        request = Request(told, self.asking.parameters, FORM, repeat=asked.repeat, fresh=asked.fresh)
        trial, prepare, pin, _ = asking_work(self.asking, request, Sake(ROLE, case.id, item.trial.name))
        return Work(trial, prepare, pin, (item, said))

    def read(self, answer: Completion) -> Said | Failure:
        """Return what a user says by a model's answer, or why that is of no use."""
        try:
            return said_of(answer.text)
        except ValueError as error:
            return Failure(f"its user: `{self.pin.alias}` {error}")


def player_of(pin: Pin | None) -> Player | None:
    """Return who plays users; None where params.yaml names nobody.

    Raises:
        ContentError: Its provider answers nothing, or refuses the pin.
    """
    if pin and provider_of(pin).embeds:
        what = f"`user: {pin.alias}` makes vectors, and says nothing"
        raise ContentError(what, where=pin.origin, hint="name the pin of a model")
    return Player(asking_of(pin)) if pin else None


def played_otherwise(player: Player | None, rows: Iterable[Row]) -> bool:
    """Return whether any of these cases goes otherwise each time, since what its user says does."""
    forms = (form for row in rows for form in row.pairing.forms)
    return player is not None and player.varies and any(form.staging.user for form in forms)


def walk(first: Work[Slot], store: Store, player: Player | None) -> Iterator[Work[Slot] | Work[Answered]]:
    """Yield the trials of a conversation in turn, by what is in the store, those of its user between them.

    The last one is not in the store, or ends the conversation.
    """
    item = first
    while True:
        yield item
        said = store.find([item.trial.key]).get(item.trial.key)
        if said is None or not item.tag.turns_left:
            return
        turn = ""
        if item.tag.case.staging.user:
            if player is None:
                return
            work = player.work(item, said)
            yield work
            answer = store.find([work.trial.key]).get(work.trial.key)
            reply = player.read(answer) if answer else None
            if not isinstance(reply, Said) or reply.done:
                return
            turn = reply.text
        item = next_turn(item, said, turn)


def trials(works: Iterable[Work[Slot]], store: Store, player: Player | None) -> Iterator[Work[Slot] | Work[Answered]]:
    """Yield works, and all that was said after them in conversations, by what is in the store."""
    for work in works:
        yield from walk(work, store, player) if work.tag.turns_left else (work,)


def reached(first: Work[Slot], store: Store, player: Player | None) -> Work[Slot]:
    """Return the trial at which a conversation stands, by what is in the store."""
    *_, last = walk(first, store, player)
    if isinstance(last.tag, Slot):
        return last
    item, _said = last.tag
    return over(item) if store.find([last.trial.key]) else item


def recalled(first: Work[Slot], store: Store, player: Player | None) -> Exchange | None:
    """Return all that was said for a trial, by what is in the store; None where it did not come to its end."""
    item = reached(first, store, player)
    said = store.find([item.trial.key]).get(item.trial.key)
    return exchange_of(item, said) if said and not item.tag.turns_left else None


def over(item: Work[Slot]) -> Work[Slot]:
    """Return a trial as the last of a conversation that its user has ended."""
    return item._replace(tag=item.tag._replace(over=True))


async def last_answers(
    runner: Runner, work: Iterable[Work[Slot]], player: Player | None, accounts: tuple[str, ...]
) -> AsyncIterator[tuple[Work[Slot], Outcome]]:
    """Yield each work with its answer, or with why there is none; a conversation with its last.

    A conversation's next turn is asked when all works before it are answered.
    """
    while work:
        later: list[Work[Slot]] = []
        heard: list[Answered] = []
        async for item, sample in runner.run(work, accounts):
            said = sample.outcome
            if isinstance(said, Failure) or not item.tag.turns_left:
                yield item, said
            elif item.tag.case.staging.user:
                heard.append((item, said))
            else:
                later.append(next_turn(item, said))
        async for (item, said), reply in _replies(runner, heard, player, accounts):
            match reply:
                case Failure():
                    yield item, reply
                case Said(done=True):
                    yield item, said
                case Said(text):
                    later.append(next_turn(item, said, text))
                    item.tag.row.hear(later[-1].tag)
        work = later


async def _replies(
    runner: Runner, heard: Sequence[Answered], player: Player | None, accounts: tuple[str, ...]
) -> AsyncIterator[tuple[Answered, Said | Failure]]:
    """Yield what users say to answers; what cannot be said is a failure of the trial, never a wrong answer."""
    if player is None:
        for item, said in heard:
            failure = Failure("params.yaml names no `user`")
            runner.tally.miss(item.trial, failure)
            yield (item, said), failure
        return
    counted: set[str] = set()
    async for work, sample in runner.run((player.work(item, said) for item, said in heard), accounts):
        if isinstance(sample.outcome, Failure):
            reply: Said | Failure = Failure(f"its user: {sample.outcome.reason}")
        else:
            reply = player.read(sample.outcome)
        if isinstance(reply, Failure) and (isinstance(sample.outcome, Completion) or work.trial.key in counted):
            runner.tally.miss(work.tag[0].trial, reply)
        counted.add(work.trial.key)
        yield work.tag, reply
