"""Vectors for the kind `similar`: each text is a trial of its own, asked for like any other."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import batched

from harness.core.case import Case, Expectation
from harness.core.completion import Completion, Failure, Trial
from harness.core.errors import ContentError
from harness.core.pin import Pin
from harness.core.prompt import Message, Prompt, Request
from harness.core.score import UnableError
from harness.core.vector import unpack
from harness.execute.run import Outcome, Work
from harness.flows.providers import provider_of
from harness.plan.trials import Asking, asking
from harness.ports import Store
from harness.score.marking import leaves
from harness.score.similar import KIND, Find, needed
from harness.score.wording import quote

FEW = 128
"""Vectors that are looked up together."""


@dataclass(frozen=True, slots=True)
class Embedder:
    """The pin that turns texts into vectors."""

    asking: Asking

    @property
    def pin(self) -> Pin:
        """Whom it asks."""
        return self.asking.pin

    def works(self, texts: Mapping[str, str]) -> Iterator[Work[str]]:
        """Yield the trial of each text, named after the trial that needs it."""
        for text, name in texts.items():
            messages = (Message("user", text.encode(errors="replace").decode()),)
            trial = Trial(f"{name} (vector of {quote(text)})", self.asking.trial("", messages).key)
            yield Work(trial, partial(self._prepare, messages), self.pin, text)

    def _prepare(self, messages: tuple[Message, ...]) -> tuple[Request, Mapping[str, str]]:
        told = {"role": "embedder", "purpose": KIND}
        return Request(messages, self.asking.parameters, embeds=True), {**self.asking.ingredients(messages), **told}

    def missing(self, texts: Mapping[str, str], store: Store) -> Iterator[Work[str]]:
        """Yield the trials that are not in the store."""
        for some in batched(self.works(texts), FEW):
            known = store.find(work.trial.key for work in some)
            yield from (work for work in some if work.trial.key not in known)


def embedder_of(pin: Pin | None) -> Embedder | None:
    """Return what a policy's `embedder` asks.

    Raises:
        ContentError: Its provider makes no vectors, or refuses the pin.
    """
    if pin is None:
        return None
    provider = provider_of(pin)
    if not provider.embeds:
        hint = "its provider must be one such as `openai-embeddings`"
        raise ContentError(f"`embedder: {pin.alias}` makes no vectors", where=pin.origin, hint=hint)
    return Embedder(asking(Prompt("", pin.alias, ()), pin, provider.identity(pin)))


def refuse_without(expect: Iterable[Expectation]) -> None:
    """Refuse expectations that compare vectors, in a tree whose params.yaml names nobody to make them.

    Raises:
        ValueError: One does; a note says what to do.
    """
    if any(leaf.kind == KIND for leaf in leaves(expect)):
        error = ValueError(f"`{KIND}` compares vectors, and params.yaml names no `embedder`")
        error.add_note("add `embedder: ALIAS`, a pin of `models:` whose provider is `openai-embeddings`")
        raise error


def texts_of(answers: Iterable[tuple[str, Case, Completion]]) -> dict[str, str]:
    """Return the texts that marking some answers compares, each with the first trial that needs it.

    Args:
        answers: A trial's name, its case and its answer.
    """
    found: dict[str, str] = {}
    for name, case, said in answers:
        for text in needed(case, said):
            found.setdefault(text, name)
    return found


def finder(vectors: Mapping[str, Outcome]) -> Find:
    """Return what finds the vector of a text among those that came."""

    def find(text: str) -> tuple[float, ...]:
        match vectors[text]:
            case Failure(reason):
                raise UnableError(f"no vector of {quote(text)}: {reason}")
            case Completion(packed):
                try:
                    return unpack(packed)
                except ValueError as error:
                    raise UnableError(f"no vector of {quote(text)}: {error}") from None

    return find
