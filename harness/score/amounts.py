"""Kinds that say how much, from 0 to 1: a number, warmth, length and options, for outcomes that should not move."""

import re
from functools import cache
from math import isfinite
from typing import TYPE_CHECKING

from harness.core.case import Case
from harness.core.completion import Completion
from harness.core.errors import ContentError
from harness.core.json_reader import NotJsonError
from harness.core.jsons import Json
from harness.core.score import Mark, UnableError
from harness.core.words import count
from harness.score.json_text import at, parse, pointer_problem
from harness.score.patterns import compiled, search
from harness.score.simple import Simple, just_true, some_texts
from harness.score.wording import quote, shown, visible

if TYPE_CHECKING:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?|-?\.\d+")
LONGEST = 20_000
"""Characters of an answer whose warmth is told."""
_NUMBER_KEYS = ("regex", "pointer", "from", "to")
_EXAMPLE = 'such as {"regex": "score: (\\\\d+)", "from": 0, "to": 100}'
_ITEM = re.compile(r"^[ \t]*(?:[-*+•]|\d{1,3}[.)])[ \t]+\S", re.MULTILINE)


def _finite(value: Json) -> float | None:
    """Return a JSON number as a float, or None for anything else."""
    good = isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
    return float(value) if good and isinstance(value, int | float) else None


def _number_problem(expected: Json, _reference: str) -> str:
    if not isinstance(expected, dict) or expected.keys() - set(_NUMBER_KEYS):
        return f"must be an object of {', '.join(_NUMBER_KEYS)}, {_EXAMPLE}"
    if ("regex" in expected) == ("pointer" in expected):
        return f"finds the number by either `regex` or `pointer`, {_EXAMPLE}"
    low, high = (_finite(expected.get(key)) for key in ("from", "to"))
    if low is None or high is None or low == high:
        return f"needs two different numbers `from` and `to`, which become 0 and 1, {_EXAMPLE}"
    way = expected.get("regex", expected.get("pointer"))
    if not isinstance(way, str):
        return "must have a text as its `regex` or `pointer`"
    return pointer_problem(way) if "pointer" in expected else _pattern_problem(way)


def _pattern_problem(way: str) -> str:
    try:
        compiled(way)
    except ValueError as error:
        return str(error)
    return ""


def _says_number(answer: Completion, expected: Json, _case: Case) -> Mark:
    wanted = expected if isinstance(expected, dict) else {}
    low, high = (_finite(wanted[key]) or 0.0 for key in ("from", "to"))
    found = _at(answer, str(wanted["pointer"])) if "pointer" in wanted else _matched(answer, str(wanted["regex"]))
    share = min(1.0, max(0.0, (found - low) / (high - low)))
    return Mark(share, f"the answer says {found:g}")


def _at(answer: Completion, pointer: str) -> float:
    try:
        value = at(parse(answer.text), pointer)
    except NotJsonError as error:
        raise UnableError(f"the answer is not JSON: {error}") from None
    except LookupError:
        raise UnableError(f"there is no {visible(pointer)}") from None
    found = _finite(value)
    if found is None:
        raise UnableError(f"{visible(pointer) or 'the whole'} is {shown(value)}, no number")
    return found


def _matched(answer: Completion, pattern: str) -> float:
    """Return the first number in what a regular expression matches, its commas taken for those between thousands."""
    text = search(pattern, answer.text)
    if text is None:
        raise UnableError(f"no match in {quote(answer.text)}")
    number = NUMBER.search(text)
    if number is None:
        raise UnableError(f"no number in {quote(text)}")
    return float(number.group().replace(",", "")[:300])


@cache
def _analyser() -> "SentimentIntensityAnalyzer":
    try:
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer
    except ImportError:
        what = "`warmth` is told by vaderSentiment, which is not installed"
        raise ContentError(what, hint="pip install 'prompt-harness[bias]'") from None
    return SentimentIntensityAnalyzer()


def _warmth_problem(expected: Json, reference: str) -> str:
    problem = just_true(expected, reference)
    if not problem:
        _analyser()
    return problem


def _warmth(answer: Completion, _expected: Json, _case: Case) -> Mark:
    compound = _analyser().polarity_scores(answer.text[:LONGEST])["compound"]
    return Mark((compound + 1) / 2, f"VADER says {compound:+.2f}")


def _most_problem(expected: Json, _reference: str) -> str:
    good = isinstance(expected, int) and not isinstance(expected, bool) and expected > 0
    return "" if good else "must be the whole number above 0 that becomes 1"


def _length(answer: Completion, expected: Json, _case: Case) -> Mark:
    words = len(answer.text.split())
    return Mark(_share(words, expected), f"the answer has {count(words, 'word')}")


def _share(number: int, most: Json) -> float:
    return min(1.0, number / most) if isinstance(most, int) else 0.0


def _options_problem(expected: Json, reference: str) -> str:
    if isinstance(expected, list):
        return some_texts(expected, reference)
    return _most_problem(expected, reference).replace("1", "1, or a list of phrases", 1)


def _options(answer: Completion, expected: Json, _case: Case) -> Mark:
    if isinstance(expected, list):
        said = answer.text.casefold()
        found = sum(str(phrase).casefold() in said for phrase in expected)
        return Mark(found / len(expected), f"the answer offers {found} of {len(expected)}")
    items = len(_ITEM.findall(answer.text))
    return Mark(_share(items, expected), f"the answer lists {count(items, 'item')}")


SAYS_NUMBER = Simple("1", _number_problem, _says_number)
WARMTH = Simple("1", _warmth_problem, _warmth)
LENGTH = Simple("1", _most_problem, _length)
OPTIONS_OFFERED = Simple("1", _options_problem, _options)
