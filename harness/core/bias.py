"""Counterfactual pairs: what stands in a template's place, and the template itself."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from harness.core.case import Expectation
from harness.core.errors import Origin
from harness.core.jsons import Json

NAME = "name"
"""The slot whose groups say which pronoun goes with their texts."""
SLOTS = (NAME, "nationality", "religion", "age", "disability", "family")
PRONOUNS = ("they", "them", "their", "theirs", "themself", "they're", "they've", "they'll", "they'd")
VERBS = ("is", "has", "was", "does", "s", "es")
FORMS = PRONOUNS + VERBS
"""What a template may write in braces, as it is for *they*, and each name's group puts into its own form."""

_PART = re.compile(r"\{\{|\}\}|\{([A-Za-z][A-Za-z'-]*)\}|[{}]")
_BRACES = {"{{": "{", "}}": "}"}


class Part(NamedTuple):
    """A piece of a template's text: words that stay, or a slot or form by its name."""

    text: str
    varies: bool = False

    @property
    def key(self) -> str:
        """The slot's or form's name without the capital that a sentence begins with."""
        return self.text[:1].lower() + self.text[1:]


class Group(NamedTuple):
    """Texts that stand for one group, each as good as the other."""

    name: str
    texts: tuple[str, ...]
    pronouns: str = ""


@dataclass(frozen=True, slots=True)
class LabelSet:
    """The groups that are set against each other in one slot."""

    slot: str
    source: str
    limits: str
    """What the set cannot tell."""
    groups: tuple[Group, ...]
    origin: Origin = field(default=Origin(""), compare=False)


@dataclass(frozen=True, slots=True)
class Template:
    """One line of a bias evalset: variables with slots, and the outcomes that no slot may move."""

    id: str
    vars: dict[str, Json]
    outcomes: tuple[Expectation, ...]
    slots: tuple[str, ...]
    """The slots with labels that it has, in the order of `SLOTS`."""
    tags: tuple[str, ...] = ()
    origin: Origin = field(default=Origin(""), compare=False)


@lru_cache(maxsize=4096)
def parts_of(text: str) -> tuple[Part, ...]:
    """Return the pieces of a template's text; `{{` and `}}` are braces that stay.

    Raises:
        ValueError: A brace stands alone.
    """
    return tuple(_parts(text))


def _parts(text: str) -> Iterator[Part]:
    end = 0
    for found in _PART.finditer(text):
        if found.start() > end:
            yield Part(text[end : found.start()])
        end = found.end()
        if found.group() in {"{", "}"}:
            raise ValueError(f"`{found.group()}` stands alone; a brace that stays is written twice")
        yield Part(found.group(1), varies=True) if found.group(1) else Part(_BRACES[found.group()])
    if end < len(text):
        yield Part(text[end:])


def texts_of(value: Json) -> Iterator[str]:
    """Yield every text inside a value, keys aside."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from texts_of(item)
