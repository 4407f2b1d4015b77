"""Adding a judge that is ready to be edited: its rubric from the starter, into a repository."""

from importlib.resources import files
from pathlib import Path

from harness.content.judges import FOLDER, SUFFIX
from harness.content.suggest import brief, did_you_mean
from harness.core.errors import UnavailableError, UsageError


def add_judge(root: Path, name: str) -> str:
    """Write a judge into a repository, and return the path of its file.

    Raises:
        UsageError: There is none of this name to add, or its file is there already.
        UnavailableError: It cannot be written.
    """
    known = {file.name.removesuffix(SUFFIX): file for file in (files("harness") / "starter" / "judges").iterdir()}
    if name not in known:
        what = f"there is no judge `{brief(name)}` to add{did_you_mean(name, known)}"
        raise UsageError(
            what, hint=f"there are: {', '.join(sorted(known))}; any other is a file of your own in {FOLDER}"
        )
    path = f"{FOLDER}{name}{SUFFIX}"
    try:
        (root / FOLDER).mkdir(parents=True, exist_ok=True)
        with (root / path).open("xb") as file:
            file.write(known[name].read_bytes())
    except OSError as error:
        if (root / path).exists():
            raise UsageError(f"{path} exists already", hint="edit it, or move it away to begin again") from None
        raise UnavailableError(f"{path} cannot be written: {error.strerror}") from None
    return path
