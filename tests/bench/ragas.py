"""Figures of the kind `ragas`: what our way to it costs over the library itself, where the judge answers at once."""

import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from statistics import median
from typing import Any

from harness.adapters.graders.ragas import RAGAS
from harness.adapters.graders.ragas_light import ragas
from harness.core.completion import Completion
from tests.bench.grading import milliseconds
from tests.bench.local import Figure
from tests.graders.ragas_cases import DOCUMENTS, QUESTION, RIGHT, Scripted, exchange

SAYS = {
    "StatementGeneratorOutput": '{"statements": ["A refund takes 30 days."]}',
    "NLIStatementOutput": '{"statements": [{"statement": "A refund takes 30 days.", "reason": "so", "verdict": 1}]}',
}
RUNS = 5


class Prompt(Scripted):
    """A judge that answers at once."""

    async def complete(self, *_: object, schema: Any = None, **__: object) -> Completion:  # noqa: ANN401, D102 (of the port)
        return Completion(SAYS[schema["title"]])


class Raw:
    """The same for the library itself."""

    def generate(self, *_: object) -> None:
        """Stand for what is not used."""

    async def agenerate(self, _prompt: str, form: Any) -> object:  # noqa: ANN401 (a form of ragas)
        """Return an answer at once."""
        return form.model_validate_json(SAYS[form.__name__])


async def ours() -> None:
    """Grade through the adapter."""
    mark = await RAGAS.grade(exchange(), {"ragas": "Faithfulness"}, Prompt())
    assert mark.value == 1


async def raw() -> None:
    """Grade by the library alone."""
    library = ragas()
    library.llm.register(Raw)
    metric = library.metrics.Faithfulness(llm=Raw())
    found = await metric.ascore(user_input=QUESTION, response=RIGHT, retrieved_contexts=DOCUMENTS)
    assert found.value == 1


def importing(how: str) -> float:
    """Return the median processor time of an import of ragas, in a process of its own."""
    code = "import time; from harness.adapters.graders import ragas_light; began = time.process_time(); "
    code += f"ragas_light.{how}(); print(time.process_time() - began)"
    command = [sys.executable, "-c", code]
    return median(float(subprocess.run(command, check=True, capture_output=True).stdout) for _ in range(RUNS))


def figures() -> Iterator[Figure]:
    """Yield what a grade by ragas takes; nothing where the extra is not installed."""
    if find_spec("ragas") is None:
        return
    yield "ragas, its metrics alone imported, s of CPU", importing("light"), "<= 0.6"
    yield "ragas, imported as it is, s of CPU", importing("full"), "-"
    through, alone = milliseconds(ours), milliseconds(raw)
    yield "ragas, a grade of two calls, ms of CPU", through, "<= 2"
    yield "ragas, the same grade over the raw library, x", through / alone, "<= 1.5"
