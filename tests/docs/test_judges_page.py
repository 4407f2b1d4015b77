"""docs/judges.md, typed from top to bottom: a person labels at a terminal, and the figures are those of the page."""

import json
import shlex
import subprocess
from collections.abc import Iterable
from pathlib import Path

from tests.house.scratch import ROOT
from tests.journey.page import Names, Step, steps
from tests.scenarios.scratch import Scratch
from tests.scenarios.sitting import sit

PAGE = (ROOT / "docs/judges.md").read_text(encoding="utf-8")
ASKED = "q quit: "
PASS, FAIL = "grounded", "invented"
PEOPLE = [PASS] * 70 + [FAIL] * 30
JUDGE = [PASS] * 68 + [FAIL] * 2 + [PASS] + [FAIL] * 29
LAST_MONTH = [PASS] * 68 + [FAIL] * 2 + [PASS] * 10 + [FAIL] * 20
OTHERS = [PASS] * 328 + [FAIL] * 72


def lines(grades: Iterable[str], **more: str) -> str:
    """Return a grade of each of some answers, a line each."""
    rows = ({"answer": f"answer {n}", "grade": grade, **more} for n, grade in enumerate(grades))
    return "".join(json.dumps(row) + "\n" for row in rows)


def typed(step: Step, scratch: Scratch) -> str:
    """Return what a command of the page says, when a reader types what the page shows as typed."""
    if " label " in step.command:
        keys = [f"{line.partition(ASKED)[2]}\n".encode() for line in step.answers if ASKED in line]
        words = shlex.split(step.command)[1:]
        return sit(words, scratch.root, scratch.environ(), typed=keys, asked=ASKED.encode())[1]
    if step.command.startswith("harness "):
        return scratch.harness(*shlex.split(step.command)[1:]).told
    return subprocess.run(
        ["bash", "-c", step.command], cwd=scratch.root, check=True, capture_output=True, text=True
    ).stdout


class TestTheJudgesPage:
    def test_goes_as_it_says(self, tmp_path: Path) -> None:
        """Between labelling and calibrating lies the work of a hundred labels."""
        scratch, names = Scratch(tmp_path), Names()
        for step in steps(PAGE):
            if " calibrate " in step.command:
                scratch.write("evalsets/judges/grounded.labels.jsonl", lines(PEOPLE, by="ana", on="2026-11-20"))
                scratch.write("judged.jsonl", lines(JUDGE + OTHERS))
                scratch.write("last-month.jsonl", lines(LAST_MONTH))

            said = typed(step, scratch)

            assert names.learn(step.answers, said), f"$ {step.command}\n{said}"
