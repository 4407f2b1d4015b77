"""Changes of an environment's file that leave all else as people wrote it, comments and order too."""

import re
from dataclasses import replace

from harness.content.environments import read_environment
from harness.content.yaml_reader import Document, read_yaml
from harness.core.environment import Quarantined
from harness.core.errors import ContentError
from harness.core.release import PREFIX

_RELEASE = re.compile(r"release:[^#\r\n]*?(\s+#[^\r\n]*)?(\r?\n)?")


def rewritten(data: bytes, path: str, release: str, *recalled: Quarantined) -> bytes:
    """Return an environment's file in which it runs another release, and some more are in quarantine.

    Raises:
        ContentError: It is written in a way in which only a person can change it.
    """
    before = read_environment(data, path)
    wanted = replace(before, release=release, quarantine=(*recalled, *before.quarantine))
    document = read_yaml(data, path)
    lines = data.decode("utf-8-sig").splitlines(keepends=True)
    end = "\r\n" if lines[0].endswith("\r\n") else "\n"
    lines[-1] = lines[-1].rstrip("\r\n") + end
    for entry in recalled:
        _recall(lines, document, entry, end)
    _point(lines, document, release, end)
    text = "".join(lines).encode()
    try:
        done = read_environment(text, path) == wanted
    except ContentError:
        done = False
    if not done:
        hint = "write each key on a line of its own, and begin each entry of `quarantine:` with `- `"
        raise ContentError("nobody but you can change this file", where=document.origin(), hint=hint)
    return text


def _point(lines: list[str], document: Document, release: str, end: str) -> None:
    """Let the file run a release; a comment behind the old one stays."""
    said = f"release: {PREFIX}{release}"
    at = _line(document, "release")
    if at is None:
        first = min(line for place, line in document.places.items() if place)
        lines.insert(first - 1, said + end)
    elif found := _RELEASE.fullmatch(lines[at]):
        lines[at] = f"{said}{found[1] or ''}{end}"


def _recall(lines: list[str], document: Document, entry: Quarantined, end: str) -> None:
    """Put an entry below the others, or begin the list at the end of the file."""
    indent, at = "  ", len(lines)
    first, key = _line(document, "quarantine", 0), _line(document, "quarantine")
    if first is not None:
        indent, at = lines[first][: -len(lines[first].lstrip())], first
    elif key is not None:
        lines[key] = f"quarantine:{end}"
        at = key + 1
    else:
        lines.append(f"quarantine:{end}")
        at += 1
    said = {"release": f"{PREFIX}{entry.release}", "reason": entry.reason, "at": entry.at, "by": entry.by}
    texts = [f"{name}: {_quoted(value)}" for name, value in said.items()]
    marks = [f"{indent}- ", *[f"{indent}  "] * (len(texts) - 1)]
    lines[at:at] = [f"{mark}{text}{end}" for mark, text in zip(marks, texts, strict=True)]


def _quoted(text: str) -> str:
    """Return a text as YAML that means no other, on one line."""
    plain = (char if char.isprintable() and char not in '"\\' else f"\\U{ord(char):08x}" for char in text)
    return f'"{"".join(plain)}"'


def _line(document: Document, *place: str | int) -> int | None:
    """Return the index of the line on which a value begins."""
    return document.places[place] - 1 if place in document.places else None
