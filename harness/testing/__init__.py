"""For tests of one's own: `assert_gate`. Cases as tests are `pytest evalsets/` (docs/testing.md)."""

import asyncio
import os
from pathlib import Path

from harness.adapters.git import Git
from harness.core.errors import HarnessError
from harness.core.verdict import Outcome, Verdict
from harness.flows.agenda import Options
from harness.flows.gate import gate
from harness.flows.runs import write_run
from harness.flows.trees import World
from harness.plan.scope import Scope
from harness.report.terminal import as_lines
from harness.report.text import as_error, one_line

LINES = 10
"""Lines of the report that a failure shows."""


def assert_gate(
    folder: str | Path = ".", *, suite: str = "", prompt: str = "", against: str = "", everything: bool = False
) -> Verdict:
    """Return the verdict of a repository's gate if it passed, as `harness gate` finds it; reports go to .harness/runs.

    Args:
        folder: In the repository.
        suite: Only this one.
        prompt: Only this one.
        against: The ref whose merge base is the base; empty for CI's, origin's or main.
        everything: Whether unchanged pairs are held against their absolute bounds too.

    Raises:
        AssertionError: It did not pass, with the first lines of the report; inconclusive is no pass, nor is an error.
    """
    __tracebackhide__ = True
    options = Options(all=everything, against=against, scope=Scope(suite, prompt))
    try:
        world = World(Git(Path(folder)).top() or Path(folder).resolve(), dict(os.environ))
        verdict, files = asyncio.run(gate(world, options, progress=lambda _plan, _done, _total: None))
        reports = write_run(world, verdict, files)
    except HarnessError as error:
        raise AssertionError(as_error(error)) from None
    if verdict.outcome is not Outcome.PASSED:
        lines = [one_line(verdict.summary), *filter(None, as_lines(verdict))][: LINES - 1]
        raise AssertionError("\n".join([*lines, f"reports in {reports}"]))
    return verdict
