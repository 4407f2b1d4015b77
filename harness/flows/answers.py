"""Answering: which arm a request falls to, what it says, and what that is evidence of."""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from functools import partial
from typing import NamedTuple

from harness.adapters.clock import SystemClock
from harness.adapters.dice import unique
from harness.adapters.http_server import Call, Reply
from harness.core.completion import Completion
from harness.core.digest import short
from harness.core.rollout import Arm
from harness.flows.driving import Arms, Driver
from harness.flows.serve import Tell
from harness.flows.shadows import Shadows
from harness.flows.streams import Stream
from harness.gateway.counts import Counts, Series
from harness.gateway.receipts import Receipt, Receipts
from harness.gateway.split import Session, arm_of, session_of
from harness.gateway.tally import Visit
from harness.gateway.wire import (
    Answered,
    Ask,
    UnansweredError,
    as_bytes,
    as_completion,
    as_events,
    as_refusal,
    read_ask,
    read_vote,
)
from harness.score.refusal import refusal

BLAMED = {"down": "thumbs-down", "guard": "guard"}
"""Votes that count against a session, and as which rate."""
SESSION = "x-harness-session"
LOOKED_AT = 2000
"""Characters of an answer in which a refusal is looked for."""
_OURS = 500
GONE = 499
"""What is counted where whoever asked went away, as nginx has it."""
_FAULTS = {408: "the body came too slowly", 413: "the body is too long"}


class Seat(NamedTuple):
    """What a request began with: who asks, and who answers."""

    arms: Arms
    arm: Arm
    session: Session
    began: float
    stamp: str = ""
    """What no other request has."""

    @property
    def release(self) -> str:
        """The release that answers; empty for none."""
        serving = self.arms.serving(self.arm)
        return serving.release if serving else ""


class Answers:
    """What is asked of an environment's releases, answered and counted."""

    def __init__(self, driver: Driver, counts: Counts, receipts: Receipts) -> None:
        """Take who says what answers, and where it is counted."""
        self._driver, self._counts, self._receipts = driver, counts, receipts
        self._clock = SystemClock()
        self.shadows = Shadows(self._judge, self._clock.elapsed)

    async def chat(self, call: Call) -> Reply:
        """Answer a request."""
        arms, began = self._driver.arms, self._clock.elapsed()
        try:
            ask = read_body(call)
        except UnansweredError as error:
            return self._refused(Seat(arms, Arm.STABLE, Session(0, named=False), began), "", error)
        stamp = unique()
        session = session_of(call.headers.get(SESSION, "") or ask.user, stamp)
        arm = arm_of(session.number, arms.rollout.candidate, arms.rollout.weight)
        seat = Seat(arms, arm, session, began, stamp)
        reply: Reply | None = None
        try:
            if ask.stream:
                reply = await self._streamed(seat, ask)
            else:
                reply = self._served(seat, ask, await self._answer(seat, ask))
        except UnansweredError as error:
            reply = self._refused(seat, ask.prompt, error, ours=self._is_ours(seat, ask, error))
        finally:
            if reply is None:  # a bug, which the server answers: it is evidence all the same
                self._refused(seat, ask.prompt, UnansweredError(500, ""), ours=True)
        return reply

    async def vote(self, call: Call) -> Reply:
        """Count what somebody thinks of an answer."""
        try:
            _check(call)
            name, vote = read_vote(call.body)
        except UnansweredError as error:
            return refused(error)
        receipt = self._receipts.read(name)
        if receipt is None:
            return refused(UnansweredError(404, "no answer of this gateway has that `id`"))
        rollout, tally = self._driver.rollout, self._driver.tally
        release = next((one for one in (rollout.stable, rollout.candidate) if short(one) == receipt.release), "")
        self._counts.vote(receipt.arm, release, vote)
        rate = BLAMED.get(vote, "")
        if release and rate and tally.blame(receipt.arm, receipt.step, receipt.session, rate):
            self._counts.session(receipt.arm, release, new=False, bad=(rate,))
        return Reply(204, b"")

    async def _streamed(self, seat: Seat, ask: Ask) -> Reply:
        """Answer in parts as they come; where none does, the whole answer is cut at its words."""
        stream = Stream(partial(self._answer, seat, ask))
        first = await stream.first()
        if not first:
            return self._served(seat, ask, await stream.asked)
        stream.asked.add_done_callback(partial(self._ended, seat, ask.prompt))
        parts = stream.events(self._answered(seat, ask, Completion("")), first)
        return Reply(200, parts, "text/event-stream", _headers(seat))

    def _ended(self, seat: Seat, prompt: str, asked: asyncio.Task[Completion]) -> None:
        """Count an answer that was under way when its reply began."""
        if asked.cancelled():
            self._counts.add(Series(seat.arm, seat.release, prompt), GONE, self._clock.elapsed() - seat.began)
        elif error := asked.exception():
            known = error if isinstance(error, UnansweredError) else UnansweredError(500, "")
            self._refused(seat, prompt, known, ours=True)
        else:
            self._count(seat, prompt, asked.result())

    async def _answer(self, seat: Seat, ask: Ask, tell: Tell | None = None) -> Completion:
        serving = seat.arms.serving(seat.arm)
        if serving is None:
            raise UnansweredError(503, f"no release may be served: {self._driver.holding or 'none is named'}")
        order = serving.order(ask)
        if seat.arms.step is None:
            return await order.bring(tell)
        self.shadows.remember(ask)
        beside = self.shadows.beside(seat.arms, ask, seat.session)
        said: Completion | None = None
        try:
            said = await order.bring(tell)
        except asyncio.CancelledError:
            beside = None  # whoever asked went away, which says nothing of either release
            raise
        finally:
            if beside:
                bad = bool(self._bad(seat.arms, said, self._clock.elapsed() - seat.began))
                beside.add_done_callback(lambda its: self._pair(seat, stable_bad=bad, candidate_bad=its.result()))
        return said

    def _is_ours(self, seat: Seat, ask: Ask, error: UnansweredError) -> bool:
        """Return whether it is no fault of the client's: a candidate must take what the stable release takes."""
        if error.status >= _OURS or seat.arm is Arm.STABLE or seat.arms.stable is None:
            return error.status >= _OURS
        try:
            seat.arms.stable.order(ask)
        except UnansweredError:
            return False
        return True

    def _served(self, seat: Seat, ask: Ask, said: Completion) -> Reply:
        answered = self._answered(seat, ask, said)
        self._count(seat, ask.prompt, said)
        if ask.stream:
            return Reply(200, _pieces(as_events(answered)), "text/event-stream", _headers(seat))
        return Reply(200, as_bytes(as_completion(answered)), headers=_headers(seat))

    def _answered(self, seat: Seat, ask: Ask, said: Completion) -> Answered:
        receipt = Receipt(short(seat.release), seat.arms.rollout.step, seat.arm, seat.session.number)
        at = int(self._clock.now().timestamp())
        return Answered(said, ask.prompt, seat.release, self._receipts.write(receipt, seat.stamp), at)

    def _count(self, seat: Seat, prompt: str, said: Completion) -> None:
        seconds = self._clock.elapsed() - seat.began
        self._counts.add(Series(seat.arm, seat.release, prompt), 200, seconds)
        self._judge(seat.arms, seat.arm, seat.session, said, seconds)

    def _refused(self, seat: Seat, prompt: str, error: UnansweredError, *, ours: bool = False) -> Reply:
        serving, seconds = seat.arms.serving(seat.arm), self._clock.elapsed() - seat.began
        known = prompt if serving and prompt in serving.dishes else ""
        self._counts.add(Series(seat.arm, seat.release, known), error.status, seconds)
        if ours:
            self._judge(seat.arms, seat.arm, seat.session, None, seconds)
        return refused(error, seat)

    def _judge(self, arms: Arms, arm: Arm, session: Session, said: Completion | None, seconds: float) -> bool:
        """Count an answer as evidence, None for none; return whether there is anything wrong with it."""
        bad, release = self._bad(arms, said, seconds), (arms.rollout.stable, arms.rollout.candidate)[arm != Arm.STABLE]
        amounts: dict[str, float] = {}
        if said:
            amounts = {"tokens": said.input_tokens + said.output_tokens}
            used = {"input": said.input_tokens, "output": said.output_tokens}
            if said.cost is not None:
                amounts["cost"] = used["cost"] = said.cost
            self._counts.use(arm, release, used)
        if arms.step and arms.same_step(self._driver.arms):
            new, worse = self._driver.tally.add(Visit(session, arm, bad, amounts))
            self._counts.session(arm, release, new=new, bad=worse)
        return bool(bad)

    def _bad(self, arms: Arms, said: Completion | None, seconds: float) -> tuple[str, ...]:
        """Return what is wrong with an answer, by the rates that count; of refusals only where two are compared."""
        if said and seconds <= arms.slow and arms.step is None:
            return ()
        wrong = {
            "errors": said is None,
            "slow": seconds > arms.slow,
            "refusals": bool(said and arms.step and refusal(said.text[:LOOKED_AT])),
        }
        return tuple(rate for rate in arms.strategy.rates if wrong.get(rate))

    def _pair(self, seat: Seat, *, stable_bad: bool, candidate_bad: bool) -> None:
        if seat.arms.same_step(self._driver.arms):
            self._driver.tally.pair(seat.session, stable_bad=stable_bad, candidate_bad=candidate_bad)


def read_body(call: Call) -> Ask:
    """Return what a request asks.

    Raises:
        UnansweredError: It cannot be read.
    """
    _check(call)
    return read_ask(call.body, call.name)


def _check(call: Call) -> None:
    if call.fault:
        raise UnansweredError(call.fault, _FAULTS[call.fault])


def refused(error: UnansweredError, seat: Seat | None = None) -> Reply:
    """Return why there is no answer, as a client of OpenAI's reads it."""
    return Reply(
        error.status, as_bytes(as_refusal(error.status, error.message)), headers=_headers(seat) if seat else {}
    )


def _headers(seat: Seat) -> dict[str, str]:
    return {"x-harness-release": seat.release, "x-harness-arm": seat.arm.value}


async def _pieces(events: Iterator[bytes]) -> AsyncGenerator[bytes]:
    for event in events:
        yield event
