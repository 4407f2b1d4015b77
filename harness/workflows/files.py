"""The files by which a step speaks to its runner, and what its log must not show."""

import re
from collections.abc import Iterable, Mapping

from harness.core.errors import ContentError

_MASK = re.compile(r"^::add-mask::(.*)$", re.MULTILINE)


def read_pairs(text: str) -> Mapping[str, str]:
    """Return what a step wrote into `GITHUB_OUTPUT` or `GITHUB_ENV`: `name=value`, or several lines between marks.

    Raises:
        ContentError: A line is neither, or the closing mark is missing.
    """
    found: dict[str, str] = {}
    lines = iter(text.splitlines())
    for line in lines:
        name, equals, value = line.partition("=")
        opened, several, mark = line.partition("<<")
        if several and (not equals or len(opened) < len(name)):
            found[opened] = "\n".join(_until(lines, mark))
        elif equals and name:
            found[name] = value
        elif line.strip():
            raise ContentError(f"`{line}` is not `name=value`", hint="write `name=value`, or a block with `name<<END`")
    return found


def _until(lines: Iterable[str], mark: str) -> Iterable[str]:
    for line in lines:
        if line == mark:
            return
        yield line
    raise ContentError(f"the block that ends with `{mark}` does not end")


def masks(log: str) -> list[str]:
    """Return the words that a log asks to be hidden."""
    return [word.strip() for word in _MASK.findall(log) if word.strip()]


def masked(log: str, words: Iterable[str]) -> str:
    """Return a log in which secret words, and each line of those with several, are hidden."""
    lines = {line for word in words for line in (word, *word.splitlines()) if line.strip()}
    for line in sorted(lines, key=len, reverse=True):
        log = log.replace(line, "***")
    return log
