"""The limiter: how many calls may be in flight, learned from what the endpoint bears."""

import asyncio
from collections import deque

CUT = 0.85
"""What is left of the limit when the endpoint says that it is busy."""


class Limiter:
    """Additive increase, multiplicative decrease: one call more for each round that went well, a share less when not.

    Source:
        Chiu and Jain (1989), "Analysis of the increase and decrease algorithms for congestion avoidance in computer
        networks", Computer Networks and ISDN Systems 17.
    """

    def __init__(self, most: int) -> None:
        """Begin at the most calls that the pin allows."""
        self.most = most
        self.limit = float(most)
        self.flying = 0
        self._round = 0
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def __aenter__(self) -> int:
        """Wait for a slot, and return the round in which it was given."""
        if self.flying >= int(self.limit) or self._waiting:
            turn = asyncio.get_running_loop().create_future()
            self._waiting.append(turn)
            try:
                await turn
            except asyncio.CancelledError:
                if turn.done() and not turn.cancelled():
                    self._leave()
                raise
        else:
            self.flying += 1
        return self._round

    async def __aexit__(self, *_error: object) -> None:
        """Free the slot."""
        self._leave()

    def _leave(self) -> None:
        self.flying -= 1
        self._admit()

    def well(self) -> None:
        """Note that a call was answered."""
        self.limit = min(self.most, self.limit + 1 / self.limit)
        self._admit()

    def busy(self, began: int) -> None:
        """Note that the endpoint asked for fewer calls; of the calls of one round, one counts."""
        if began == self._round:
            self._round += 1
            self.limit = max(1.0, self.limit * CUT)

    def _admit(self) -> None:
        while self._waiting and self.flying < int(self.limit):
            turn = self._waiting.popleft()
            if not turn.done():
                self.flying += 1
                turn.set_result(None)
