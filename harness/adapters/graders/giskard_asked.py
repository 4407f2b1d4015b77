"""The models that giskard asks, as it knows them, over an Ask: no default of the process is touched."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from giskard.agents import BaseEmbeddingModel, BaseGenerator, WorkflowError
from giskard.agents.generators import GenerationParams
from giskard.llm.types import AssistantMessage, ChatMessage, Choice, CompletionResponse
from pydantic import PrivateAttr, ValidationError

from harness.core.errors import HarnessError
from harness.core.prompt import Message, Role
from harness.core.score import UnableError
from harness.ports import Ask

SHOWN = 300
"""Characters of a reason, at most."""
RETRIES = 100
"""Answers to the same words within one sample, at most."""
_ROLES: dict[str, Role] = {"assistant": "assistant", "developer": "system", "system": "system"}


@BaseGenerator.register("harness")
class Model(BaseGenerator):
    """Whoever writes for giskard: its judge, or its attacker."""

    _ask: Ask = PrivateAttr()
    _sample: int = PrivateAttr()
    _asked: Counter[tuple[Message, ...]] = PrivateAttr(default_factory=Counter)

    def __init__(self, ask: Ask, sample: int = 0) -> None:
        """Take whom to ask, and which of several samples is drawn."""
        super().__init__()
        self._ask, self._sample = ask, sample

    async def _call_model(
        self, messages: Sequence[ChatMessage], params: GenerationParams, metadata: dict[str, Any] | None = None
    ) -> CompletionResponse:
        """Ask once: giskard asks the same again only when it could not read the answer, and wants another then."""
        del metadata
        told = tuple(Message(_ROLES.get(message.role, "user"), message.text or "") for message in messages)
        again = self._asked[told]
        self._asked[told] += 1
        schema = params.response_format.model_json_schema() if params.response_format else None
        said = await self._ask.complete(told, schema=schema, sample=self._sample * RETRIES + again)
        return CompletionResponse(
            choices=[Choice(message=AssistantMessage(content=said.text), finish_reason=said.finish_reason)]
        )


@BaseEmbeddingModel.register("harness")
class Vectors(BaseEmbeddingModel):
    """Whoever turns texts into vectors."""

    _ask: Ask = PrivateAttr()

    def __init__(self, ask: Ask) -> None:
        """Take whom to ask."""
        super().__init__()
        self._ask = ask

    async def _embed(self, texts: list[str], params: object = None) -> list[np.ndarray]:
        del params
        return [np.asarray(await self._ask.embed(text)) for text in texts]


def cause_of(error: WorkflowError, who: str) -> Exception:
    """Return why the judge or the attacker came to no end, which giskard wraps, as whoever asked is to know it."""
    cause: BaseException | None = error.__cause__
    if isinstance(cause, HarnessError | UnableError):
        return cause
    if isinstance(cause, ValidationError):
        return UnableError(f"the {who} did not answer in the form that giskard asks for")
    return UnableError(line(f"the {who} came to no end: {cause}"))


def line(text: str) -> str:
    """Return a text as one short line."""
    return " ".join(text.split())[:SHOWN]
