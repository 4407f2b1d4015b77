"""Packages as a Python finds them: this checkout under the entry points that it has now, and others beside it."""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path

from tests.house.scratch import ROOT


def installed(folder: Path, name: str, points: Mapping[str, Mapping[str, str]]) -> None:
    """Lay a distribution's entry points into a folder of the path."""
    place = folder / f"{name.replace('-', '_')}-0.1.0.dist-info"
    place.mkdir(parents=True)
    (place / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 0.1.0\n")
    lines = (
        f"[{group}]\n" + "".join(f"{key} = {value}\n" for key, value in of.items()) for group, of in points.items()
    )
    (place / "entry_points.txt").write_text("".join(lines))


def site(folder: Path) -> dict[str, str]:
    """Return the surroundings in which this checkout is installed, and whatever else is put into the folder."""
    points = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"]
    installed(folder, "prompt-harness", points)
    return {"PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)])}
