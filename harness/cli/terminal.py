"""A person at the terminal, or a program that types in their place."""

import shutil
import sys
from collections.abc import Iterable

import click

_LONGEST = 1_000
"""Characters of a line that are read; nothing that is asked for is as long."""


class Terminal:
    """See `flows.judge_label.Person`."""

    @property
    def width(self) -> int:
        """The terminal's columns; 80 where there is none."""
        return shutil.get_terminal_size().columns

    def tell(self, lines: Iterable[str]) -> None:
        """Show lines."""
        for line in lines:
            click.echo(line)

    def hear(self, question: str) -> str | None:
        """Return the line that is typed; None at the end of the input, or when the person breaks off."""
        try:  # who sees the question may break off at once
            click.echo(question, nl=False)
            typed = sys.stdin.buffer.readline(_LONGEST).decode(errors="replace")
        except KeyboardInterrupt:
            typed = ""
        if not typed or not sys.stdin.isatty():  # nobody's own return key has ended the line
            click.echo()
        return typed or None
