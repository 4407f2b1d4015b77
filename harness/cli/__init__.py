"""The command line: one file a verb, each loaded only when it is called."""

import gc
import sys
from io import TextIOWrapper

gc.disable()  # while modules are read, which makes many objects and no garbage; a verb that is read turns it on
from harness.cli.main import run  # noqa: E402 (see above)


def main() -> None:
    """Run the command line and leave with its exit code."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # as errors are: not every terminal has every letter
    code = run()
    gc.freeze()  # the process ends: to look for garbage once more takes 50 ms
    sys.exit(code)
