"""GitHub's own library for expressions, asked by node; run as a program, this writes `answers.json` anew."""

import shutil
import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
ANSWERS = HERE / "answers.json"
PACKAGE = ("package.json", "package-lock.json", ".npmrc", "oracle.mjs")


class NoOracleError(Exception):
    """Node or the package registry is not there."""


def ask(folder: Path) -> str:
    """Return what the library answers to each line of `expressions.txt`; the folder is where it is installed.

    Raises:
        NoOracleError: Something that it needs is not there.
    """
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        raise NoOracleError("npm or node is not installed")
    for name in PACKAGE:
        shutil.copy(HERE / name, folder / name)
    installed = subprocess.run(
        [npm, "ci", "--silent", "--ignore-scripts", "--no-audit"], cwd=folder, capture_output=True, check=False
    )
    if installed.returncode:
        raise NoOracleError("npm cannot install the library that package-lock.json names")
    manifest = "node_modules/@actions/expressions/package.json"
    command = [node, "oracle.mjs", str(HERE / "expressions.txt"), str(HERE / "contexts.json"), manifest]
    return subprocess.run(command, cwd=folder, capture_output=True, check=True, text=True).stdout


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        ANSWERS.write_text(ask(Path(made)), encoding="utf-8")
