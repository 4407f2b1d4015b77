"""Stand-ins for the actions that hand files from job to job."""

import os
import shutil
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from pathlib import Path

from harness.flows.workflow_host import StepFailedError, Use


def upload(use: Use) -> Mapping[str, str]:
    """Keep files under a name that no artifact of the run has yet."""
    name = use.inputs.get("name") or "artifact"
    place = use.artifacts / name
    if place.exists() and use.inputs.get("overwrite") != "true":
        raise StepFailedError(f"there is an artifact `{name}` already")
    patterns = [line.strip() for line in use.inputs.get("path", "").splitlines() if line.strip()]
    hidden = use.inputs.get("include-hidden-files") == "true"
    found = {file for pattern in patterns for file in _files(use.workspace, pattern, hidden=hidden)}
    if not found:
        if use.inputs.get("if-no-files-found") == "error":
            raise StepFailedError(f"there is nothing at {', '.join(patterns)}")
        return {}
    top = (
        use.workspace / patterns[0] if len(patterns) == 1 and (use.workspace / patterns[0]).is_dir() else _common(found)
    )
    shutil.rmtree(place, ignore_errors=True)
    for file in found:
        goal = place / file.relative_to(top)
        goal.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, goal)
    return {"artifact-id": str(len(list(use.artifacts.iterdir())))}


def _files(workspace: Path, pattern: str, *, hidden: bool) -> Iterable[Path]:
    for place in workspace.glob(pattern) if not Path(pattern).is_absolute() else [Path(pattern)]:
        for file in place.rglob("*") if place.is_dir() else [place]:
            parts = file.relative_to(place).parts if place.is_dir() else ()
            if file.is_file() and (hidden or not any(part.startswith(".") for part in parts)):
                yield file


def _common(files: Iterable[Path]) -> Path:
    return Path(os.path.commonpath([file.parent for file in files]))


def download(use: Use) -> Mapping[str, str]:
    """Copy the run's artifacts of a name or pattern into a folder."""
    wanted = use.inputs.get("name", "")
    found = sorted(place for place in use.artifacts.iterdir() if _wanted(place.name, wanted, use))
    if wanted and not found:
        raise StepFailedError(f"there is no artifact `{wanted}` in this run")
    goal = use.workspace / use.inputs.get("path", ".")
    goal.mkdir(parents=True, exist_ok=True)
    for place in found:
        together = wanted or use.inputs.get("merge-multiple") == "true"
        shutil.copytree(place, goal if together else goal / place.name, dirs_exist_ok=True)
    return {"download-path": str(goal)}


def _wanted(name: str, exact: str, use: Use) -> bool:
    return name == exact if exact else fnmatchcase(name, use.inputs.get("pattern") or "*")
