"""The kind `retrieved`: how well the documents that an answer says were retrieved are those that should have been.

The answer is JSON and lists them in the order of their ranks, each by its id or with its text.
"""

from collections.abc import Sequence

from harness.core.case import Case
from harness.core.completion import Completion
from harness.core.json_reader import NotJsonError
from harness.core.jsons import Json
from harness.core.score import Mark, UnableError
from harness.score.json_text import at, parse, pointer_problem
from harness.score.simple import Simple, some_texts
from harness.score.wording import quote, shown, visible

NEAR = 90
"""Percent of a text's characters that must stand together in a retrieved one, in order, for this to contain it."""
LONGEST = 200
"""Characters of a text that is looked for."""
MOST = 10
"""Texts that are looked for."""
ROOM = 30_000
"""Characters of retrieved texts that are searched; together these bound the work to about a second."""
MEASURES = ("recall", "precision", "f1", "reciprocal-rank")
_KEYS = {"pointer", "ids", "texts", "at", "measure"}
_EXAMPLE = 'such as {"pointer": "/documents", "ids": ["policy/returns"]}'

type Hits = Sequence[set[int]]
"""Of each retrieved document, by rank, which of those it is that should be retrieved."""


def _problem(expected: Json, _reference: str) -> str:
    if not isinstance(expected, dict) or expected.keys() - _KEYS:
        return f"must be an object of {', '.join(sorted(_KEYS))}, {_EXAMPLE}"
    if ("ids" in expected) == ("texts" in expected):
        return f"names what should be retrieved by either `ids` or `texts`, {_EXAMPLE}"
    return _listed_problem(expected, _by(expected)) or _way_problem(expected)


def _listed_problem(expected: dict[str, Json], by: str) -> str:
    if fault := some_texts(expected[by], ""):
        return f"has `{by}` that {fault}"
    texts = _wanted(expected, by) if by == "texts" else []
    if len(texts) > MOST or not all(0 < len(text.strip()) <= LONGEST for text in texts):
        return f"takes at most {MOST} `texts` of 1 to {LONGEST} characters: name the sentence that matters"
    return ""


def _way_problem(expected: dict[str, Json]) -> str:
    pointer, first = expected.get("pointer"), expected.get("at", 1)
    if not isinstance(pointer, str) or pointer_problem(pointer):
        return f"needs a `pointer`, the JSON Pointer to what the answer says was retrieved, {_EXAMPLE}"
    if isinstance(first, bool) or not isinstance(first, int) or first < 1:
        return "has an `at` that is no whole number above 0"
    return "" if expected.get("measure", MEASURES[0]) in MEASURES else f"has a `measure` not of {', '.join(MEASURES)}"


def _by(expected: dict[str, Json]) -> str:
    return "ids" if "ids" in expected else "texts"


def _wanted(expected: dict[str, Json], by: str) -> list[str]:
    """Return what should be retrieved, each once."""
    listed = expected[by]
    return list(dict.fromkeys(map(str, listed))) if isinstance(listed, list) else []


def _mark(answer: Completion, expected: Json, _case: Case) -> Mark:
    given = expected if isinstance(expected, dict) else {}
    by, first = _by(given), given.get("at")
    wanted = _wanted(given, by)
    got = _reported(answer.text, str(given["pointer"]), by.removesuffix("s"))
    got = list(dict.fromkeys(got[:first] if isinstance(first, int) else got))
    hits = [_same(one, wanted) for one in got] if by == "ids" else _contained(got, wanted)
    measure = str(given.get("measure", MEASURES[0]))
    value = measured(measure, hits, len(wanted))
    found = set[int]().union(*hits)
    missing = next((f", not {quote(one)}" for number, one in enumerate(wanted) if number not in found), "")
    return Mark(value, f"{measure} is {value:.3f}: {len(found)} of {len(wanted)} among {len(got)} retrieved{missing}")


def _reported(text: str, pointer: str, key: str) -> list[str]:
    """Return the id or the text of each document that an answer reports."""
    try:
        listed = at(parse(text), pointer)
    except NotJsonError as error:
        raise UnableError(f"the answer is not JSON: {error}") from None
    except LookupError:
        raise UnableError(f"there is no {visible(pointer)}") from None
    if not isinstance(listed, list):
        raise UnableError(f"{visible(pointer) or 'the whole'} is {shown(listed)}, no list")
    found: list[str] = []
    for number, item in enumerate(listed):
        told = item.get(key) if isinstance(item, dict) else item
        if not isinstance(told, str):
            raise UnableError(f"{visible(pointer)}/{number} has no text as its {key}")
        found.append(told)
    return found


def _same(one: str, wanted: Sequence[str]) -> set[int]:
    return {wanted.index(one)} if one in wanted else set()


def _contained(texts: Sequence[str], wanted: Sequence[str]) -> Hits:
    if sum(map(len, texts)) > ROOM:
        raise UnableError(f"over {ROOM:,} characters were retrieved")
    needles = [_folded(one) for one in wanted]
    return [{number for number, one in enumerate(needles) if contains(text, one)} for text in map(_folded, texts)]


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def contains(text: str, wanted: str) -> bool:
    """Return whether a text contains another, nearly: a shorter text must be nearly the whole of what is wanted."""
    from rapidfuzz import fuzz

    if wanted in text:
        return True
    ratio = fuzz.ratio if len(text) < len(wanted) else fuzz.partial_ratio
    return ratio(wanted, text, score_cutoff=NEAR) >= NEAR


def measured(measure: str, hits: Hits, wanted: int) -> float:
    """Return a measure of retrieval, in [0, 1]; where nothing was retrieved, each of them is 0.

    Source:
        Manning, Raghavan and Schuetze (2008), Introduction to information retrieval, chapter 8; the reciprocal rank of
        Voorhees (1999), of one question.
    """
    good = [rank for rank, hit in enumerate(hits, start=1) if hit]
    if not good:
        return 0.0
    recall, precision = len(set[int]().union(*hits)) / wanted, len(good) / len(hits)
    f1 = 2 * recall * precision / (recall + precision)
    return dict(zip(MEASURES, (recall, precision, f1, 1 / good[0]), strict=True))[measure]


RETRIEVED = Simple("1", _problem, _mark)
