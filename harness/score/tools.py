"""Kinds that look at the tools an answer calls: tool-called and tool-args."""

from harness.core.case import Case
from harness.core.completion import Completion
from harness.core.jsons import Json
from harness.core.score import Mark
from harness.score.json_text import same
from harness.score.simple import Simple, a_text
from harness.score.wording import line, shown, visible

KEYS = {"name", "arguments", "match"}


def _calls(answer: Completion) -> str:
    names = list(dict.fromkeys(call.name for call in answer.tool_calls))
    return f"the answer calls {line(', '.join(names))}" if names else "the answer calls nothing"


def _called(answer: Completion, expected: Json, _case: Case) -> Mark:
    if any(call.name == expected for call in answer.tool_calls):
        return Mark(1.0, "the answer calls it")
    return Mark(0.0, _calls(answer))


def args_problem(expected: Json, _reference: str) -> str:
    """Return what is wrong with a call as it is expected."""
    if not isinstance(expected, dict) or not isinstance(expected.get("arguments"), dict):
        return 'must be an object such as {"name": "issue_refund", "arguments": {"order_id": "A-1"}}'
    if a_text(expected.get("name"), ""):
        return "has a `name` that is not a text"
    if expected.get("match", "exact") not in ("exact", "subset"):
        return 'has a `match` that is neither "exact" nor "subset"'
    unknown = sorted(expected.keys() - KEYS)
    return f"has an unknown key `{visible(unknown[0])}`" if unknown else ""


def deviation(got: dict[str, Json], wanted: dict[str, Json], *, exact: bool) -> str:
    """Return the first argument that is not as wanted, or nothing."""
    for name, value in wanted.items():
        if name not in got:
            return f"there is no argument {visible(name)}"
        if not same(got[name], value):
            return f"{visible(name)} is {shown(got[name])}, not {shown(value)}"
    extra = [name for name in got if name not in wanted]
    return f"there is an argument {visible(extra[0])} too many" if exact and extra else ""


def _args(answer: Completion, expected: Json, _case: Case) -> Mark:
    given = expected if isinstance(expected, dict) else {}
    wanted = given["arguments"]
    calls = [call for call in answer.tool_calls if call.name == given["name"]]
    if not calls or not isinstance(wanted, dict):
        return Mark(0.0, _calls(answer))
    exact = given.get("match", "exact") == "exact"
    faults = [deviation(call.arguments, wanted, exact=exact) for call in calls]
    name = line(calls[0].name)
    if "" in faults:
        return Mark(1.0, f"the answer calls {name} with them")
    return Mark(0.0, f"{name}: {faults[0]}")


TOOL_CALLED = Simple("1", a_text, _called)
TOOL_ARGS = Simple("1", args_problem, _args)
