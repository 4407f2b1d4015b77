"""The error tree, which is also the tree of exit codes."""

from enum import IntEnum
from typing import NamedTuple


class ExitCode(IntEnum):
    """What `harness` tells the shell; promised for the command, not for `make`."""

    PASSED = 0
    """Every check passed, or there was nothing to judge."""
    BLOCKED = 1
    """At least one gate failed on evidence."""
    CONTENT = 2
    """A file or an option is wrong; nothing was judged."""
    INCONCLUSIVE = 3
    """Too little evidence: cases were redefined, too many cannot be compared, the run was interrupted."""
    UNAVAILABLE = 4
    """A service or a needed program was not available."""
    BUG = 70
    """Our fault."""


class Origin(NamedTuple):
    """A place in a file; line 0 means the file as a whole."""

    path: str
    line: int = 0

    def __str__(self) -> str:
        """Return `path:line`, or the path alone for a whole file."""
        return f"{self.path}:{self.line}" if self.line else self.path


class HarnessError(Exception):
    """Something a person can mend: what, where, and what to do about it."""

    exit_code = ExitCode.BUG

    def __init__(self, what: str, *, where: Origin | None = None, hint: str = "") -> None:
        """Keep the three parts apart, so that each view can lay them out."""
        super().__init__(what)
        self.what = what
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        """Return the error as the terminal prints it."""
        place = f"{self.where}: " if self.where else ""
        hint = f"\n\nhint: {self.hint}" if self.hint else ""
        return f"error: {place}{self.what}{hint}"


class ContentError(HarnessError):
    """A prompt, case, pin, policy or other committed file is wrong."""

    exit_code = ExitCode.CONTENT


class UsageError(HarnessError):
    """The command was called in a way that cannot work."""

    exit_code = ExitCode.CONTENT


class BudgetError(HarnessError):
    """A call does not fit into what an account may spend."""

    exit_code = ExitCode.INCONCLUSIVE


class UnavailableError(HarnessError):
    """A service, program or piece of data that the run needs cannot be had."""

    exit_code = ExitCode.UNAVAILABLE
