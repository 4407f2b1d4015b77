"""The kind `ragas`: any metric of `ragas.metrics.collections` by the name of its class, asked through the meter."""

import warnings
from collections.abc import Mapping
from functools import cache
from typing import Any, cast

from harness.adapters.graders import ragas_metrics
from harness.adapters.graders.ragas_judge import Judge, Vectors
from harness.adapters.graders.ragas_light import RELEASE, Library, ragas
from harness.adapters.graders.ragas_metrics import KIND, lacks, share
from harness.adapters.graders.ragas_table import CALLS
from harness.adapters.graders.ragas_telling import arguments
from harness.core.errors import ContentError
from harness.core.exchange import Exchange
from harness.core.jsons import Json
from harness.core.score import Mark, UnableError
from harness.ports import Ask

RAISED = (ArithmeticError, AssertionError, AttributeError, EOFError, ImportError, LookupError, RuntimeError, TypeError)
"""What the metrics raise over odd input and odd answers, beside ValueError."""
SHOWN = 200
"""Characters of a reason."""


class Ragas:
    """See `ports.Grader`."""

    version = f"1 of {RELEASE}"
    needs_threshold = True
    parameters = True

    def problem(self, expected: Json, reference: str) -> str:
        """Return what is wrong with an expectation's metric, parameters or case; without the extra, that it lacks."""
        try:
            library = _registered()
        except ContentError as error:
            return f"names nothing that can be had: {error.what}; {error.hint}"
        nobody = cast("Ask", None)  # whoever only looks whether a metric can be made asks nothing
        try:
            recipe = ragas_metrics.read(library, _said(expected))
        except ValueError as error:
            return _line(str(error))
        try:
            metric = recipe.make(Judge(nobody), Vectors(nobody))
        except (ValueError, ImportError, TypeError) as error:
            return _line(f"metric `{recipe.name}`: {error}")
        return lacks(recipe, metric, reference)

    def calls(self, expected: Json) -> int:
        """Return how many calls a grade takes, about."""
        return CALLS.get(str(_said(expected).get(KIND)), 0)

    async def grade(self, exchange: Exchange, expected: Json, ask: Ask) -> Mark:
        """Return the mark of an answer by one metric; an answer of nothing is worth nothing.

        Raises:
            UnableError: The case lacks what the metric needs, the judge does not answer, or ragas fails.
            BudgetError: The budget cannot bear it.
        """
        library = _registered()
        recipe = ragas_metrics.read(library, _said(expected))
        told = arguments(recipe, exchange, library.messages)
        if not told.get("response", "-").strip():
            return Mark(0.0, "the answer is empty")
        judge, vectors = Judge(ask), Vectors(ask)
        if recipe.name == "SemanticSimilarity":  # it cannot wait for a vector
            await vectors.aembed_texts([told["reference"], told["response"]])
        try:
            found = await _score(recipe.make(judge, vectors), told, alone=not CALLS[recipe.name])
        except (ValueError, *RAISED) as error:
            if judge.stopped:
                raise judge.stopped from None
            what = f"{recipe.name}: {type(error).__name__}: {error}"
            raise UnableError(_line(what)) from error
        if judge.stopped:
            raise judge.stopped
        value = share(recipe, float(found.value))
        return Mark(value, _line(found.reason or judge.complaint))


async def _score(metric: Any, told: Mapping[str, Any], *, alone: bool) -> Any:  # noqa: ANN401 (of ragas)
    if not alone:
        return await metric.ascore(**told)
    with warnings.catch_warnings():  # for all tasks at once: only where none can come between
        warnings.simplefilter("ignore")
        return await metric.ascore(**told)


@cache
def _registered() -> Library:
    library = ragas()
    library.llm.register(Judge)
    library.embedding.register(Vectors)
    return library


def _said(expected: Json) -> Mapping[str, Json]:
    return expected if isinstance(expected, dict) else {KIND: expected}


def _line(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= SHOWN else f"{plain[: SHOWN - 3]}..."


RAGAS = Ragas()
