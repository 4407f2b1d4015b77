"""The tests' own way to run commands: whatever becomes of one, the next gets its own answer."""

import signal
from types import FrameType

import pytest

from tests.scenarios.scratch import Scratch
from tests.scenarios.warm import Pool


class OutOfTimeError(Exception):
    """A test took too long."""


def test_a_command_that_is_given_up_leaves_no_answer_to_the_next(scratch: Scratch) -> None:
    """Else one test that runs out of time would let all after it fail, each with the answer of another."""
    pool = Pool()

    def ring(_number: int, _frame: FrameType | None) -> None:
        raise OutOfTimeError

    before = signal.signal(signal.SIGALRM, ring)
    timer = signal.setitimer(signal.ITIMER_REAL, 0.05)
    try:
        with pytest.raises(OutOfTimeError):
            pool.run(["gate", "--all"], scratch.root, scratch.environ())
    finally:
        signal.signal(signal.SIGALRM, before)
        signal.setitimer(signal.ITIMER_REAL, *timer)
    for words, told in ((["--version"], "harness, version"), (["schema", "--help"], "Usage: harness schema")) * 2:
        code, out, _ = pool.run(words, scratch.root, scratch.environ())
        assert (code, out.startswith(told)) == (0, True)
    pool.close()
