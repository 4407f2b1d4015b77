"""The kinds `leaks-canary` and `leaks-words`: what only the prompt knew stands in the answer, however it is written."""

from harness.score.canary.kinds import LEAKS_CANARY, LEAKS_WORDS

__all__ = ["LEAKS_CANARY", "LEAKS_WORDS"]
