"""Figures of the embedded reader: nobody is asked over a network."""

import asyncio
import json
import math
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

from harness.adapters.embedded import Embedded
from harness.compare.exact import compare
from harness.compare.look import look
from harness.core.judged import Repeated
from harness.core.pair import Pair
from harness.core.pin import Pin
from harness.core.policy import Gate, SuitePolicy
from harness.core.prompt import Message, Request
from harness.core.score import CaseResult
from harness.gate.bench import Bench, Noise
from harness.gate.contrasts import contrasts
from harness.score.canary.search import leaks

PARAMS = """\
models:
  reader: {provider: embedded, model: reader, revision: "1", parameters: {temperature: 0}}
suites:
  regression: {}
gates:
  right: {suite: regression, at_least: 0.5}
"""
PROMPT = """\
name: Desk
model: reader
messages:
  - role: system
    content: Answer from the documents in at most 40 words, and cite the document you used as [id].
  - role: user
    content: |
      {% for d in documents %}<document id="{{ d.id }}">
      {{ d.text }}
      </document>
      {% endfor %}
      Question: {{ question }}
"""
FILLER = "Visitors find maps, newspapers and quiet corners on every floor, and staff who help with any request. " * 6
RUNS = 5

type Figure = tuple[str, float, str]
"""What was measured, its value, and its bound."""


def _case(number: int) -> dict[str, object]:
    documents = [
        {"id": f"rooms/{number}", "text": f"Room {number} opens at {number % 12 + 1} am on weekdays. {FILLER}"},
        {"id": f"fees/{number}", "text": f"The deposit for room {number} is {number} euros. {FILLER}"},
    ]
    expect = [{"contains": f"{number % 12 + 1} am"}, {"cites": f"rooms/{number}"}, {"max-words": 45}]
    return {
        "id": f"room-{number}",
        "vars": {"question": f"When does room {number} open?", "documents": documents},
        "expect": expect,
    }


def repository(folder: Path, cases: int) -> Path:
    """Make a committed repository with one prompt and some cases, and return it."""
    (folder / "prompts").mkdir(parents=True)
    (folder / "evalsets/regression").mkdir(parents=True)
    (folder / "params.yaml").write_text(PARAMS)
    (folder / "prompts/desk.prompt.yml").write_text(PROMPT)
    with (folder / "evalsets/regression/desk.jsonl").open("w") as lines:
        lines.writelines(json.dumps(_case(number)) + "\n" for number in range(cases))
    (folder / ".gitignore").write_text(".harness\n")
    git = ["git", "-C", str(folder), "-c", "user.name=bench", "-c", "user.email=bench@localhost"]
    subprocess.run([*git, "init", "-q", "-b", "main"], check=True)
    subprocess.run([*git, "add", "-A"], check=True)
    for message in ("base", "head"):
        subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", message], check=True)
    return folder


def timed(folder: Path, *words: str, runs: int = RUNS) -> float:
    """Return the median wall time of a command, in seconds, after one run that does not count."""
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    seen: list[float] = []
    for _ in range(runs + 1):
        began = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "harness", *words], cwd=folder, env=environ, check=True, capture_output=True
        )
        seen.append(time.perf_counter() - began)
    return median(seen[1:])


def peak_megabytes(folder: Path, words: Sequence[str]) -> float:
    """Return the peak memory of one command that this process starts."""
    code = "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, capture_output=True); "
    code += "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    command = [sys.executable, "-c", code, sys.executable, "-m", "harness", *words]
    out = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout
    return int(out) / 1024


def completions_per_second(count: int = 2000) -> float:
    """Return how many answers the reader gives in a second of processor time."""
    reader, pin = Embedded(), Pin("reader", "embedded", "reader", "1")
    system = Message("system", "Answer from the documents in at most 40 words, and cite the document you used as [id].")
    requests: list[Request] = []
    for number in range(count):
        case = _case(number)["vars"]
        documents = "".join(f'<document id="{d["id"]}">\n{d["text"]}\n</document>\n' for d in case["documents"])  # type: ignore[index]  # ours
        requests.append(Request((system, Message("user", f"{documents}Question: {case['question']}"))))  # type: ignore[index]  # ours

    async def answer() -> None:
        for request in requests:
            await reader.complete(pin, request)

    before = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    asyncio.run(answer())
    return count / (resource.getrusage(resource.RUSAGE_SELF).ru_utime - before)


def weighing_milliseconds(cases: int = 1000, repeats: int = 10) -> float:
    """Return the median time of one decision of a gate, from the results of every repeat to its looks."""
    passes, fails = CaseResult(passed=True, metrics={"pass": 1.0}), CaseResult(passed=False, metrics={"pass": 0.0})
    came = [[fails if (case * 7 + repeat) % 11 == 0 else passes for repeat in range(repeats)] for case in range(cases)]
    asked = [
        Repeated(
            str(case), "same", frozenset(), own=True, measures=frozenset({"pass"}), alike=False, base=one, candidate=one
        )
        for case, one in enumerate(came)
    ]
    gate = Gate("right", "regression", margin=0.05)
    noise = Noise({"right": (0.02, 0.0)})
    bench = Bench(
        Pair("regression", "desk"), [gate], SuitePolicy("regression"), compare, paired=True, absolute=False, noise=noise
    )
    took: list[float] = []
    for _ in range(11):
        began = time.perf_counter()
        looks = {point: look(contrast) for point, contrast in contrasts(asked, bench, noise).items()}
        took.append(time.perf_counter() - began)
    assert [one.runs for one in looks.values()] == [2 * cases * repeats]
    return median(took) * 1000


def searching_milliseconds(characters: int = 2048) -> float:
    """Return the mean processor time in which a canary is sought in one answer of 2 KB, each at its best of five."""
    said = [document["text"] for number in range(400) for document in _case(number)["vars"]["documents"]]  # type: ignore[index]  # ours
    text, word = " ".join(said), "QKZMWPLTRBXN"
    answers = [text[at : at + characters] for at in range(0, 40 * characters, characters)]
    took = [math.inf] * len(answers)
    for _ in range(5):
        for at, answer in enumerate(answers):
            began = time.process_time()
            leaks(answer, [word])
            took[at] = min(took[at], time.process_time() - began)
    return sum(took) / len(took) * 1000


def figures() -> Iterator[Figure]:
    """Yield what a gate takes that needs no network."""
    with tempfile.TemporaryDirectory() as name:
        small = repository(Path(name) / "small", 1000)
        yield "harness --help, s", timed(small, "--help"), "<= 0.3"
        yield "first gate --all of 1,000 cases (cold, 1 run), s", _cold(small), "-"
        yield "gate, 1,000 cases unchanged, s", timed(small, "gate"), "<= 1.0"
        yield "gate --all, 1,000 answers from the cache, s", timed(small, "gate", "--all"), "<= 1.0"
        yield "gate --all --case, one case, s", timed(small, "gate", "--all", "--case", "room-7"), "<= 0.6"
        yield "store on disk, KB a case", (small / ".harness/state.db").stat().st_size / 1000 / 1000, "<= 1.5"
        yield "embedded reader, completions/s of one core", completions_per_second(), ">= 2000"
        yield "weighing 1,000 cases x 10 repeats on both trees, ms", weighing_milliseconds(), "<= 50"
        yield "seeking a canary in an answer of 2 KB, ms of CPU", searching_milliseconds(), "<= 2"
        large = repository(Path(name) / "large", 10_000)
        for what in ("gate --all of 10,000 cases", "10,000 cases from the cache"):
            yield f"peak memory, {what}, MB", peak_megabytes(large, ["gate", "--all"]), "<= 120"


def _cold(folder: Path) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-m", "harness", "gate", "--all"], cwd=folder, check=True, capture_output=True)
    return time.perf_counter() - began
