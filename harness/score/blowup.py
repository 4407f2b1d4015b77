"""The kind `blows-up`: the answer is longer than it may be, was cut off, or says the same thing without end."""

import re
from collections import Counter

from harness.core.case import Case
from harness.core.completion import Completion
from harness.core.jsons import Json
from harness.core.score import Mark
from harness.score.channels import channels, clear
from harness.score.simple import Simple
from harness.score.wording import quote

TIMES = 20
"""How often something may be said in an answer; what is said more often is repeated without end."""
SHORTEST_LINE = 8
"""Characters of a line whose repetition counts; shorter ones, such as `end`, stand often in code."""
LONGEST_UNIT = 24
"""Words of a sequence whose repetition is looked for."""
MOST_SIGNS = 1_000
"""How long a rule of dashes may be."""

_WITHOUT_SPACES = re.compile(r"(\S{1,16}?)\1{39,}")


def _problem(expected: Json, _reference: str) -> str:
    whole = isinstance(expected, int) and not isinstance(expected, bool)
    return "" if whole and isinstance(expected, int) and expected > 0 else "must be the number of words that are enough"


def _line(text: str) -> str:
    """Return a line that stands there too often, or nothing."""
    lines = Counter(line for line in map(str.strip, text.split("\n")) if len(line) >= SHORTEST_LINE)
    repeated = (line for line, times in lines.most_common(TIMES) if times > TIMES)
    return next((line for line in repeated if any(map(str.isalpha, line))), "")


def _sequence(words: list[str]) -> str:
    """Return a sequence of words that follows on itself too often, or nothing."""
    spoken = [word for word in words if any(map(str.isalnum, word))]
    for length in range(1, LONGEST_UNIT + 1):
        same = 0
        for place in range(length, len(spoken)):
            same = same + 1 if spoken[place] == spoken[place - length] else 0
            if same >= length * TIMES:
                unit = " ".join(spoken[place - length + 1 : place + 1])
                return unit if any(map(str.isalpha, unit)) else ""
    return ""


def _signs(text: str) -> str:
    """Return characters that follow on themselves too often without a space, or nothing; a rule of dashes may."""
    for match in _WITHOUT_SPACES.finditer(text):
        if len(match.group()) > MOST_SIGNS or any(map(str.isalnum, match[1])):
            return str(match[1])
    return ""


def _mark(answer: Completion, expected: Json, _case: Case) -> Mark:
    most = expected if isinstance(expected, int) else 0
    text = "\n".join(channel.text for channel in channels(answer))
    words = text.split()
    if len(words) > most:
        return Mark(1.0, f"the answer has {len(words)} words")
    if answer.finish_reason == "length":
        return Mark(1.0, f"the answer was cut off after {len(words)} words")
    calls = Counter(repr(call) for call in answer.tool_calls)
    if calls and max(calls.values()) > TIMES:
        return Mark(1.0, f"the answer makes one call {max(calls.values())} times")
    if repeated := _line(text) or _sequence(words) or _signs(text):
        return Mark(1.0, f"the answer repeats {quote(repeated)} over {TIMES} times")
    return clear(answer, f"the answer has {len(words)} {'word' if len(words) == 1 else 'words'}")


BLOWS_UP = Simple("1", _problem, _mark)
