"""Noise for a temperature above 0: seeded by the request, so that equal requests still get equal answers."""

import hashlib
import random

from harness.core.completion import Completion
from harness.core.digest import canonical
from harness.core.prompt import Request


def disturb(said: Completion, request: Request, temperature: float) -> Completion:
    """Return an answer that is now and then cut, padded or withheld, the more often the higher the temperature."""
    parameters = dict(request.parameters)
    sent = [[one.role, one.content] for one in request.messages]
    seed = canonical([sent, request.repeat, parameters, *([request.fresh] if request.fresh else [])])
    dice = random.Random(hashlib.sha256(seed).digest())  # noqa: S311 (noise, not a secret)
    if dice.random() >= 0.15 * temperature:
        return said
    words = said.text.split()
    texts = (" ".join(words[: max(len(words) // 2, 1)]), f"Well, {said.text}", "I am not sure.")
    return Completion(dice.choice(texts), (), "stop")
