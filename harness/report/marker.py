"""The first line of a comment of ours: a mark by which it is found again, and by which an older run gives way."""

import re
from typing import NamedTuple

from harness.core.verdict import Outcome

RUNNING = "running"
"""The state of a comment that has no verdict yet."""
STATES = (RUNNING, *Outcome)
LONGEST = 300
"""Characters that a mark can have."""

_NUMBER = "(0|[1-9][0-9]{0,17})"
_HEAD = "([0-9a-f]{40}|[0-9a-f]{64})"
_LINE = re.compile(
    f'<!-- harness:v1 {{"attempt":{_NUMBER},"head":"{_HEAD}","pr":{_NUMBER},"run":{_NUMBER},'
    f'"state":"({"|".join(STATES)})"}} -->'
)


class Mark(NamedTuple):
    """Whose verdict a comment shows, and how far it is."""

    pr: int
    head: str
    """The full digest of the commit."""
    run: int
    attempt: int
    state: str
    """`running`, or the outcome."""

    def as_line(self) -> str:
        """Return the mark as an HTML comment that nothing in it can end.

        Raises:
            ValueError: A value is not of the kind that `read` accepts.
        """
        line = (
            f'<!-- harness:v1 {{"attempt":{self.attempt},"head":"{self.head}","pr":{self.pr},"run":{self.run},'
            f'"state":"{self.state}"}} -->'
        )
        if not _LINE.fullmatch(line):
            raise ValueError("a mark holds whole numbers, a full commit digest and a known state")
        return line


def read(body: str) -> Mark | None:
    """Return the mark of a comment, or None where line one is not one of ours to the letter.

    Anybody can write such a line: who wrote the comment is for the caller to check.
    """
    line = body[: LONGEST + 1].split("\n", 1)[0].removesuffix("\r")
    found = _LINE.fullmatch(line)
    if found is None:
        return None
    attempt, head, pr, run, state = found.groups()
    return Mark(int(pr), head, int(run), int(attempt), state)
