"""The judge as deepeval sees it: one of its models, which asks through our meter; one for each grade."""

import asyncio
import json
from functools import cache
from types import SimpleNamespace
from typing import Any

from pydantic import BaseModel, ValidationError

from harness.core.completion import Completion
from harness.core.prompt import Message
from harness.core.score import UnableError
from harness.ports import Ask

NAME = "judge"
SHOWN = 60
"""Characters of an answer that an error quotes."""
LISTS_FAULTS = "OutOfCharacterResponseVerdicts"
"""The one schema that has no verdict where all is well."""


class FirstError:
    """The first error that left one of the blocks; from then on no block is entered.

    deepeval takes some errors for a model without schemas or probabilities and asks again, so that a fault of ours
    would cost a second call and be forgotten. The others of its calls that run at the same time would go on.
    """

    def __init__(self) -> None:
        self.error: Exception | None = None

    def __enter__(self) -> None:
        """Go on as long as there is none.

        Raises:
            UnableError: There is one. It is not raised again: deepeval follows a chain of errors without end.
        """
        if self.error:
            raise UnableError("an earlier call failed")

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        """Keep it, and let it pass."""
        if isinstance(error, Exception) and not self.error:
            self.error = error


class Judge:
    """What asks; deepeval takes it for a model where `judge` has put its own class beneath.

    Without anybody to ask, it stands in while a metric's parameters are checked.
    """

    def __init__(self, ask: Ask | None = None) -> None:
        self.name = NAME
        self.first = FirstError()
        self._ask = ask
        self._asking: set[asyncio.Task[Any]] = set()

    def load_model(self) -> None:
        """Load nothing."""

    def get_model_name(self) -> str:
        """Return a name that is shown nowhere."""
        return NAME

    def generate(self, *_: object, **__: object) -> str:
        """Refuse: a blocking call would stop everybody else's.

        Raises:
            UnableError: Always.
        """
        with self.first:
            raise UnableError("this metric asks its judge in a way that blocks")

    async def a_generate(self, prompt: str, schema: type[BaseModel] | None = None) -> BaseModel | str:
        """Return what the judge says, read by a schema where there is one."""
        with self.first:
            said = await self._said(prompt, schema)
            return read(said.text, schema) if schema else said.text

    async def a_generate_raw_response(self, prompt: str, top_logprobs: int = 0) -> tuple[SimpleNamespace, None]:
        """Return a score with the probabilities of its tokens, in the form of OpenAI; deepeval weights it by them."""
        from deepeval.metrics.g_eval.schema import ReasonScore

        with self.first:
            said = await self._said(prompt, ReasonScore, top_logprobs)
            read(said.text, ReasonScore)
            message = SimpleNamespace(content=said.text)
            return SimpleNamespace(
                choices=[SimpleNamespace(message=message, logprobs=_as_objects(said.logprobs))]
            ), None

    async def rest(self) -> None:
        """Wait for calls that still run after an error: what they cost is known when they end."""
        if self._asking:
            await asyncio.wait(self._asking)

    async def _said(self, prompt: str, schema: type[BaseModel] | None, logprobs: int = 0) -> Completion:
        task = asyncio.current_task()
        if not self._ask or not task:
            raise RuntimeError("nobody can be asked here")
        self._asking.add(task)
        try:
            form = schema.model_json_schema() if schema else None
            return await self._ask.complete([Message("user", prompt)], schema=form, logprobs=logprobs)
        finally:
            self._asking.discard(task)


def judge(ask: Ask | None = None) -> Judge:
    """Return a judge that deepeval takes for a model."""
    return _class()(ask)


@cache
def _class() -> type[Judge]:
    from deepeval.models import DeepEvalBaseLLM

    return type("JudgeModel", (Judge, DeepEvalBaseLLM), {})


def read(text: str, schema: type[BaseModel]) -> BaseModel:
    """Return an answer as an object; models wrap it in words and fences.

    Raises:
        UnableError: It does not follow the schema, or has no verdict, which deepeval would take for a good one.
    """
    try:
        made = schema.model_validate_json(text[text.find("{") : text.rfind("}") + 1])
    except ValidationError:
        raise UnableError(f"the judge's answer is no {schema.__name__}: {text[:SHOWN]!a}") from None
    if getattr(made, "verdicts", None) == [] and schema.__name__ != LISTS_FAULTS:
        raise UnableError("the judge gave no verdict")
    return made


def _as_objects(value: object) -> Any:  # noqa: ANN401 (JSON as attributes)
    return json.loads(json.dumps(value), object_hook=lambda found: SimpleNamespace(**found))
