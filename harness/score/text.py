"""Kinds that look at the words of an answer: equal, contained, at its ends, matched, counted; and why it ended."""

from collections.abc import Callable

from harness.core.case import Case
from harness.core.completion import Completion
from harness.core.json_reader import NotJsonError
from harness.core.jsons import Json
from harness.core.score import Mark
from harness.score.json_text import parse, same
from harness.score.nearest import nearest
from harness.score.patterns import compiled, search
from harness.score.simple import Simple, a_text, some_texts, yes_or_no
from harness.score.wording import LONGEST_QUOTE, quote, shown


def _anything(_expected: Json, _reference: str) -> str:
    return ""


def _difference(got: str, expected: str) -> str:
    """Return where an answer leaves the expected text: at once, or after a start too long to quote."""
    if not got:
        return "got an empty answer"
    here = next((at for at, (a, b) in enumerate(zip(got, expected, strict=False)) if a != b), None)
    here = min(len(got), len(expected)) if here is None else here
    if here < LONGEST_QUOTE // 2:
        return f"got {quote(got)}"
    return f"differs from character {here + 1} on: {quote(got, max(here - 10, 1))}"


def _equals(answer: Completion, expected: Json, _case: Case) -> Mark:
    if isinstance(expected, str):
        got, wanted = answer.text.strip(), expected.strip()
        if got == wanted:
            return Mark(1.0, "the answer is equal")
        return Mark(0.0, _difference(got, wanted))
    try:
        value = parse(answer.text)
    except NotJsonError as error:
        return Mark(0.0, f"the answer is not JSON: {error}")
    return yes_or_no(met=same(value, expected), reason=f"got {shown(value)}")


def _plain(text: str) -> str:
    return text


def _fold(text: str) -> str:
    return text.casefold()


def _one(fold: Callable[[str], str]) -> Simple:
    found = Mark(1.0, "the answer contains it")

    def mark(answer: Completion, expected: Json, _case: Case) -> Mark:
        if fold(str(expected)) in fold(answer.text):
            return found
        return Mark(0.0, nearest(answer.text, str(expected)))

    return Simple("1", a_text, mark)


def _texts(expected: Json) -> list[str]:
    return [str(item) for item in expected] if isinstance(expected, list) else []


def _any_of_them(fold: Callable[[str], str]) -> Simple:
    def mark(answer: Completion, expected: Json, _case: Case) -> Mark:
        said = fold(answer.text)
        for item in _texts(expected):
            if fold(item) in said:
                return Mark(1.0, f"the answer contains {quote(item)}")
        return Mark(0.0, nearest(answer.text, _texts(expected)[0]))

    return Simple("1", some_texts, mark)


def _all_of_them(fold: Callable[[str], str]) -> Simple:
    def mark(answer: Completion, expected: Json, _case: Case) -> Mark:
        said = fold(answer.text)
        for item in _texts(expected):
            if fold(item) not in said:
                return Mark(0.0, f"no {quote(item)}, {nearest(answer.text, item)}")
        return Mark(1.0, "the answer contains them all")

    return Simple("1", some_texts, mark)


def _edge_problem(expected: Json, reference: str) -> str:
    problem = a_text(expected, reference)
    if not problem and isinstance(expected, str) and expected != expected.strip():
        return "begins or ends with white space, which is cut off the answer before they are compared"
    return problem


def _starts(answer: Completion, expected: Json, _case: Case) -> Mark:
    text = answer.text.strip()
    return yes_or_no(met=text.startswith(str(expected)), reason=f"the answer starts {quote(text)}")


def _ends(answer: Completion, expected: Json, _case: Case) -> Mark:
    text = answer.text.strip()
    start = max(0, len(text) - LONGEST_QUOTE + 3)
    return yes_or_no(met=text.endswith(str(expected)), reason=f"the answer ends {quote(text, start)}")


def _regex_problem(expected: Json, reference: str) -> str:
    problem = a_text(expected, reference)
    if not problem:
        try:
            compiled(str(expected))
        except ValueError as error:
            return str(error)
    return problem


def _regex(answer: Completion, expected: Json, _case: Case) -> Mark:
    found = search(str(expected), answer.text)
    if found is None:
        return Mark(0.0, f"no match in {quote(answer.text)}")
    return Mark(1.0, f"matches {quote(found)}")


def _count_problem(expected: Json, _reference: str) -> str:
    good = isinstance(expected, int) and not isinstance(expected, bool) and expected > 0
    return "" if good else "must be a whole number above 0"


def _words(answer: Completion) -> tuple[int, str]:
    count = len(answer.text.split())
    return count, f"the answer has {count} {'word' if count == 1 else 'words'}"


def _max_words(answer: Completion, expected: Json, _case: Case) -> Mark:
    count, reason = _words(answer)
    return yes_or_no(met=isinstance(expected, int) and count <= expected, reason=reason)


def _min_words(answer: Completion, expected: Json, _case: Case) -> Mark:
    count, reason = _words(answer)
    return yes_or_no(met=isinstance(expected, int) and count >= expected, reason=reason)


def _finish(answer: Completion, expected: Json, _case: Case) -> Mark:
    return yes_or_no(met=answer.finish_reason == expected, reason=f"got {quote(answer.finish_reason)}")


EQUALS = Simple("1", _anything, _equals)
CONTAINS, ICONTAINS = _one(_plain), _one(_fold)
CONTAINS_ANY, ICONTAINS_ANY = _any_of_them(_plain), _any_of_them(_fold)
CONTAINS_ALL, ICONTAINS_ALL = _all_of_them(_plain), _all_of_them(_fold)
STARTS_WITH = Simple("1", _edge_problem, _starts)
ENDS_WITH = Simple("1", _edge_problem, _ends)
REGEX = Simple("1", _regex_problem, _regex)
MAX_WORDS = Simple("1", _count_problem, _max_words)
MIN_WORDS = Simple("1", _count_problem, _min_words)
FINISH_REASON = Simple("1", a_text, _finish)
