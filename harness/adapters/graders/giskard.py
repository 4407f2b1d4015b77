"""The kind `giskard`: any check of giskard 3 by its name; an extra, which is imported when a case first names it."""

from collections.abc import Mapping
from functools import cache, cached_property
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Protocol, cast
from warnings import catch_warnings

from harness.adapters.graders.quiet import quiet
from harness.adapters.limits import lifted
from harness.core.errors import ContentError
from harness.core.exchange import Exchange
from harness.core.jsons import Json
from harness.core.score import Mark
from harness.ports import Ask

KIND = "giskard"
JUDGED = ("AnswerRelevance", "Conformity", "Contradiction", "Groundedness", "LLMJudge", "Toxicity")
"""The checks that ask a model."""
EMBEDDED = ("SemanticSimilarity",)
"""Those that compare vectors, for which no judge is asked."""
COMPARED = ("Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
COMPUTED = ("StringMatching", "RegexMatching", "JsonValid", *COMPARED)
JOINED = ("AllOf", "AnyOf", "Not")
"""Those that hold others."""
CHECKS = (*JUDGED, *EMBEDDED, *COMPUTED, *JOINED)


class _Checks(Protocol):
    """The module that holds what needs the library."""

    def problem(self, expected: Mapping[str, Json], reference: str) -> str:
        """As of a Grader."""

    async def grade(self, exchange: Exchange, expected: Mapping[str, Json], ask: Ask) -> Mark:
        """As of a Grader."""


@cache
def _checks() -> _Checks:
    """Return what needs the library, which is imported now.

    Raises:
        ContentError: It is not installed.
    """
    quiet()
    try:
        with lifted(), catch_warnings(action="ignore"):  # what it imports and should not is its makers' to mend
            import_module("giskard.checks")
    except ImportError:
        what = "giskard, whose checks are asked for, is not installed"
        raise ContentError(what, hint="pip install 'prompt-harness[giskard]'") from None
    return cast("_Checks", import_module("harness.adapters.graders.giskard_checks"))


class Giskard:
    """See `ports.Grader`: a check that passes is 1, one that fails is 0, and one that errs cannot tell."""

    needs_threshold = False
    parameters = True

    @cached_property
    def version(self) -> str:
        """Ours, and that of the checks, whose words a judge is asked in."""
        try:
            return f"1 {version('giskard-checks')}"
        except PackageNotFoundError:
            return "1"

    def problem(self, expected: Json, reference: str) -> str:
        """Return what is wrong with a check's name or parameters; without the extra, that it is missing."""
        try:
            checks = _checks()
        except ContentError as error:
            return f"names nothing that can be had: {error.what}; {error.hint}"
        return checks.problem(_told(expected), reference)

    def calls(self, expected: Json) -> int:
        """Return how many calls of the judge a check takes, with those that it holds."""
        told = _told(expected)
        parts = told.get("checks")
        inner = [*(parts if isinstance(parts, list) else ()), *filter(None, [told.get("check")])]
        return (told.get(KIND) in JUDGED) + sum(map(self.calls, inner))

    async def grade(self, exchange: Exchange, expected: Json, ask: Ask) -> Mark:
        """Return what a check says of an exchange; see `ports.Grader`."""
        return await _checks().grade(exchange, _told(expected), ask)


def _told(expected: Json) -> Mapping[str, Json]:
    """Return a check with its parameters; one without any may be a name by itself."""
    return expected if isinstance(expected, dict) else {KIND: expected}


GISKARD = Giskard()
