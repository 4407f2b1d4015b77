"""A repository whose answers are graded by a server that judges by script."""

import json
import sqlite3
from collections import Counter
from contextlib import closing
from typing import Any

from tests.graders.server import Judging
from tests.scenarios.scratch import Scratch

MODELS = """\
  grader:
    provider: openai
    model: judge-1
    revision: "1"
    parameters: {{temperature: 0, max_tokens: 300}}
    endpoint: {{url: "{url}"}}
    price: {{input_per_million: 1, output_per_million: 2}}
  vectors:
    provider: openai-embeddings
    model: embed-1
    endpoint: {{url: "{url}"}}
    price: {{input_per_million: 1, output_per_million: 2}}
"""
JUDGE = """\
version: 1
model: grader
rubric: The answer says what the documents say, and nothing else.
scale:
  - {grade: invented, means: it says something that no document says}
  - {grade: grounded, means: all of it is in the documents}
passes: grounded
"""


def seat(scratch: Scratch, judging: Judging) -> None:
    """Let a repository ask the server: as `judge`, as `embedder`, and as the judge `grounded`."""
    params = scratch.read("params.yaml").replace("suites:", MODELS.format(url=judging.url) + "suites:", 1)
    scratch.write("params.yaml", f"{params}judge: grader\nembedder: vectors\n")
    scratch.write("evalsets/judges/grounded.yml", JUDGE)
    scratch.commit("seat a judge")


def mislead(scratch: Scratch, share: float) -> None:
    """Let some of the documents, and with them the answers, say something that the scripted judge fails."""
    cases = scratch.cases()
    for case in cases[: round(share * len(cases))]:
        case["vars"]["documents"][0]["text"] = case["vars"]["documents"][0]["text"].replace(" opens", ", WRONG, opens")
    scratch.write_cases(cases)


def expecting(scratch: Scratch, *expect: dict[str, Any], cases: int = 3) -> None:
    """Leave a repository some cases, which expect these things beside what they say."""
    kept = [{**case, "expect": [*case["expect"][:1], *expect]} for case in scratch.cases()[:cases]]
    scratch.write_cases(kept)
    scratch.commit("expect more")


def paid(scratch: Scratch) -> Counter[tuple[str, str]]:
    """Return how many calls the ledger knows of each role and purpose, beside those of the prompts' own models."""
    with closing(sqlite3.connect(scratch.root / ".harness/state.db")) as store:
        parts = [json.loads(told) for (told,) in store.execute("SELECT parts FROM ledger")]
    return Counter((one["role"], one["purpose"]) for one in parts if one.get("role", "grade") != "grade")


def label(scratch: Scratch, right: int, wrong: int) -> None:
    """Let people label answers of which some hold the word WRONG; the scripted judge agrees with all of them."""
    rows = [{"answer": f"Right {n}.", "grade": "grounded", "by": "ana", "on": "2026-11-20"} for n in range(right)]
    rows += [{"answer": f"WRONG {n}.", "grade": "invented", "by": "ana", "on": "2026-11-20"} for n in range(wrong)]
    scratch.write("evalsets/judges/grounded.labels.jsonl", "".join(f"{json.dumps(row)}\n" for row in rows))
