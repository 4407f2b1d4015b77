"""Shadows and probes: a candidate is asked what others ask, and nobody sees what it says."""

import asyncio
from collections.abc import Callable

from harness.core.completion import Completion
from harness.core.environment import StepKind
from harness.core.rollout import Arm
from harness.flows.driving import Arms
from harness.gateway.split import Session, place
from harness.gateway.wire import Ask, UnansweredError

MOST = 16
"""Questions to a candidate that nobody waits for, at once; what comes beyond them is not asked."""
_ALL = 100

type Judge = Callable[[Arms, Arm, Session, Completion | None, float], bool]
"""Counts what an arm made of a question, None for no answer, and how long it took; returns whether it was bad."""


class Shadows:
    """What goes on behind the back of whoever asks."""

    def __init__(self, judge: Judge, elapsed: Callable[[], float]) -> None:
        """Take who counts, and a clock."""
        self._judge, self._elapsed = judge, elapsed
        self._asked: dict[str, Ask] = {}
        self._running: set[asyncio.Task[None]] = set()

    def remember(self, ask: Ask) -> None:
        """Keep the last question to a prompt: a candidate that warms up is asked it again."""
        self._asked[ask.prompt] = ask

    def beside(self, arms: Arms, ask: Ask, session: Session) -> "asyncio.Future[bool] | None":
        """Ask a shadow too, if a question falls to it; return what tells whether its answer is bad."""
        step = arms.step
        if step is None or step.kind is not StepKind.SHADOW or len(self._running) >= MOST:
            return None
        if place(session.number, f"shadow {arms.rollout.candidate}") * _ALL >= step.weight:
            return None
        return self._start(arms, ask, session)

    def probe(self, arms: Arms, unique: Callable[[], Session]) -> None:
        """Ask a candidate that warms up the last question to each of its prompts."""
        step = arms.step
        if step and step.kind is StepKind.WARM and not self._running:
            for ask in self._asked.values():
                self._start(arms, ask, unique())

    def _start(self, arms: Arms, ask: Ask, session: Session) -> "asyncio.Future[bool]":
        said: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        task = asyncio.create_task(self._ask(arms, ask, session, said))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return said

    async def _ask(self, arms: Arms, ask: Ask, session: Session, said: "asyncio.Future[bool]") -> None:
        began, answer = self._elapsed(), None
        try:
            if arms.candidate:
                answer = await arms.candidate.order(ask).without_tools().bring()
        except UnansweredError:
            pass
        finally:
            said.set_result(self._judge(arms, Arm.CANDIDATE, session, answer, self._elapsed() - began))
