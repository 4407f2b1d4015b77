"""One way of writing a text so that a filter may miss it and a model may not."""

from collections.abc import Callable
from typing import NamedTuple

TEXT = "{text}"
"""What stands in a hint for the written text."""


def any_text(_text: str) -> bool:
    """Return true: the domain of what can be undone for every text."""
    return True


class Transform(NamedTuple):
    """A way of writing, and the way back."""

    name: str
    encode: Callable[[str], str]
    """Total: a text outside the domain is written too, and not all of it comes back."""
    decode: Callable[[str], str]
    """The inverse on the domain; what `encode` did not write may be refused with a ValueError."""
    hint: str = TEXT
    """How a model is told to read it; `{text}` alone where it reads it as it is."""
    covers: Callable[[str], bool] = any_text
    """The domain: whether decoding gives back just this text."""

    def ask(self, text: str) -> str:
        """Return a text written this way, after what a model is told so that it can read it and act."""
        return self.hint.replace(TEXT, self.encode(text))
