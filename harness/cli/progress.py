"""Progress: a bar on a terminal, plain lines elsewhere; both on standard error."""

import sys
from types import TracebackType
from typing import TYPE_CHECKING, Self

import click

from harness.adapters.clock import SystemClock
from harness.flows.pairing import PairPlan

if TYPE_CHECKING:
    import rich.progress as rich

SECONDS_BETWEEN_LINES = 10


class Progress:
    """Shows how far each pair is; rich is imported only on a terminal, and only when something runs."""

    def __init__(self) -> None:
        """Look whether anybody watches."""
        self._watched = sys.stderr.isatty()
        self._clock = SystemClock()
        self._told = self._clock.elapsed()
        self._bar: rich.Progress | None = None
        self._tasks: dict[str, rich.TaskID] = {}

    def __enter__(self) -> Self:
        """Begin; nothing is drawn yet."""
        return self

    def show(self, plan: PairPlan, done: int, total: int) -> None:
        """Say how many of a pair's trials are done."""
        self.tell(str(plan.pair), done, total)

    def tell(self, name: str, done: int, total: int) -> None:
        """Say how much of anything is done."""
        if not self._watched:
            self._line(name, done, total)
            return
        if self._bar is None:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
            from rich.progress import Progress as Bar

            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
            self._bar = Bar(*columns, console=Console(stderr=True), transient=True)
            self._bar.start()
        if name not in self._tasks:
            self._tasks[name] = self._bar.add_task(name, total=total)
        self._bar.update(self._tasks[name], completed=done)

    def _line(self, name: str, done: int, total: int) -> None:
        now = self._clock.elapsed()
        if done == total or now - self._told >= SECONDS_BETWEEN_LINES:
            self._told = now
            click.echo(f"{name}: {done} of {total}", err=True)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the bar away."""
        if self._bar:
            self._bar.stop()
