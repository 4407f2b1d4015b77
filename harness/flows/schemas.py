"""Publishing the JSON Schemas of every format into `.schemas/`."""

import json
from pathlib import Path

from harness.content.records import adapter
from harness.content.schemas import DIALECT, schemas
from harness.core.release import Release
from harness.core.verdict import Verdict
from harness.score.registry import Scorers


def render_schemas() -> dict[str, str]:
    """Return the text of each schema file, by file name."""
    scorers = Scorers()
    kinds = scorers.names()
    found = schemas(kinds, [kind for kind in kinds if getattr(scorers.find(kind), "parameters", False)])
    for name, document in (("verdict", Verdict), ("release", Release)):
        found[name] = {"$schema": DIALECT, **adapter(document).json_schema(mode="serialization"), "title": name}
    return {
        f"{name}.schema.json": json.dumps(schema, indent=1, sort_keys=True) + "\n" for name, schema in found.items()
    }


def write_schemas(folder: Path) -> list[Path]:
    """Write the schema files into a folder, and return the ones that changed."""
    folder.mkdir(parents=True, exist_ok=True)
    changed: list[Path] = []
    for name, text in render_schemas().items():
        path = folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            changed.append(path)
    return changed
