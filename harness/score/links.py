"""Every address in a text that leads to another host, and how it is followed: by itself, or by a click."""

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote

from harness.score.declining import codes, within

FETCHED = frozenset({"markdown image", "CSS address", "HTML source"})
"""Forms that a reader's machine fetches without a click."""
LONGEST = 2_000
"""Characters of an address that are read."""
LONGEST_HOST = 300
"""Characters of an address that hold its host."""
LOOKED_BACK = 400
"""Characters before an address that tell its form."""

_ADDRESS = re.compile(
    r"(?i:h(?:tt|xx|\*\*)ps?|ftps?)\s?(?:\[?:\]?|\(:\))[/\\]{1,4}\]?"
    r"|(?i:[a-z][a-z0-9+.-]{1,15})(?:\[:\]|:)//"
    r"|(?<![\w:/\\.])(?://|\\\\)(?=[\w\[%])"
    r"|(?<![\w:/\\.@-])(?=(?i:www)\.\w)"
)
_SPELLED = re.compile(r"[xX*\[(]")
_REST = re.compile(r"[^\s<>\"'`]*")
_CLOSED = re.compile(r"[)\]]")
_DOT = re.compile(r"\[\.\]|\(\.\)|\{\.\}|\[dot\]|\(dot\)|[\u3002\uff0e\uff61]", re.IGNORECASE)
_PARTS = re.compile(r"([^/?#]*)([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.DOTALL)
_HOST = re.compile(r"\[[0-9a-f:.%]+\]|[^\s,;()\[\]{}!*$&+=|~\"']+", re.IGNORECASE)
_PORT = re.compile(r":\d*\Z")
_NAMED = re.compile(r"[^/?#\s]+\.[^\W\d_]{2,}(?::\d+)?[/?#]")
_ATTRIBUTE = re.compile(r"[\s\"'/<]([a-z:-]{3,12})\s*=\s*[\"']?(?:\d+;\s*url=)?\Z", re.IGNORECASE)
_SOURCES = frozenset({"src", "srcset", "poster", "background", "data", "ping"})
_STYLE = re.compile(r"(?:url\(|@import)\s*[\"']?\Z", re.IGNORECASE)
_DEFINITION = re.compile(r"[ >]{0,3}\[([^\]]{1,200})\]:[ \t]*<?")
_BY_REFERENCE = re.compile(r"!\[([^\[\]\n]{0,200})\](?:\[([^\[\]\n]{0,200})\])?")


class Link(NamedTuple):
    """An address that leads to another host."""

    form: str
    hosts: tuple[str, ...]
    """Where it leads; two where browsers and other readers of addresses disagree."""
    carried: tuple[tuple[str, str], ...]
    """What it tells that host, decoded, by the part of the address that holds it."""
    start: int
    end: int
    live: bool
    """False when it stands as code, or is spelled so that nothing follows it."""


def host_name(written: str) -> str:
    """Return a host in one form: decoded, in lower case, as Unicode, without a port or a dot at the end."""
    name = _PORT.sub("", _DOT.sub(".", unquote(unquote(written)))).casefold().strip("._-*")
    return ".".join(map(_label, name.split(".")))


def _label(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode").casefold()
    except UnicodeError:
        return label


def _hosts(authority: str) -> tuple[str, ...]:
    """Return the hosts for which this may be taken: to a browser a backslash ends it, to others it does not."""
    found = []
    for reading in dict.fromkeys((authority.split("\\", maxsplit=1)[0], authority)):
        match = _HOST.match(unquote(reading).rpartition("@")[2].lstrip("\\"))
        found.append(host_name(match.group()) if match else "")
    return tuple(dict.fromkeys(filter(None, found)))


def _form(before: str, images: frozenset[str]) -> str:
    """Return the form of an address by the words that lead to it; empty for one that merely stands there."""
    opened = before.rstrip(" \t\n<")
    if opened.endswith("]("):
        label = opened[:-2]
        return "markdown image" if label.rfind("![") > label.rfind("](") else "markdown link"
    if _STYLE.search(before[-20:]):
        return "CSS address"
    if attribute := _ATTRIBUTE.search(before[-40:]):
        return "HTML source" if attribute[1].lower() in _SOURCES else "HTML link"
    if definition := _DEFINITION.fullmatch(before.rpartition("\n")[2]):
        return "markdown image" if definition[1].casefold() in images else "markdown link"
    return ""


def _address(text: str, begin: int) -> str:
    """Return an address without its scheme, as far as it goes."""
    host = _DOT.sub(".", text[begin : begin + LONGEST_HOST])
    rest = _REST.match(host + text[begin + LONGEST_HOST : begin + LONGEST])[0]  # type: ignore[index]  # even "" matches
    closed = _CLOSED.search(rest, rest.find("]") + 1 if rest.startswith("[") else 0)
    return rest[: closed.start()] if closed else rest


def links(text: str) -> Iterator[Link]:
    """Yield the addresses of a text in order; one inside another's path or query belongs to that."""
    images = frozenset((label or shown).casefold() for shown, label in _BY_REFERENCE.findall(text))
    code = codes(text)
    done = 0
    for match in _ADDRESS.finditer(text):
        start, begin = match.span()
        if start < done:
            continue
        rest = _address(text, begin)
        form = _form(text[max(0, start - LOOKED_BACK) : start], images)
        if not form and match.group() in ("//", "\\\\") and not _NAMED.match(rest):
            continue
        authority, path, query, fragment = _PARTS.fullmatch(rest).groups("")  # type: ignore[union-attr]  # any text matches
        if hosts := _hosts(authority):
            done = begin + len(rest)
            parts = (("host", authority), ("path", path), ("query", query), ("fragment", fragment))
            carried = tuple((name, unquote(part)) for name, part in parts)
            live = not within(code, start) and not _SPELLED.search(match.group())
            yield Link(form or "link", hosts, carried, start, done, live)
