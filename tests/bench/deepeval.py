"""Figures of deepeval behind our door, and of deepeval by itself with the same judge."""

import asyncio
import math
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from importlib.util import find_spec
from typing import Any

from harness.adapters.graders.deepeval import DEEPEVAL
from harness.core.exchange import Exchange
from tests.bench.grading import milliseconds
from tests.bench.local import Figure
from tests.graders.exchanges import Scripted, exchange
from tests.graders.script import reply

EXPECTED: dict[str, Any] = {"deepeval": "Faithfulness"}


def _raw(sent: Exchange) -> Callable[[], Awaitable[object]]:
    """Return a grade as a program would ask deepeval for it."""
    from deepeval.metrics import FaithfulnessMetric
    from deepeval.models import DeepEvalBaseLLM
    from deepeval.test_case import LLMTestCase

    class Judge(DeepEvalBaseLLM):
        def load_model(self) -> None:
            """Load nothing."""

        def get_model_name(self) -> str:
            return "judge"

        def generate(self, *_: object) -> str:
            raise NotImplementedError

        async def a_generate(self, prompt: str, schema: Any) -> Any:  # noqa: ANN401 (as the library has it)
            await asyncio.sleep(0)
            return schema.model_validate_json(reply([{"content": prompt}], schema.model_json_schema()))

    async def grade() -> None:
        contexts = list(sent.contexts("documents") or ())
        case = LLMTestCase(input=sent.asked, actual_output=sent.answer, retrieval_context=contexts)
        await FaithfulnessMetric(model=Judge()).a_measure(case, _show_indicator=False)

    return grade


def figures() -> Iterator[Figure]:
    """Yield what a grade of four calls takes of the processor, where deepeval is installed."""
    if not find_spec("deepeval"):
        yield "deepeval is not installed (pip install '.[deepeval]')", math.nan, "-"
        return
    sent, ask = exchange(), Scripted()
    began = time.process_time()
    assert DEEPEVAL.problem(EXPECTED, "") == ""
    yield "deepeval, imported when a case first names it, s of CPU", time.process_time() - began, "-"
    ours = milliseconds(lambda: DEEPEVAL.grade(sent, EXPECTED, ask))
    yield "deepeval, a grade of four calls, ms of CPU", ours, "-"
    yield "deepeval, the same grade over the raw library, x", ours / milliseconds(_raw(sent)), "<= 1.25"


if __name__ == "__main__":
    for label, value, bound in figures():
        sys.stdout.write(f"{label:60} {value:10.2f}   {bound}\n")
