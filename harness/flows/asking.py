"""Asking models on behalf of whoever grades an answer: each call is a trial of its own, like any other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from harness.core.completion import Completion, Failure, Trial
from harness.core.digest import digest, text_digest
from harness.core.errors import BudgetError
from harness.core.jsons import Json
from harness.core.prompt import Message, Request
from harness.core.score import UnableError
from harness.core.vector import unpack
from harness.execute.run import Runner, Work
from harness.flows.vectors import Embedder
from harness.plan.trials import Asking, again


@dataclass(frozen=True, slots=True)
class Roles:
    """Who is asked beside the prompts' own models."""

    judges: Mapping[str, Asking]
    """By alias; the one that params.yaml names as `judge` by the empty one too."""
    embedder: Embedder | None


class Sake(NamedTuple):
    """For whose sake a model is asked; the ledger says so."""

    role: str
    """As what it is asked: `judge`, `attacker`, ..."""
    purpose: str
    about: str
    """The trial."""


def asking_work(asking: Asking, request: Request, sake: Sake) -> Work[None]:
    """Return the work that asks a pin something beside what prompts ask; equal questions have one key."""
    said = [[message.role, text_digest(message.content)] for message in request.messages]
    extra = {name: value for name, value in request.parameters.items() if asking.parameters.get(name) != value}
    key = again(digest("ask", [asking.common, said, request.json_schema, extra, request.repeat]), 0, request.fresh)
    told = {"role": sake.role, "purpose": sake.purpose}
    parts = {**asking.ingredients(request.messages, request.repeat, request.fresh), **told}
    name = f"{sake.about} ({sake.role}: {sake.purpose})"
    return Work(Trial(name, key), lambda: (request, parts), asking.pin, None)


def form(schema: Mapping[str, Json] | None) -> Json:
    """Return the form that an answer must have, as a request says it."""
    return {"name": "judgement", "schema": dict(schema)} if schema else None


@dataclass(slots=True)
class MeteredAsk:
    """See `ports.Ask`. What goes wrong is remembered here too: a library may swallow what it is told."""

    runner: Runner
    accounts: tuple[str, ...]
    roles: Roles
    sake: Sake
    advisory: bool = False
    """Whether what is said counts for nothing: then it is no failure of the run that nothing is said."""
    stopped: BudgetError | None = None
    unable: str = ""

    async def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: Mapping[str, Json] | None = None,
        logprobs: int = 0,
        sample: int = 0,
        model: str = "",
    ) -> Completion:
        """Return the answer of the judge; see `ports.Ask`."""
        asking = self.roles.judges.get(model)
        if asking is None:
            raise self._unable(f"there is no pin `{model}`" if model else "params.yaml names no `judge`")
        wanted: dict[str, Json] = {"logprobs": True, "top_logprobs": logprobs} if logprobs else {}
        request = Request(tuple(messages), {**asking.parameters, **wanted}, form(schema), repeat=sample)
        return await self._outcome(asking_work(asking, request, self.sake))

    async def embed(self, text: str) -> tuple[float, ...]:
        """Return the vector of a text; see `ports.Ask`."""
        embedder = self.roles.embedder
        if embedder is None:
            raise self._unable("it compares vectors, and params.yaml names no `embedder`")
        (work,) = embedder.works({text: self.sake.about})
        request, parts = work.prepare()
        told = {**parts, "role": "embedder", "purpose": self.sake.purpose}
        said = await self._outcome(work._replace(prepare=lambda: (request, told)))
        try:
            return unpack(said.text)
        except ValueError as error:
            raise self._unable(f"it got no vector: {error}") from None

    async def _outcome[T](self, work: Work[T]) -> Completion:
        try:
            sample = await self.runner.ask(work, self.accounts)
        except BudgetError as error:
            self.stopped = error
            raise
        if isinstance(sample.outcome, Failure):
            if self.advisory:
                self.runner.tally.forgive(sample.trial, sample.outcome)
            raise self._unable(f"`{work.pin.alias}` did not answer: {sample.outcome.reason}")
        return sample.outcome

    def _unable(self, why: str) -> UnableError:
        self.unable = self.unable or why
        return UnableError(why)
