"""The key `user` of a case: whom a model plays in a conversation."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import Field

from harness.core.case import User

MOST_TURNS = 20
"""What a user says after the first question, at most."""

type Told = Annotated[str, Field(pattern=r"\S", max_length=4_000)]
"""A text that says something."""


@dataclass(frozen=True, slots=True)
class UserEntry:
    """Who a user is, key by key."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    goal: Told
    turns: Annotated[int, Field(ge=1, le=MOST_TURNS, strict=True)]
    persona: Told = ""


def user_of(entry: UserEntry | None) -> User | None:
    """Return whom a model plays in a case."""
    return User(entry.goal, entry.turns, entry.persona) if entry else None
