"""A mapping of a YAML file as it is read: each key is asked for by its type, and none may be left over."""

from collections.abc import Callable, Mapping
from typing import NamedTuple, NoReturn

from harness.core.errors import ContentError, Origin
from harness.core.jsons import Json

type Place = tuple[str | int, ...]
type Where = Callable[[Place], Origin]
"""Returns the line of a value, by the keys and indexes that lead to it."""


class Source(NamedTuple):
    """A YAML file as plain data, and where each value stands."""

    path: str
    value: Json
    where: Where


class Keys:
    """One mapping, read key by key."""

    def __init__(self, source: Source, place: Place, value: Json) -> None:
        """Open the mapping that stands at a place.

        Raises:
            ContentError: Something else stands there.
        """
        self.source, self.place = source, place
        if not isinstance(value, dict):
            self.refuse("a mapping is expected here")
        self._value: dict[str, Json] = value
        self._asked: set[str] = set()

    def refuse(self, what: str, key: str = "", hint: str = "") -> NoReturn:
        """Raise an error at the line of a key, or of the mapping."""
        raise ContentError(what, where=self.origin(key), hint=hint)

    def origin(self, key: str = "") -> Origin:
        """Return the line of a key, or of the mapping."""
        return self.source.where((*self.place, key) if key else self.place)

    def value(self, key: str) -> Json:
        """Return the value of a key, or None."""
        self._asked.add(key)
        return self._value.get(key)

    def text(self, key: str) -> str:
        """Return a text; what YAML reads as a number or as true is one here."""
        found = self.value(key)
        if isinstance(found, list | dict):
            self.refuse(f"`{key}` is a text", key)
        if isinstance(found, bool):
            return str(found).lower()
        return "" if found is None else str(found)

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts; a single one may stand by itself."""
        found = self.value(key)
        items = found if isinstance(found, list) else [] if found is None else [found]
        return tuple(str(item) for item in items)

    def plain(self, key: str) -> Mapping[str, Json]:
        """Return a mapping whose values hold neither lists nor mappings."""
        found = self.mapping(key)
        for name, item in found.items():
            if isinstance(item, list | dict):
                self.refuse(f"`{key}.{name}` is a text", key)
        return found

    def mapping(self, key: str) -> Mapping[str, Json]:
        """Return a mapping, or an empty one."""
        found = self.value(key)
        if found is None:
            return {}
        if not isinstance(found, dict):
            self.refuse(f"`{key}` is a mapping", key)
        return found

    def inner(self, key: str) -> Mapping[str, "Keys"]:
        """Return the mappings below the names below a key; a name with nothing below it has an empty one."""
        return {
            name: Keys(self.source, (*self.place, key, name), {} if value is None else value)
            for name, value in self.mapping(key).items()
        }

    def items(self, key: str) -> list["Keys"]:
        """Return the mappings in the list below a key."""
        found = self.value(key)
        if not isinstance(found, list) or not found:
            self.refuse(f"`{key}` is a list with at least one entry", key)
        return [Keys(self.source, (*self.place, key, at), item) for at, item in enumerate(found)]

    def all(self) -> Mapping[str, Json]:
        """Return the whole mapping; every key of it is known."""
        self._asked.update(self._value)
        return self._value

    def done(self) -> None:
        """Refuse what nobody asked for.

        Raises:
            ContentError: With the line of the first key that is left over.
        """
        for key in self._value:
            if key not in self._asked:
                known = ", ".join(sorted(self._asked))
                self.refuse(f"the key `{key}` is not known here", key, hint=f"known are: {known}")
