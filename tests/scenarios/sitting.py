"""Somebody who sits at a terminal: a pseudo-terminal of its own, at which things are typed when they are asked for."""

import os
import pty
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

_OWNER = """
import fcntl, os, signal, sys, termios
signal.signal(signal.SIGINT, signal.SIG_DFL)  # else tests in the background have it ignored
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""
"""Makes the terminal the one whose keys interrupt the command, and becomes the command."""


def sit(
    words: Sequence[str], folder: Path, environ: Mapping[str, str], *, typed: Sequence[bytes], asked: bytes
) -> tuple[int, str]:
    """Run our command at a terminal; return its exit code and all that was seen.

    Args:
        words: The command's.
        folder: Where it runs.
        environ: Its surroundings.
        typed: What is typed, one after the other; then Ctrl-D.
        asked: How what is on the screen ends whenever something is asked for.
    """
    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", _OWNER, sys.executable, "-m", "harness", *words]
    left, drawn, before = [*typed], b"", 0
    with subprocess.Popen(
        command, cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs, env=environ, start_new_session=True
    ) as running:
        os.close(theirs)
        while True:
            try:
                drawn += os.read(ours, 1 << 16)
            except OSError:  # the other end is closed
                break
            if drawn.endswith(asked) and len(drawn) > before:
                os.write(ours, left.pop(0) if left else b"\x04")
                before = len(drawn)
    os.close(ours)
    return running.returncode, drawn.decode().replace("\r\n", "\n")
