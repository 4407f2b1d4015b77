"""The command line: one file a verb, each loaded only when it is called."""

import sys

from harness.cli.main import run


def main() -> None:
    """Run the command line and leave with its exit code."""
    sys.exit(run())
