"""What a reader sees in the messages: documents, the question, fields, and the instructions around them."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from harness.core.prompt import Message

TEXT_LIMIT = 400_000
"""Characters of one message that are read."""
_DOCUMENT = re.compile(r'<document id="([^"\n]{1,200})">(.*?)(?:</document>|\Z)', re.DOTALL)
_QUESTION = re.compile(r"^(?:question|frage|pregunta)[ \t]*:[ \t]*", re.IGNORECASE | re.MULTILINE)
_FIELD = re.compile(r"^[ \t]*(?:[-*][ \t]*)?([A-Za-z][\w ]{0,40}?)[ \t]*:[ \t]*(\S.*)$", re.MULTILINE)


class Document(NamedTuple):
    """A source with the id by which it is cited."""

    id: str
    text: str


class Layout(NamedTuple):
    """The parts of a request that a reader tells apart."""

    system: str
    documents: tuple[Document, ...]
    user: str
    """The last user message without its documents."""
    question: str
    prose: str
    """The user's text without its `name: value` lines; all of it when there is nothing else."""
    fields: dict[str, str]
    """`name: value` lines of the user's text, names in lower case; the first of a name counts."""


def lay_out(messages: Sequence[Message]) -> Layout:
    """Return the parts of a request."""
    system = "\n".join(message.content for message in messages if message.role == "system")[:TEXT_LIMIT]
    turns = [message.content[:TEXT_LIMIT] for message in messages if message.role == "user"]
    documents = tuple(document for text in (*turns, system) for document in _documents(text))
    user = _DOCUMENT.sub("", turns[-1] if turns else "").strip()
    fields: dict[str, str] = {}
    for name, value in _FIELD.findall(user):
        fields.setdefault(name.lower().replace(" ", "_"), value.rstrip())
    prose = _FIELD.sub("", user).strip() or user
    return Layout(_DOCUMENT.sub("", system), documents, user, _question(user), prose, fields)


@lru_cache(maxsize=512)
def _documents(text: str) -> tuple[Document, ...]:
    return tuple(Document(name, body.strip()) for name, body in _DOCUMENT.findall(text))


def _question(user: str) -> str:
    parts = _QUESTION.split(user)
    return parts[-1].strip() if len(parts) > 1 else user
