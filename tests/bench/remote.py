"""Figures of an endpoint that answers in 50 ms: 1,000 cases with two checks each, side by side with promptfoo."""

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from tests.bench.local import Figure
from tests.endpoint.launch import ROOT, endpoint
from tests.scenarios import scratch
from tests.scenarios.remote import KEY, make

CASES, LATENCY, CONCURRENCY, RUNS = 1000, 0.05, 32, 5
LIMIT = CASES * LATENCY / CONCURRENCY
"""Seconds that the latency alone takes."""
BEYOND, CPU = (1.5 - 1) * LIMIT / (1.92 - LIMIT), 0.7 / 0.40
"""The bounds again, in terms of a bare loop, which took 1.92 s and 0.40 s of CPU on the machine that they are for."""
PROMPTFOO = "promptfoo@0.121.20"
KEYS = {"STUB_KEY": KEY, "OPENAI_API_KEY": KEY}
QUIET = {f"PROMPTFOO_DISABLE_{habit}": "1" for habit in ("TELEMETRY", "UPDATE", "REMOTE_GENERATION")}


class Took(NamedTuple):
    """What a process took, with its children, in seconds."""

    wall: float
    cpu: float


def took(command: Sequence[str], folder: Path, more: Mapping[str, str]) -> Took:
    """Run a command to its end, and return what it took."""
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | dict(more)
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, cwd=folder, env=environ, check=True, capture_output=True)
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return Took(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def figures() -> Iterator[Figure]:
    """Yield what the same work takes, the two programs in turn, since machines are noisy."""
    harness = [sys.executable, "-m", "harness", "run"]
    with tempfile.TemporaryDirectory() as name, endpoint(latency=LATENCY) as server:
        ours = scratch.make(Path(name) / "ours")
        make(ours, server.url(), CASES, concurrency=CONCURRENCY)
        there = Path(name) / "theirs"
        theirs = _promptfoo(there, server.url()) if shutil.which("npx") else []
        bare = [sys.executable, "-m", "tests.bench.bare", server.url(), KEY, str(CASES), str(CONCURRENCY)]
        mine: list[Took] = []
        least: list[Took] = []
        others: list[Took] = []
        for _ in range(RUNS + 1):  # the first does not count
            shutil.rmtree(ours.root / ".harness", ignore_errors=True)
            mine.append(took(harness, ours.root, KEYS))
            least.append(took(bare, ROOT, {}))
            others += [took(theirs, there, KEYS | QUIET)] if theirs else []
        what = f"{CASES:,} cases, 50 ms, {CONCURRENCY} at once, cold"
        yield f"{what}, x the latency limit", median(one.wall for one in mine[1:]) / LIMIT, "<= 1.5"
        yield "the same, ms of CPU a case, start and all", median(one.cpu for one in mine[1:]) * 1000 / CASES, "<= 0.7"
        yield "a bare aiohttp loop beside it, x the latency limit", median(one.wall for one in least[1:]) / LIMIT, "-"
        yield "the same, ms of CPU a case", median(one.cpu for one in least[1:]) * 1000 / CASES, "-"
        beyond = [median(one.wall for one in taken[1:]) - LIMIT for taken in (mine, least)]
        yield "seconds beyond the latency limit, x the bare loop's", beyond[0] / beyond[1], f"<= {BEYOND:.2f}"
        cpu = [median(one.cpu for one in taken[1:]) for taken in (mine, least)]
        yield "CPU, x the bare loop's", cpu[0] / cpu[1], f"<= {CPU:.2f}"
        if others:
            yield f"{PROMPTFOO} beside it, x the latency limit", median(one.wall for one in others[1:]) / LIMIT, "-"
            yield "the same, ms of CPU a case", median(one.cpu for one in others[1:]) * 1000 / CASES, "-"
        before = server.counts().answered
        cases = ours.root / "evalsets/regression/desk.jsonl"
        cases.write_text(cases.read_text().replace('"n": 7}', '"n": 1007}').replace("room 7 ", "room 1007 "))
        yield f"one of {CASES:,} edited, s", took(harness, ours.root, KEYS).wall, "<= 1.1"
        yield "the same, calls", server.counts().answered - before, "== 1"


def _promptfoo(folder: Path, url: str) -> list[str]:
    """Return the command that evaluates the same cases by promptfoo, which is fetched first."""
    folder.mkdir()
    tests = [
        {
            "vars": {"n": number},
            "assert": [
                {"type": "contains", "value": f"room {number} "},
                {"type": "javascript", "value": "output.split(' ').length <= 9"},
            ],
        }
        for number in range(CASES)
    ]
    told = {"apiBaseUrl": url, "temperature": 0, "max_tokens": 40}
    config = {
        "prompts": ["SAY room {{n}} opens at nine"],
        "providers": [{"id": "openai:chat:stub-1", "config": told}],
        "tests": tests,
    }
    (folder / "config.json").write_text(json.dumps(config))
    subprocess.run(["npx", "--yes", PROMPTFOO, "--version"], cwd=folder, check=True, capture_output=True)
    run = ["npx", "--yes", PROMPTFOO, "eval", "-c", "config.json", "-j", str(CONCURRENCY)]
    return [*run, "--no-cache", "--no-table", "--no-progress-bar", "-o", "out.json"]
