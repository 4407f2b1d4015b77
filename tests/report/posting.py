"""Where verdicts are posted in tests, and how a table of a comment is read."""

import re

from harness.core.forge import Posting
from harness.core.verdict import Check, Outcome, Rule
from harness.report.marker import Mark

HEAD = "1" * 40
POSTED = Posting(42, HEAD, 1873, 2, {"report": "https://example.com/r", "run": "https://example.com/w"})
MARK = Mark(42, HEAD, 1873, 2, "blocked")
VARYING = Check(
    Outcome.BLOCKED, Rule.PAIRED, "regression", "support-answer", "a sentence", gate="answers", base=0.813,
    candidate=0.752, n=40, margin=0.05, runs=412, low=-0.086, high=-0.036, ratio=6.1,
)  # fmt: skip


def rows(comment: str, head: str) -> list[list[str]]:
    """Return the cells of the first table below a heading or a word."""
    below = comment[comment.index(head) :]
    found = re.search(r"(?:^\|.*\n)+", below, re.MULTILINE)
    assert found
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in found[0].splitlines()]
