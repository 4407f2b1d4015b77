"""GitHub's own libraries, by node: what `package-lock.json` names, installed where there is room."""

import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).parent
PACKAGE = ("package.json", "package-lock.json", ".npmrc")


class NoNodeError(Exception):
    """Node or the package registry is not there."""


def install(folder: Path) -> None:
    """Install the libraries into a folder.

    Raises:
        NoNodeError: Something that it needs is not there.
    """
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        raise NoNodeError("npm or node is not installed")
    for name in PACKAGE:
        shutil.copy(HERE / name, folder / name)
    command = [npm, "ci", "--silent", "--ignore-scripts", "--no-audit"]
    if subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode:
        raise NoNodeError("npm cannot install the libraries that package-lock.json names")


def ask(folder: Path, program: str, *words: str) -> str:
    """Return what a program of ours prints that uses what is installed in a folder."""
    shutil.copy(HERE / program, folder / program)
    return subprocess.run(["node", program, *words], cwd=folder, capture_output=True, check=True, text=True).stdout
