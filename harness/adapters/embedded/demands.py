"""The demands on form that the instructions make: abstain, cite, be short."""

import re
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

_QUOTED = re.compile(r'["“„«]([^"”“»\n]{1,300})["”“»]')
_UNANSWERED = re.compile(
    r"\b(?:do(?:es)?(?: not|n't)|cannot|can't|not)\b[^.]*\b(?:answer|contain|say|know|hold|find|cover)\w*"
    r".*\b(?:reply|say|answer|respond|write)\b",
    re.IGNORECASE,
)
NEAR = 300
"""Characters before a quoted text in which its sentence must begin."""
QUOTES_LIMIT = 50
"""Quoted texts that are looked at; an answer's cost must not grow with a prompt's tricks."""
_WORDS = re.compile(
    r"(?:at most|no more than|within|under|in|use)\s+(\d{1,4})\s+words(?:\s+or\s+(?:fewer|less))?", re.IGNORECASE
)
_SENTENCES = re.compile(r"(?:at most|no more than|in)\s+(one|two|three|\d)\s+(?:short\s+)?sentences?\b", re.IGNORECASE)
_CITE = re.compile(r"\b(?:cite|quote the id|name the id)\b", re.IGNORECASE)
_NUMBERS = {"one": 1, "two": 2, "three": 3}


class Demands(NamedTuple):
    """What the instructions ask of the form of an answer."""

    abstention: str
    """What to say when the documents do not answer; empty when nothing is said about it."""
    cites: bool
    max_words: int | None
    max_sentences: int


@lru_cache(maxsize=256)
def find_demands(system: str) -> Demands:
    """Return the demands found in the instructions."""
    words = _WORDS.search(system)
    lines = _SENTENCES.search(system)
    count = lines.group(1).lower() if lines else "2"
    return Demands(
        abstention=_abstention(system),
        cites=bool(_CITE.search(system)),
        max_words=int(words.group(1)) if words else None,
        max_sentences=_NUMBERS.get(count) or int(count),
    )


def _abstention(system: str) -> str:
    """Return the first quoted text that is to be said when the documents do not answer."""
    for quoted in islice(_QUOTED.finditer(system), QUOTES_LIMIT):
        line = system[max(quoted.start() - NEAR, 0) : quoted.start()].rpartition("\n")[2]
        if _UNANSWERED.search(line):
            return quoted.group(1)
    return ""
