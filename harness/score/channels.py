"""Everything an answer says, channel by channel: its text, and each tool call's name and arguments.

What is written to hide from a reader (full-width letters, invisible characters, HTML entities) is read a second time.
"""

import json
import re
import unicodedata
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple

from harness.core.completion import Completion
from harness.core.jsons import Json
from harness.core.score import Mark
from harness.score.wording import cut, quote, visible

LONGEST_NAME = 30
"""Characters of a tool's name that a reason shows."""
TAGS = range(0xE0020, 0xE007F)
"""Code points that mirror ASCII and show nothing."""


class Channel(NamedTuple):
    """One place where an answer says something."""

    name: str
    text: str
    spoken: bool = True
    """False for what a tool is called with, of which nothing is a quotation or a refusal."""


class _Folding(dict[int, str]):
    """A table for `str.translate` that learns each character when it is first met."""

    def __missing__(self, code: int) -> str:
        char = chr(code - 0xE0000) if code in TAGS else chr(code)
        hidden = unicodedata.category(char) in {"Cf", "Mn", "Me"}
        folded = "" if hidden else unicodedata.normalize("NFKC", char)
        self[code] = folded
        return folded


_FOLDING = _Folding()
_FOREIGN = re.compile(r"[^\x00-\x7f]+")


def fold(text: str) -> str:
    """Return a text in plain characters: compatibility forms resolved, invisible characters and accents apart gone."""
    return text if text.isascii() else _FOREIGN.sub(lambda run: run.group().translate(_FOLDING), text)


def leaves(value: Json) -> Iterator[str]:
    """Yield every key and every value of a JSON value as text, in order; depth does not matter."""
    rest = [value]
    while rest:
        item = rest.pop()
        if isinstance(item, dict):
            rest.extend(part for pair in reversed(item.items()) for part in reversed(pair))
        elif isinstance(item, list):
            rest.extend(reversed(item))
        else:
            yield item if isinstance(item, str) else json.dumps(item)


def channels(answer: Completion) -> Iterator[Channel]:
    """Yield what an answer says: its text, then what each tool is called with, one key or value a line."""
    yield Channel("the text", answer.text)
    for call in answer.tool_calls:
        name = cut(visible(call.name[: LONGEST_NAME + 1]), LONGEST_NAME)
        yield Channel(f"the call of {name}", "\n".join([call.name, *leaves(call.arguments)]), spoken=False)


def views(answer: Completion) -> Iterator[Channel]:
    """Yield each channel as it is written, then folded and with HTML entities resolved, where that differs."""
    for channel in channels(answer):
        yield channel
        folded = fold(channel.text)
        if folded != channel.text:
            yield channel._replace(name=f"{channel.name}, folded,", text=folded)
        plain = unescape(folded)
        if plain != folded:
            yield channel._replace(name=f"{channel.name}, unescaped,", text=plain)


def found(what: str, view: Channel, start: int, end: int) -> Mark:
    """Return the mark of what was found: what, in which view, from where to where, and how it reads there."""
    return Mark(1.0, f"{what} in {view.name} at {start}-{end}, {quote(view.text, start)}")


def clear(answer: Completion, what: str) -> Mark:
    """Return the mark of an answer in which nothing was found."""
    return Mark(0.0, f"{what}, {quote(answer.text.strip())}")
