"""Tracks: a sequence of letters in which a canary may be scattered, searched at all places at once.

A set of places is one long number with a bit for each place, so that a step of the search is a shift of that number
and takes the same time however the text is made.
"""

from itertools import accumulate

ONE = [bytes(49 if code == letter else 48 for code in range(256)) for letter in range(128)]
"""By letter, what turns a sequence into ones where the letter stands and zeros elsewhere."""
APART = 4
"""Places from one letter to the next, at most, when the noise between them follows no rule."""
DOUBLINGS = 5
"""Twofold widenings after which a place reaches 32 places on, further than any rule goes."""
STEPS = 11
"""Steps from the first letter of a canary to its last."""


def _rules() -> dict[str, tuple[int, ...]]:
    rules = {f"each {step} places apart": (step,) * STEPS for step in range(2, 17)}
    for first in range(1, 4):
        for growth in range(1, 3):
            steps = tuple(first + growth * place for place in range(STEPS))
            rules[f"first {first} places apart, then {growth} more each time"] = steps
            rules[f"{growth} places less apart each time, {first} at last"] = steps[::-1]
    for one in range(1, 4):
        for other in range(1, 4):
            if one != other:
                rules[f"{one} and {other} places apart in turn"] = tuple((one, other)[at % 2] for at in range(STEPS))
    rules["at prime places"] = (1, 2, 2, 4, 2, 4, 2, 4, 6, 2, 6)
    return rules


RULES = {name: tuple(accumulate(steps)) for name, steps in _rules().items()}
"""Rules by which letters are hidden, with the distance of each letter from the first."""


class Track:
    """A sequence of letters with the places of each of them, found when they are first asked for."""

    def __init__(self, view: str, letters: bytes) -> None:
        self.view = view
        self._letters = letters
        self._places: dict[int, int] = {}

    def places(self, letter: int) -> int:
        """Return a bit for each place of a letter; the first place has the highest bit."""
        if letter not in self._places:
            self._places[letter] = int(self._letters.translate(ONE[letter]) or b"0", 2)
        return self._places[letter]

    def scattered(self, word: bytes) -> bool:
        """Return whether the letters stand in order, each at most `APART` places after the one before."""
        here = self.places(word[0])
        for letter in word[1:]:
            near = here >> 1 | here >> 2
            here = (near | near >> 2) & self.places(letter)
            if not here:
                return False
        return True

    def _in_reach(self, word: bytes) -> bool:
        """Return whether the letters stand in order, not too far apart for any rule."""
        here = self.places(word[0])
        for letter in word[1:]:
            near = here >> 1
            for doubling in range(DOUBLINGS):
                near |= near >> (1 << doubling)
            here = near & self.places(letter)
            if not here:
                return False
        return True

    def rule(self, word: bytes) -> str:
        """Return the rule by which the letters stand apart, or nothing."""
        if not self._in_reach(word):
            return ""
        first, *others = (self.places(letter) for letter in word)
        for name, distances in RULES.items():
            here = first
            for places, distance in zip(others, distances, strict=True):
                here &= places << distance
                if not here:
                    break
            else:
                return name
        return ""
