"""An attack that another tool wrote, and the way to it through a file that is not ours."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from harness.core.errors import ContentError, Origin
from harness.core.json_reader import NotJsonError, read_json
from harness.core.jsons import Json
from harness.core.words import named

DEEPEST = 100
_LEVELS = 8
"""Of messages in conversations in messages; a YAML file can make a value hold itself."""
_SAID_IN = ("content", "text", "prompt", "message", "input", "query", "question")
"""Keys under which a tool or an application keeps what a user says."""


class ImportedAttack(NamedTuple):
    """What was said to an application to attack it."""

    text: str
    """Of a conversation, what the user said last."""
    source: str
    """The tool."""
    family: str
    """What the tool calls this kind of attack."""


class Node(NamedTuple):
    """A value in somebody else's file, which knows where it stands."""

    value: Json
    origin: Origin
    place: str = ""
    """The way to it, such as `results[3].vars`."""

    def has(self, key: str) -> bool:
        """Return whether it is a mapping with this key, and something there."""
        return isinstance(self.value, dict) and self.value.get(key) is not None

    def at(self, key: str) -> "Node":
        """Return the value of a key.

        Raises:
            ContentError: It is no mapping, or has nothing there.
        """
        place = f"{self.place}.{key}" if self.place else key
        if not isinstance(self.value, dict):
            raise ContentError(f"`{self.place or 'the file'}` should be a mapping with keys", where=self.origin)
        if self.value.get(key) is None:
            known = [str(name) for name in self.value]
            hint = f"there is: {named(known, 8)}" if known else ""
            raise ContentError(f"the key `{place}` is missing", where=self.origin, hint=hint)
        return Node(self.value[key], self.origin, place)

    def items(self) -> list["Node"]:
        """Return the elements of a list.

        Raises:
            ContentError: It is no list.
        """
        if not isinstance(self.value, list):
            raise ContentError(f"`{self.place}` should be a list", where=self.origin)
        return [Node(item, self.origin, f"{self.place}[{number}]") for number, item in enumerate(self.value)]

    def text(self) -> str:
        """Return the text that stands here.

        Raises:
            ContentError: It is no text.
        """
        if not isinstance(self.value, str):
            raise ContentError(f"`{self.place}` should be a text", where=self.origin)
        return self.value

    def said(self) -> str:
        """Return what a user says here: a text, a message, the last of a user's messages, or the one text there is.

        Empty where it is none of these, such as an image.
        """
        return _said(self.value)


def _said(value: Json, levels: int = _LEVELS) -> str:
    if isinstance(value, str):
        return value
    if not levels:
        return ""
    if isinstance(value, list):
        return next((text for item in reversed(value) if _is_users(item) and (text := _said(item, levels - 1))), "")
    if not isinstance(value, dict):
        return ""
    for key in ("turns", "messages", *_SAID_IN):
        if text := _said(value.get(key), levels - 1):
            return text
    texts = [one for one in value.values() if isinstance(one, str)]
    return texts[0] if len(value) == len(texts) == 1 else ""


def _is_users(message: Json) -> bool:
    return not isinstance(message, dict) or message.get("role") in {None, "user"}


def json_node(text: str, origin: Origin) -> Node:
    """Return a JSON text as a node.

    Raises:
        ContentError: It is not JSON.
    """
    try:
        return Node(read_json(text, deepest=DEEPEST), origin)
    except NotJsonError as error:
        raise ContentError(f"not valid JSON: {error}", where=origin) from None


def some(attacks: Iterable[ImportedAttack], path: str, hint: str) -> tuple[ImportedAttack, ...]:
    """Return the attacks that say something, each once, in their order.

    Raises:
        ContentError: There is none.
    """
    found: Sequence[ImportedAttack] = [one for one in dict.fromkeys(attacks) if one.text.strip()]
    if not found:
        raise ContentError("no attack is in the file", where=Origin(path), hint=hint)
    return tuple(found)
