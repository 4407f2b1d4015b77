"""The kind `trajectory`: which tools an answer, or a whole conversation, calls, and in which order."""

from collections.abc import Sequence

from harness.core.case import Case
from harness.core.completion import Completion, ToolCall
from harness.core.jsons import Json
from harness.core.score import Mark
from harness.core.words import count
from harness.score.simple import Simple
from harness.score.tools import args_problem, deviation
from harness.score.wording import line, visible

MOST = 50
"""Calls that are listed."""
ORDERS = ("exact", "any", "subset")
_EXAMPLE = 'such as {"calls": [{"name": "look_up"}, {"name": "refund", "arguments": {"id": "A-1"}}]}'

type Wanted = dict[str, Json]
"""A call as an expectation lists it."""


def _problem(expected: Json, _reference: str) -> str:
    if not isinstance(expected, dict) or not isinstance(expected.get("calls"), list):
        return f"must be an object with a list of `calls`, {_EXAMPLE}"
    if unknown := sorted(expected.keys() - {"calls", "order"}):
        return f"has an unknown key `{visible(unknown[0])}`"
    if expected.get("order", ORDERS[0]) not in ORDERS:
        return f"has an `order` that is none of {', '.join(ORDERS)}"
    calls = _listed(expected)
    if len(calls) > MOST:
        return f"lists more than {MOST} calls"
    if not calls and expected.get("order") == "subset":
        return "lists no call, which any answer meets"
    faults = ((number, _call_problem(call)) for number, call in enumerate(calls, start=1))
    return next((f"has a call {number} that {fault}" for number, fault in faults if fault), "")


def _listed(expected: Json) -> list[Json]:
    calls = expected["calls"] if isinstance(expected, dict) else None
    return calls if isinstance(calls, list) else []


def _call_problem(call: Json) -> str:
    if isinstance(call, dict) and "arguments" not in call:
        call = {**call, "arguments": {}}
    return args_problem(call, "")


def _mark(answer: Completion, expected: Json, _case: Case) -> Mark:
    wanted = [call for call in _listed(expected) if isinstance(call, dict)]
    order = expected.get("order", ORDERS[0]) if isinstance(expected, dict) else ORDERS[0]
    fault = {"exact": _exact, "any": _any, "subset": _subset}[str(order)](answer.tool_calls, wanted)
    return Mark(0.0, fault) if fault else Mark(1.0, "the answer makes these calls")


def _fault(call: ToolCall, wanted: Wanted) -> str:
    """Return what parts a call from one that is listed, or nothing."""
    if call.name != wanted["name"]:
        return f"{line(call.name)}, not {line(str(wanted['name']))}"
    arguments = wanted.get("arguments")
    exact = wanted.get("match", "exact") == "exact"
    off = deviation(call.arguments, arguments, exact=exact) if isinstance(arguments, dict) else ""
    return off and f"{line(call.name)}, but {off}"


def _exact(calls: Sequence[ToolCall], wanted: Sequence[Wanted]) -> str:
    """Return the first place at which two sequences differ."""
    for number, (call, one) in enumerate(zip(calls, wanted, strict=False), start=1):
        if fault := _fault(call, one):
            return f"call {number} is {fault}"
    if len(calls) < len(wanted):
        return f"there is no call {len(calls) + 1}, {line(str(wanted[len(calls)]['name']))}"
    if len(calls) > len(wanted):
        return f"call {len(wanted) + 1}, {line(calls[len(wanted)].name)}, is one too many"
    return ""


def _any(calls: Sequence[ToolCall], wanted: Sequence[Wanted]) -> str:
    """Return why two sequences are not the same calls in another order: each listed one needs a call of its own."""
    if len(calls) != len(wanted):
        names = line(", ".join(call.name for call in calls[:MOST]))
        return f"{count(len(calls), 'call')}, not {len(wanted)}" + (f": {names}" if names else "")
    fits = [[at for at, call in enumerate(calls) if not _fault(call, one)] for one in wanted]
    takers: dict[int, int] = {}
    for number, one in enumerate(wanted):
        if not _seated(number, fits, takers, set()):
            return f"no call is left for {line(str(one['name']))}, number {number + 1} of those listed"
    return ""


def _seated(number: int, fits: Sequence[Sequence[int]], takers: dict[int, int], tried: set[int]) -> bool:
    """Return whether a listed call finds a call that fits, others moving to make room.

    Source:
        Kuhn (1955), The Hungarian method for the assignment problem; as augmenting paths.
    """
    for at in fits[number]:
        if at not in tried:
            tried.add(at)
            if at not in takers or _seated(takers[at], fits, takers, tried):
                takers[at] = number
                return True
    return False


def _subset(calls: Sequence[ToolCall], wanted: Sequence[Wanted]) -> str:
    """Return the first listed call that does not come after those before it."""
    at = 0
    for one in wanted:
        after = f" after call {at}" if at else ""
        found = next((place for place in range(at, len(calls)) if not _fault(calls[place], one)), None)
        if found is None:
            near = next((_fault(call, one) for call in calls[at:] if call.name == one["name"]), "")
            return f"no call of {line(str(one['name']))} fits{after}" + (f": {near}" if near else "")
        at = found + 1
    return ""


TRAJECTORY = Simple("1", _problem, _mark)
