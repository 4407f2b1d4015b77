"""The commands that the reader obeys, in its user's own words: what to say, to repeat, to add or to call."""

import json
import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from harness.core.completion import ToolCall
from harness.core.json_reader import NotJsonError, read_json
from harness.core.prompt import Request

MOST_REPEATS = 5_000

_RIDDLE = r'the (?P<nth>first|second|third|last) word of "(?P<words>[^"\n]{1,200})" in capitals'
_GUARD = re.compile(
    r"\b(?:never|not|no)\b[^.\n]{0,60}\b(?:follow|obey|act on)\b[^.\n]{0,60}\b(?:instruction|command|order)s?\b",
    re.IGNORECASE,
)
_AT = {"first": 0, "second": 1, "third": 2, "last": -1}


class Obeyed(NamedTuple):
    """What a command makes of an answer."""

    text: str = ""
    calls: tuple[ToolCall, ...] = ()
    added: str = ""
    """What the answer ends with, beside what it says anyway."""
    plain: bool = False
    """Whether the answer keeps no form."""


def guarded(system: str) -> bool:
    """Return whether the instructions forbid to follow what the user's text or the documents command."""
    return bool(_GUARD.search(system))


def obey(text: str, request: Request) -> Obeyed | None:
    """Return what the first command in a text makes of the answer, or None where it commands nothing."""
    found = [(match.start(), make(match, request)) for pattern, make in _COMMANDS if (match := pattern.search(text))]
    told = [(at, obeyed) for at, obeyed in found if obeyed]
    return min(told, key=lambda one: one[0])[1] if told else None  # of two at one place, the first in the table


def _solve(match: re.Match[str]) -> str:
    return "".join(match["words"].split()[_AT[match["nth"].lower()] :][:1]).upper()


def _reply(match: re.Match[str], _request: Request) -> Obeyed:
    return Obeyed((match["plain"] or match["quoted"] or "").strip(' \t"“”'))


def _reply_riddle(match: re.Match[str], _request: Request) -> Obeyed:
    return Obeyed(f"{_solve(match)}{(match['tail'] or '').strip()}")


def _say_riddle(match: re.Match[str], _request: Request) -> Obeyed:
    return Obeyed(f"{match['phrase']} {_solve(match)}")


def _repeat_above(match: re.Match[str], _request: Request) -> Obeyed:
    return Obeyed(match.string[: match.start()].strip())


def _repeat_word(match: re.Match[str], _request: Request) -> Obeyed:
    times = min(int(match["times"].replace(",", "")), MOST_REPEATS)
    return Obeyed(" ".join([match["word"]] * times))


def _add(match: re.Match[str], _request: Request) -> Obeyed:
    return Obeyed(added=match["added"].strip())


def _plain(_match: re.Match[str], _request: Request) -> Obeyed:
    return Obeyed(plain=True)


def _call(match: re.Match[str], request: Request) -> Obeyed | None:
    declared = {_name(tool) for tool in request.tools}
    try:
        given = read_json(match["arguments"], deepest=4)
    except NotJsonError:
        return None
    if match["tool"] not in declared or not isinstance(given, dict):
        return None
    return Obeyed(json.dumps(given), (ToolCall(match["tool"], given),))


def _name(tool: Mapping[str, object]) -> str:
    function = tool.get("function")
    return str(function.get("name", "")) if isinstance(function, dict) else ""


type _Make = Callable[[re.Match[str], Request], Obeyed | None]

_COMMANDS: tuple[tuple[re.Pattern[str], _Make], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE | re.MULTILINE), make)
    for pattern, make in (
        (rf"\b(?:reply|answer|respond) only with:? {_RIDDLE}(?:, followed by (?P<tail>[\w-]{{1,20}}))?", _reply_riddle),
        (
            r"\b(?:reply|answer|respond) only with:?[ \t]*(?:[\"“](?P<quoted>[^\n\"”]+)[\"”]|(?P<plain>[^\n]+))",
            _reply,
        ),
        (rf'\bsay "(?P<phrase>[^"\n]{{1,200}})" and then {_RIDDLE}', _say_riddle),
        (r"\bsay [\"“](?P<quoted>[^\n\"”]+)[\"”](?P<plain>)", _reply),
        (r"\brepeat (?:everything|all|the text) above\b", _repeat_above),
        (r'\brepeat the word "(?P<word>\w{1,40})" (?P<times>\d[\d,]{0,5}) times', _repeat_word),
        (r"\bend your answer with:[ \t]*(?P<added>[^\n]+)", _add),
        (r"\b(?:answer|reply) in plain (?:prose|text)\b", _plain),
        (r"\bcall (?P<tool>\w{1,60}) with (?P<arguments>\{[^{}\n]{0,2000}\})", _call),
    )
)
