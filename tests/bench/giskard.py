"""Figures of the kind `giskard`: what our way to it costs over the library itself, where the judge answers at once."""

import subprocess
import sys
from collections.abc import Callable, Coroutine, Iterator
from importlib.util import find_spec
from statistics import median

from harness.adapters.graders.giskard import GISKARD
from harness.core.case import Case
from harness.core.completion import Completion
from harness.core.exchange import Exchange
from harness.core.prompt import Message
from tests.bench.grading import milliseconds
from tests.bench.local import Figure

SAYS = '{"reason": "so it is", "passed": true}'
ASKED, SAID, KNOWN = "What is the capital of France?", "Paris.", "Paris is the capital of France."
SHOWN = Exchange(Case("a", {"documents": KNOWN}, ()), (Message("user", ASKED),), (Completion(SAID),))
RUNS = 5


class Prompt:
    """A judge that answers at once."""

    async def complete(self, *_: object, **__: object) -> Completion:  # noqa: D102 (of the port)
        return Completion(SAYS)

    async def embed(self, text: str) -> tuple[float, ...]:  # noqa: D102 (of the port)
        raise NotImplementedError(text)


async def ours() -> None:
    """Grade through the adapter."""
    mark = await GISKARD.grade(SHOWN, {"giskard": "Groundedness"}, Prompt())
    assert mark.value == 1


def raw() -> Callable[[], Coroutine[None, None, None]]:
    """Return the same by the library alone."""
    from giskard.agents import BaseGenerator
    from giskard.checks import Groundedness, Interaction, LLMChatJudge, Trace
    from giskard.llm.types import CompletionResponse

    answer = {"choices": [{"message": {"role": "assistant", "content": SAYS}}]}

    async def call(*_: object, **__: object) -> CompletionResponse:
        return CompletionResponse.model_validate(answer)

    bare = BaseGenerator.register("bench")(
        type("Bare", (BaseGenerator,), {"__module__": __name__, "_call_model": call})
    )

    async def grade() -> None:
        check: Groundedness[str, str, Trace[str, str]] = Groundedness(
            context=[KNOWN], judge=LLMChatJudge(generator=bare())
        )
        result = await check.run(Trace(interactions=[Interaction(inputs=ASKED, outputs=SAID)]))
        assert result.passed

    return grade


def importing() -> float:
    """Return the median processor time of the first look at a check, in a process of its own."""
    code = "import time; from harness.adapters.graders.giskard import GISKARD; began = time.process_time(); "
    code += "GISKARD.problem('Toxicity', ''); print(time.process_time() - began)"
    command = [sys.executable, "-c", code]
    return median(float(subprocess.run(command, check=True, capture_output=True).stdout) for _ in range(RUNS))


def figures() -> Iterator[Figure]:
    """Yield what a grade by giskard takes; nothing where the extra is not installed."""
    if find_spec("giskard") is None:
        return
    yield "giskard, imported when a case first names it, s of CPU", importing(), "<= 2"
    through, alone = milliseconds(ours), milliseconds(raw())
    yield "giskard, a grade of one call, ms of CPU", through, "<= 20"
    yield "giskard, the same grade over the raw library, x", through / alone, "<= 1.5"
