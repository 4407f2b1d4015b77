"""Run folders: where a gate leaves its verdict and the views of it."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import cast

from harness import __version__
from harness.content.records import adapter
from harness.core.errors import ContentError, Origin, UsageError
from harness.core.json_reader import read_json
from harness.core.pair import Pair
from harness.core.verdict import SCHEMA, Verdict
from harness.flows.reporters import reported
from harness.flows.trees import World
from harness.report.document import as_json, verdict_digest
from harness.report.html.page import as_html
from harness.report.junit import as_junit
from harness.report.markdown import as_markdown
from harness.report.sarif import sarif
from harness.suites.injection.rules import RULES


def write_run(world: World, verdict: Verdict, files: Mapping[str, str] = MappingProxyType({})) -> Path:
    """Write a verdict, its views and what goes with it into a folder of their own, and return it.

    The folder appears whole or not at all; its name is the time and the verdict's digest.

    Raises:
        ContentError: A reporter of another package fails.
    """
    stamp = re.sub("[^0-9T]", "", verdict.run.started)[:15]
    runs = world.state / "runs"
    digest = verdict_digest(verdict)
    final = runs / f"{stamp}-{digest[:8]}"
    part = runs / f".{final.name}.{os.getpid()}"
    views = {"verdict.json": as_json(verdict), "report.md": as_markdown(verdict), "junit.xml": as_junit(verdict)}
    views["report.html"] = as_html(verdict, RULES, digest=digest)
    views |= files
    if verdict.attacks:
        views["findings.sarif"] = sarif(verdict.findings, RULES, __version__)
    views |= reported(views)
    part.mkdir(parents=True, exist_ok=True)
    for name, text in views.items():
        (part / name).write_text(text, encoding="utf-8")
    if final.exists():
        for name in views:
            (part / name).replace(final / name)
        part.rmdir()
    else:
        part.rename(final)
    return final.relative_to(world.root)


def last_run(world: World) -> Verdict:
    """Return the verdict of the last run over every case; where there is none, of the last partial one.

    Raises:
        UsageError: There is no run at all.
        ContentError: Its file is damaged.
    """
    found = sorted((world.state / "runs").glob("[0-9]*/verdict.json"), key=_began, reverse=True)
    if not found:
        raise UsageError("there is no last run", hint="run `harness gate` first")
    runs = map(read_verdict, found)
    return next((run for run in runs if run.scope == "full"), None) or read_verdict(found[0])


EVIDENCE = ("bias-evidence.md", "bias-evidence.json")
"""What stands beside a verdict and is not made of it."""


def beside(folder: Path) -> dict[str, str]:
    """Return what stands beside a verdict and is not made of it, by name."""
    found = {name: folder / name for name in EVIDENCE}
    return {name: path.read_text(encoding="utf-8") for name, path in found.items() if path.is_file()}


def last_folder(world: World) -> Path:
    """Return the folder of the run that ended last.

    Raises:
        UsageError: There is none.
    """
    found = sorted((world.state / "runs").glob("[0-9]*/verdict.json"), key=_began)
    if not found:
        raise UsageError("there is no last run", hint="run `harness gate` first")
    return found[-1].parent


def _began(path: Path) -> tuple[str, int]:
    """Return the second in which a run began, by its folder's name, and when it ended, since a second holds several."""
    return path.parent.name.partition("-")[0], path.stat().st_mtime_ns


def read_verdict(path: Path) -> Verdict:
    """Return the verdict that stands in a file.

    Raises:
        ContentError: It is none of this harness.
        UsageError: There is no such file.
    """
    try:
        return verdict_in(path.read_bytes(), os.path.relpath(path))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}", hint="name the folder of a run") from None


def verdict_in(data: bytes, place: str) -> Verdict:
    """Return the verdict that bytes hold.

    Raises:
        ContentError: They hold none of this harness.
    """
    fault = ContentError("not a verdict of this harness", where=Origin(place), hint="run `harness gate` once more")
    try:
        found = read_json(data.decode(), deepest=32, written=True)
        verdict = cast("Verdict", adapter(Verdict).validate_python(found))
    except ValueError:
        raise fault from None
    if verdict.schema != SCHEMA or verdict.exit_code != int(verdict.outcome.exit_code):
        raise fault
    return verdict


def failed_cases(world: World) -> frozenset[tuple[Pair, str]]:
    """Return the cases that failed or were lost in the last full run, or in the last partial one if none was full.

    Raises:
        UsageError: There is no such run, or nothing failed in it.
        ContentError: Its verdict is damaged.
    """
    last = last_run(world)
    failed = {(Pair(item.suite, item.prompt), item.case) for item in last.failing}
    lost = {(Pair(flip.suite, flip.prompt), flip.case) for flip in last.flips if flip.change == "lost"}
    if not failed | lost:
        raise UsageError(f"nothing failed in the last {last.scope} run")
    return frozenset(failed | lost)
