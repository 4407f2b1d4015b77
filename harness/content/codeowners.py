"""CODEOWNERS: whose approval a file needs, by the last line that fits it."""

import re
from collections.abc import Iterable, Iterator
from functools import cache

PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
"""Where it is looked for; the first that is there counts."""
_PIECE = re.compile(r"\*\*/|/\*\*$|\*\*|\*|\?|.", re.DOTALL)
_MEANT = {"**/": "(?:.*/)?", "/**": "/.*", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def unowned(data: bytes, paths: Iterable[str]) -> Iterator[str]:
    """Yield the files that nobody owns: no line fits, or the last that does names nobody."""
    lines = [words for line in data.decode(errors="replace").splitlines() if (words := _words(line))]
    for path in paths:
        last = next((words for words in reversed(lines) if _pattern(words[0]).fullmatch(path)), [])
        if len(last) < 2:  # noqa: PLR2004 (a pattern, and an owner)
            yield path


def _words(line: str) -> list[str]:
    return re.split(r"(?:^|\s)#", line, maxsplit=1)[0].split()


@cache
def _pattern(written: str) -> re.Pattern[str]:
    """Return a pattern of GitHub's: as in .gitignore, but `folder/*` means no folders below."""
    anchored = "/" in written.rstrip("/")
    body = "".join(_MEANT.get(piece) or re.escape(piece) for piece in _PIECE.findall(written.strip("/")))
    start = "" if anchored else "(?:.*/)?"
    below = "/.+" if written.endswith("/") else "" if written.endswith("/*") else "(?:/.*)?"
    return re.compile(f"{start}{body}{below}", re.DOTALL)
