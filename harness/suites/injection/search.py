"""Looking for an attack that succeeds: change what came nearest, in a way that was not tried yet.

Nothing is asked here. Candidates are handed out one by one, and their scores are sent back, so that the same search
runs against a model and against a function.
"""

import hashlib
from collections.abc import Generator, Sequence

from harness.suites.injection.candidate import Candidate, Space, mutate

SUCCESS = 1.0
"""The score of a candidate that did what it wanted; a lower one says how near it came."""
_CHILDREN = 12
"""Changes that are thought of for each one that is tried."""
_PATIENCE = 50
"""Times in a row that nothing new is thought of, before the search ends."""


def search(
    seeds: Sequence[Candidate], space: Space, *, budget: int, seed: str
) -> Generator[Candidate, float, list[Candidate]]:
    """Yield candidates, each once, and return those that succeeded, the first found first.

    Args:
        seeds: Where to begin; at most half of the budget is spent on them as they are.
        space: What they can be changed into.
        budget: Candidates, at most; fewer when nothing new can be thought of.
        seed: The same one gives the same candidates for the same scores.

    Yields:
        A candidate; its score in [0, 1] is to be sent back.

    Raises:
        ValueError: There is nothing to begin with.
    """
    fitting = [candidate for candidate in dict.fromkeys(seeds) if space.fits(candidate)]
    if not fitting:
        message = "a search needs a seed that fits"
        raise ValueError(message)
    scores: dict[Candidate, float] = {}
    for candidate in fitting[: max(1, budget // 2)][:budget]:
        scores[candidate] = yield candidate
    dice = _Dice(seed)
    while len(scores) < budget:
        fresh = _thought_of(scores, space, dice)
        if fresh is None:
            break
        scores[fresh] = yield fresh
    return [candidate for candidate, score in scores.items() if score >= SUCCESS]


class _Dice:
    """Numbers that look random, and are the same for the same seed."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._rolls = 0

    def pick(self, sides: int) -> int:
        """Return a number from 0 to below `sides`."""
        self._rolls += 1
        told = hashlib.sha256(f"{self._seed}\0{self._rolls}".encode()).digest()
        return int.from_bytes(told[:8]) % sides


def _thought_of(scores: dict[Candidate, float], space: Space, dice: _Dice) -> Candidate | None:
    """Return a change that was not tried yet, or None when none comes to mind.

    Every other time it is any change of what came nearest; else the one that leads furthest from all that was tried
    and is simplest, which is also the way on while nothing has come nearer than the rest.
    """
    tried = list(scores)
    seen = {(candidate.carrier, candidate.transforms) for candidate in tried}
    for _ in range(_PATIENCE):
        led = _led(scores) if dice.pick(2) else []
        parents = led or tried
        parent = parents[dice.pick(len(parents))]
        children = [mutate(parent, tried[dice.pick(len(tried))], space, dice.pick) for _ in range(_CHILDREN)]
        fresh = [child for child in children if child not in scores and space.fits(child)]
        if fresh and led:
            return fresh[0]
        if fresh:
            return min(fresh, key=lambda child: ((child.carrier, child.transforms) in seen, len(child.transforms)))
    return None


def _led(scores: dict[Candidate, float]) -> list[Candidate]:
    """Return those that came nearest without success, unless all came equally near."""
    failed = {candidate: score for candidate, score in scores.items() if score < SUCCESS}
    nearest = max(failed.values(), default=0.0)
    leading = [candidate for candidate, score in failed.items() if score == nearest]
    return leading if len(leading) < len(failed) else []
