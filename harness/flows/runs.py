"""Run folders: where a gate leaves its verdict and the views of it."""

import json
import os
from pathlib import Path

from harness.core.errors import UsageError
from harness.core.verdict import Verdict
from harness.flows.trees import World
from harness.report.document import as_json, verdict_digest
from harness.report.junit import as_junit
from harness.report.markdown import as_markdown


def write_run(world: World, verdict: Verdict) -> Path:
    """Write a verdict and its views into a folder of their own, and return it.

    The folder appears whole or not at all; its name is the time and the verdict's digest.
    """
    stamp = verdict.run.started.replace("-", "").replace(":", "")[:15]
    runs = world.state / "runs"
    final = runs / f"{stamp}-{verdict_digest(verdict)[:8]}"
    part = runs / f".{final.name}.{os.getpid()}"
    part.mkdir(parents=True, exist_ok=True)
    views = {"verdict.json": as_json(verdict), "report.md": as_markdown(verdict), "junit.xml": as_junit(verdict)}
    for name, text in views.items():
        (part / name).write_text(text, encoding="utf-8")
    if final.exists():
        for name in views:
            (part / name).replace(final / name)
        part.rmdir()
    else:
        part.rename(final)
    return final.relative_to(world.root)


def last_run(world: World) -> dict[str, object]:
    """Return the verdict of the last run as data.

    Raises:
        UsageError: There is none.
    """
    found = sorted((world.state / "runs").glob("[0-9]*/verdict.json"))
    if not found:
        raise UsageError("there is no last run", hint="run `harness gate` first")
    data: dict[str, object] = json.loads(found[-1].read_text(encoding="utf-8"))
    return data


def failed_cases(world: World) -> tuple[str, ...]:
    """Return the cases that failed or were lost in the last run.

    Raises:
        UsageError: There is no last run, or nothing failed in it.
    """
    data = last_run(world)
    rows = [*data.get("failing", []), *data.get("flips", [])]  # type: ignore[misc]  # our own document
    names = {row["case"] for row in rows if row.get("change") != "gained"}
    if not names:
        raise UsageError("nothing failed in the last run")
    return tuple(sorted(names))
