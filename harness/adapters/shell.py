"""A script run as a runner runs it: by a shell that stops at the first failure, with no variable but those given."""

import os
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from harness.core.errors import ContentError, UnavailableError

_SHELLS: Mapping[str, tuple[str, ...]] = {
    "": ("bash", "-e"),
    "bash": ("bash", "--noprofile", "--norc", "-e", "-o", "pipefail"),
    "sh": ("sh", "-e"),
    "python": ("python3",),
}


class Ended(NamedTuple):
    """How a script ended, and what it said."""

    code: int
    said: str


class Errand(NamedTuple):
    """A script, and where and how it is run."""

    script: str
    folder: Path
    env: Mapping[str, str]
    shell: str = ""
    seconds: float = 600


def run_script(errand: Errand, place: Path) -> Ended:
    """Run a script that is first written to `place`; one that takes too long is ended with all that it started.

    Raises:
        ContentError: The shell is not known.
        UnavailableError: The shell is not installed.
    """
    if errand.shell not in _SHELLS:
        raise ContentError(f"the shell `{errand.shell}` is not known", hint=f"known are: {', '.join(_SHELLS)}")
    place.write_text(errand.script, encoding="utf-8")
    command = [*_SHELLS[errand.shell], str(place)]
    try:
        process = subprocess.Popen(
            command,
            cwd=errand.folder,
            env=dict(errand.env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except FileNotFoundError:
        raise UnavailableError(f"`{command[0]}` is not available, or {errand.folder} is gone") from None
    with process:
        try:
            said, _ = process.communicate(timeout=errand.seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            said, _ = process.communicate()
            return Ended(124, f"{said.decode(errors='replace')}\nended after {errand.seconds:.0f} s\n")
    return Ended(process.returncode, said.decode(errors="replace"))
