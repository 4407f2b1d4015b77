"""Beginning: a repository that works, with a prompt, its cases, a policy, and the settings of editors and tools."""

from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from harness.adapters.git import Git
from harness.core.errors import UnavailableError, UsageError
from harness.flows.schemas import render_schemas

_PLACES = {
    "gitignore": ".gitignore",
    "pre-commit-config.yaml": ".pre-commit-config.yaml",
    "vscode-settings.json": ".vscode/settings.json",
    "dvc-config": ".dvc/config",
    "dvc-gitignore": ".dvc/.gitignore",
}
"""Where a file of the starter goes, when its name there is hidden."""


def init(folder: Path) -> list[str]:
    """Write a working repository into a folder, and return the files that were written.

    Nothing that exists is overwritten. A folder outside of git becomes a git repository; nothing is committed.

    Raises:
        UsageError: A file of the starter exists already, or the folder is inside of another repository.
        UnavailableError: git is missing, or the folder cannot be written.
    """
    git, fresh = _repository(folder)
    wanted = {name: data for name, data in _starter() if not _is_there(folder / name, data)}
    if taken := [name for name in wanted if (folder / name).exists()]:
        raise UsageError(f"{folder / taken[0]} exists already", hint="choose an empty folder: `harness init DIR`")
    try:
        for name, data in wanted.items():
            place = folder / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
    except OSError as error:
        raise UnavailableError(f"{folder} cannot be written: {error.strerror}") from None
    if fresh:
        git.run("init", "--quiet", "--initial-branch=main")
    return sorted(wanted)


def _repository(folder: Path) -> tuple[Git, bool]:
    """Return the repository of a folder and whether it is yet to be made; a part of another cannot be one."""
    place = folder.resolve()
    top = Git(next(path for path in (place, *place.parents) if path.is_dir())).top()
    if top not in {None, place}:
        hint = f"run `harness init` in {top}, or choose a folder outside of it"
        raise UsageError(f"{place} is inside of another repository, {top}", hint=hint)
    return Git(place), top is None


def _is_there(path: Path, data: bytes) -> bool:
    """Return whether a file holds just these bytes already, as a schema may."""
    return path.is_file() and path.read_bytes() == data


def _starter() -> Iterator[tuple[str, bytes]]:
    """Yield the files of the starter by the place they go to, the schemas among them."""
    for name, file in _walk(files("harness") / "starter", ""):
        if name.startswith("judges/"):
            continue  # these need a model: `harness judge add` brings them
        place = f".{name}" if name.startswith("github/") else _PLACES.get(name, name)
        yield place, file.read_bytes()
    for name, text in render_schemas().items():
        yield f".schemas/{name}", text.encode()


def _walk(folder: Traversable, start: str) -> Iterator[tuple[str, Traversable]]:
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        name = f"{start}{entry.name}"
        if entry.is_dir():
            yield from _walk(entry, f"{name}/")
        else:
            yield name, entry
