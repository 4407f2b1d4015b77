"""A page of documentation as what it says is typed and answered, and whether it came so."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_DIGITS = re.compile(r"\b(?=[a-f]*[0-9])(?:[0-9a-f]{12}|[0-9a-f]{7})\b")
"""A digest or a commit on the page: it stands for another, and always for the same."""


@dataclass(frozen=True)
class Step:
    """One command, over as many lines as it takes, and the lines that it answers; `...` stands for anything."""

    command: str
    answers: tuple[str, ...]


def steps(page: str) -> Iterator[Step]:
    """Yield what a page tells to type, in order."""
    for block in re.findall(r"```console\n(.*?)```", page, re.DOTALL):
        for typed in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            lines = typed.splitlines()
            here = re.search(r"<<'(\w+)'", lines[0])
            end = lines.index(here[1]) + 1 if here else 1
            yield Step("\n".join(lines[:end]), tuple(lines[end:]))


class Names:
    """What each digest of the page is in truth, as far as it was seen."""

    def __init__(self) -> None:
        """Know none."""
        self._known: dict[str, str] = {}

    def real(self, text: str) -> str:
        """Return a text with the digests that are known by now in place of the page's."""
        return _DIGITS.sub(lambda found: self._known.get(found[0], found[0]), text)

    def learn(self, answers: tuple[str, ...], said: str) -> bool:
        """Return whether what was said is what the page shows, and keep what its digests are."""
        fits = re.fullmatch(self._pattern(answers), said)
        if fits:
            self._known |= {name[1:]: value for name, value in fits.groupdict().items()}
        return bool(fits)

    def _pattern(self, answers: tuple[str, ...]) -> str:
        new: set[str] = set()

        def named(found: re.Match[str]) -> str:
            digits = found[0]
            if digits in self._known:
                return self._known[digits]
            if digits in new:
                return f"(?P=d{digits})"
            new.add(digits)
            return f"(?P<d{digits}>[0-9a-f]{{{len(digits)}}})"

        lines = (
            r"(?:.*\n)*?" if line == "..." else _DIGITS.sub(named, re.escape(line).replace(r"\.\.\.", ".*")) + r"\n"
            for line in answers
        )
        return "".join(lines)
