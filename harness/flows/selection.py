"""Filters that select no case: which of them is to blame, and what was probably meant."""

from collections.abc import Collection, Sequence

from harness.content.suggest import did_you_mean
from harness.core.errors import ContentError
from harness.core.words import named
from harness.flows.side import Side
from harness.plan.scope import Scope

SHOWN = 20
"""Known names that a hint lists."""


def nothing_selected(scope: Scope, sides: Sequence[Side]) -> ContentError:
    """Return why no case of these trees is in the scope: the first filter that fits nothing, or all together."""
    pairs = {pair for side in sides for pair in side.content.sources}
    suites, prompts = {pair.suite for pair in pairs}, {pair.prompt for pair in pairs}
    if scope.suite and scope.suite not in suites:
        return _unknown(f"there is no suite `{scope.suite}`", scope.suite, suites, "suites")
    if scope.prompt and scope.prompt not in prompts:
        return _unknown(f"there is no prompt `{scope.prompt}`", scope.prompt, prompts, "prompts")
    chosen = [(side, pair) for side in sides for pair in side.content.sources if scope.has_pair(pair)]
    cases = [case for side, pair in chosen for case in side.cases(pair).values()]
    ids, tags = {case.id for case in cases}, {tag for case in cases for tag in case.tags}
    which = f"no case of `{scope.prompt}`" if scope.prompt else "no case"
    for name in sorted(scope.cases - ids):
        return _unknown(f"{which} has the id `{name}`", name, ids)
    for tag in sorted(scope.tags - tags):
        return _unknown(f"{which} has the tag `{tag}`", tag, tags, "tags")
    return ContentError("no case is selected: each filter selects some, all together none", hint="drop one of them")


def _unknown(what: str, name: str, known: Collection[str], noun: str = "") -> ContentError:
    hint = f"{noun}: {named(sorted(known), SHOWN)}" if noun and known else ""
    return ContentError(what + did_you_mean(name, known), hint=hint)
