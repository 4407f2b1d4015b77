"""What a reader sees in the messages: documents, the question, fields, and the instructions around them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from harness.core.prompt import Message

TEXT_LIMIT = 400_000
"""Characters of one message that are read."""
_DOCUMENT = re.compile(r'<document id="([^"\n]{1,200})">(.*?)(?:</document>|\Z)', re.DOTALL)
_QUESTION = re.compile(r"^(?:question|frage|pregunta)\s*:\s*", re.IGNORECASE | re.MULTILINE)
_FIELD = re.compile(r"^\s*[-*]?\s*([A-Za-z][\w ]{0,40}?)\s*:\s*(\S.*?)\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Document:
    """A source with the id by which it is cited."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Layout:
    """The parts of a request that a reader tells apart."""

    system: str
    documents: tuple[Document, ...]
    user: str
    """The last user message without its documents."""
    question: str
    fields: dict[str, str]
    """`name: value` lines of the user's text, names in lower case."""


def lay_out(messages: Sequence[Message]) -> Layout:
    """Return the parts of a request."""
    system = "\n".join(message.content for message in messages if message.role == "system")[:TEXT_LIMIT]
    turns = [message.content[:TEXT_LIMIT] for message in messages if message.role == "user"]
    documents = [doc for text in (*turns, system) for doc in _documents(text)]
    user = _DOCUMENT.sub("", turns[-1] if turns else "").strip()
    found = {name.strip().lower().replace(" ", "_"): value for name, value in _FIELD.findall(user)}
    return Layout(_DOCUMENT.sub("", system), tuple(documents), user, _question(user), found)


@lru_cache(maxsize=512)
def _documents(text: str) -> tuple[Document, ...]:
    return tuple(Document(name, body.strip()) for name, body in _DOCUMENT.findall(text))


def _question(user: str) -> str:
    parts = _QUESTION.split(user)
    return parts[-1].strip() if len(parts) > 1 else user
