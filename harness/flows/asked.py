"""What a case asks, in one line for people: its values and its expectations."""

import json
from collections.abc import Iterable

from harness.core.case import Case, Expectation, Staging
from harness.core.words import count

VARS_LIMIT = 600
"""Characters of a case's values that the verdict keeps."""
VALUE_LIMIT = 120
"""Characters of an expectation's value that a report shows."""
DEMANDS_LIMIT = 1_000
"""Characters of all a case's expectations."""
REFERENCE_LIMIT = 400


def given(case: Case, limit: int = VARS_LIMIT) -> str:
    """Return a case's `vars` as JSON, or its first arm's, and what the user says then, of at most `limit` characters.

    The longest are cut first.
    """
    form = case.arms[0] if case.arms else case
    then = cut(_then(form.staging), limit // 2)
    limit -= len(then)
    items = [f"{json.dumps(name)}: {_json(value)}" for name, value in form.vars.items()]
    left = limit - 2 * len(items)
    shares: dict[int, int] = {}
    for at in sorted(range(len(items)), key=lambda at: len(items[at])):
        shares[at] = min(len(items[at]), left // (len(items) - len(shares)))
        left -= shares[at]
    return cut(f"{{{', '.join(cut(item, shares[at]) for at, item in enumerate(items))}}}", limit) + then


def _then(staging: Staging) -> str:
    """Return what the user says after the first answer, or what a user wants whom a model plays."""
    if user := staging.user:
        return f", then up to {count(user.turns, 'message')} of a user who wants {_json(user.goal)}"
    return f", then {', '.join(map(_json, staging.turns))}" if staging.turns else ""


def demands(case: Case) -> str:
    """Return what a case expects, and the reference answer that similarities are measured by."""
    form = case.arms[0] if case.arms else case
    told = cut(_joined(form.expect), DEMANDS_LIMIT)
    return f"{told}; reference {cut(_json(form.reference), REFERENCE_LIMIT)}" if form.reference else told


def _joined(expect: Iterable[Expectation]) -> str:
    return "; ".join(map(demand, expect))


def demand(item: Expectation) -> str:
    """Return one expectation as its author wrote it."""
    if item.parts:
        return f"{item.kind} ({_joined(item.parts)})"
    value = str(item.value).partition("@")[0] if item.kind == "python" else item.value
    enough = f" (threshold {item.threshold:g})" if item.threshold < 1 else ""
    return f"{item.name} {cut(_json(value), VALUE_LIMIT)}{enough}"


def cut(text: str, limit: int) -> str:
    """Return a text of at most `limit` characters; three dots stand for what is missing."""
    return text if len(text) <= limit else f"{text[: max(limit - 3, 0)]}..."[: max(limit, 0)]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
