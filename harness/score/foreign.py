"""The one place that calls code we did not write and answers for whatever it does."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from harness.score.wording import line


@contextmanager
def blamed(blame: Callable[[str], Exception]) -> Iterator[None]:
    """Run foreign code; whatever it raises, even an exit of the process, becomes the exception `blame` makes of it.

    `sys.exit(0)` in somebody's scoring function would otherwise end the gate as passed.
    """
    try:
        yield
    except (Exception, SystemExit) as error:
        raise blame(line(f"{type(error).__name__}: {error}")) from error
