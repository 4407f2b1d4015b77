"""Strict YAML: plain data with the line of every value; no aliases, no tags, no duplicate keys."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import isinf
from typing import NoReturn

import yaml

from harness.core.errors import ContentError, Origin
from harness.core.jsons import Json

FILE_LIMIT = 1_000_000
"""Bytes of the largest YAML file that is read."""

DEPTH_LIMIT = 32
NODE_LIMIT = 50_000

type Place = tuple[str | int, ...]
"""The way to a value: keys and indexes from the top."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = re.compile(r"[-+]?[0-9]{1,300}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_CONFLICT = re.compile(rb"^(?:<{7}|>{7}) ", re.MULTILINE)
_TAB = re.compile(r" *\t")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Document:
    """A YAML file as plain data, and where each value stands."""

    path: str
    value: Json
    places: dict[Place, int]
    """The line of each value; for a key, the line of the key."""

    def origin(self, place: Place = ()) -> Origin:
        """Return the line of a value, or of the nearest thing around it."""
        while place and place not in self.places:
            place = place[:-1]
        return Origin(self.path, self.places.get(place, 1))

    def text_line(self, place: Place) -> int:
        """Return the line on which a text begins: in a block (`|`), the one below its key."""
        return self.places.get((*place, ""), self.origin(place).line)


def refuse_conflict(data: bytes, where: Origin) -> None:
    """Refuse bytes, which begin at `where`, in which git left the two sides of a merge conflict.

    Raises:
        ContentError: At the first marker.
    """
    if found := _CONFLICT.search(data):
        line = where.line + data.count(b"\n", 0, found.start())
        hint = "keep what is right of both sides, and delete the markers"
        raise ContentError("a merge conflict marker", where=Origin(where.path, line), hint=hint)


def decode(data: bytes, path: str) -> str:
    """Return a file's text, without the mark with which some editors begin UTF-8.

    Raises:
        ContentError: It is not UTF-8, holds NUL or another control character, or a merge conflict.
    """
    refuse_conflict(data, Origin(path, 1))
    try:
        text = data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ContentError("not UTF-8 text", where=Origin(path, line), hint="save the file as UTF-8") from None
    if found := _CONTROL.search(text):
        line = text.count("\n", 0, found.start()) + 1
        what = f"control character U+{ord(found.group()):04X} in the file"
        raise ContentError(what, where=Origin(path, line), hint="remove it")
    return text


def read_yaml(data: bytes, path: str) -> Document:
    """Return a YAML file as data, by the YAML 1.2 rules for plain scalars (`no` and dates are text).

    Raises:
        ContentError: It is not YAML, or uses aliases, tags, duplicate keys, several documents or endless nesting.
    """
    text = decode(data, path)
    reader = _Reader(path)
    try:
        return reader.read(yaml.parse(text, Loader=_LOADER))
    except yaml.MarkedYAMLError as error:
        raise _syntax_fault(error, text, path) from None
    except yaml.reader.ReaderError as error:
        where = Origin(path, text.encode().count(b"\n", 0, error.position) + 1)
        hint = "remove it, or write its escape in double quotes"
        raise ContentError(f"character U+{error.character:04X} is not allowed", where=where, hint=hint) from None


def _syntax_fault(error: yaml.MarkedYAMLError, text: str, path: str) -> ContentError:
    line = error.problem_mark.line + 1 if error.problem_mark else 1
    what, hint = f"not valid YAML: {error.problem or error.context}", "check indentation, colons and quotes"
    if _TAB.match("".join(text.split("\n")[line - 1 : line])):
        what, hint = "the line is indented with a tab", "YAML indents with spaces; replace the tab"
    return ContentError(what, where=Origin(path, line), hint=hint)


class _Reader:
    """Builds plain data from the parser's events, so that nothing is expanded before it is checked."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.places: dict[Place, int] = {}
        self.values = 0

    def read(self, events: Iterator[yaml.Event]) -> Document:
        value: Json = None
        documents = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._refuse("a second document", event, "keep one of the two")
                value = self._value(next(events), events, ())
        if documents == 0:
            raise ContentError("the file is empty", where=Origin(self.path, 1))
        return Document(self.path, value, self.places)

    def _refuse(self, what: str, event: yaml.Event, hint: str = "write it out") -> NoReturn:
        raise ContentError(f"{what} is not allowed", where=Origin(self.path, _line(event)), hint=hint)

    def _value(self, event: yaml.Event, events: Iterator[yaml.Event], place: Place) -> Json:
        if not isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) or event.anchor:
            self._refuse("a YAML anchor or alias", event)
        if event.tag:
            self._refuse(f"the YAML tag `{event.tag}`", event)
        if len(place) > DEPTH_LIMIT:
            self._refuse(f"nesting deeper than {DEPTH_LIMIT} levels", event, "flatten it")
        self.values += 1
        if self.values > NODE_LIMIT:
            self._refuse(f"a file of more than {NODE_LIMIT} values", event, "split it")
        self.places.setdefault(place, _line(event))
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, place)
        if isinstance(event, yaml.SequenceStartEvent):
            items: list[Json] = []
            while not isinstance(inner := next(events), yaml.SequenceEndEvent):
                items.append(self._value(inner, events, (*place, len(items))))
            return items
        return self._mapping(events, place)

    def _mapping(self, events: Iterator[yaml.Event], place: Place) -> Json:
        pairs: dict[str, Json] = {}
        while not isinstance(key := next(events), yaml.MappingEndEvent):
            if not isinstance(key, yaml.ScalarEvent) or key.tag or key.anchor:
                self._refuse("a key that is not plain text", key, "write a plain word")
            name = str(key.value)
            if name in pairs:
                self._refuse(f"the key `{name}` a second time", key, "keep one of the two")
            if name == "<<" and not key.style:
                self._refuse("a YAML merge key", key)
            self.places[(*place, name)] = _line(key)
            pairs[name] = self._value(next(events), events, (*place, name))
        return pairs

    def _scalar(self, event: yaml.ScalarEvent, place: Place) -> Json:
        text: str = event.value
        if event.style:
            self.places[(*place, "")] = _line(event) + (event.style in "|>")
            return text
        self.places[(*place, "")] = _line(event)
        if text in _NULL:
            return None
        if text in _BOOLS:
            return _BOOLS[text]
        if _INT.fullmatch(text):
            return int(text)
        if not _FLOAT.fullmatch(text):
            return text
        if isinf(number := float(text)):
            self._refuse(f"a number as large as {text}", event, "write one below 1e308")
        return number


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 0
