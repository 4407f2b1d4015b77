"""A scratch repository whose answers vary: its reader is at times at a loss, or too brief."""

import json
import re
import sqlite3
from contextlib import closing
from typing import Any

from tests.scenarios.scratch import Result, Scratch, case

CITES = ", and cite the document you used as [id]"
"""What a prompt must ask for, or every answer fails."""
ASKS = "Question: {{ question }}"
KINDER = "Answer kindly from the documents only"


def vary(scratch: Scratch, cases: int = 40, temperature: float = 0.4) -> Scratch:
    """Let answers vary, with so many cases, as base."""
    params = re.sub(r"temperature: [\d.]+", f"temperature: {temperature}", scratch.read("params.yaml"))
    scratch.write("params.yaml", params.replace("margin: 0.05", "margin: 0.10"))
    scratch.write_cases([case(number) for number in range(cases)])
    scratch.write(".gitignore", ".harness/*\n!.harness/metrics/\n")
    scratch.commit("let answers vary")
    return scratch


def harm(scratch: Scratch, *, where: str = "") -> None:
    """Change the prompt so that every answer fails, or the answer to every question with a word in it."""
    if where:
        blind = f"{{% if '{where}' in question %}}SAY no{{% else %}}{ASKS}{{% endif %}}"
        scratch.edit("prompts/desk.prompt.yml", ASKS, blind)
    else:
        scratch.edit("prompts/desk.prompt.yml", CITES, "")


def reword(scratch: Scratch) -> None:
    """Change the prompt so that nothing gets worse."""
    scratch.edit("prompts/desk.prompt.yml", "Answer from the documents only", KINDER)


def content(result: Result) -> dict[str, Any]:
    """Return the verdict without what the run took."""
    return {**result.verdict, "run": None}


def check(result: Result, rule: str = "paired", tag: str = "") -> dict[str, Any]:
    """Return the one check of a rule and a slice."""
    (found,) = [one for one in result.verdict["checks"] if (one["rule"], one["slice"]) == (rule, tag)]
    return dict(found)


def forge(scratch: Scratch, **changes: object) -> None:
    """Change the committed selftest."""
    path = ".harness/metrics/selftest.json"
    scratch.write(path, json.dumps({**json.loads(scratch.read(path)), **changes}))
    scratch.commit("another selftest")


def age(scratch: Scratch, *, days: int) -> None:
    """Let the answers until now be so many days and a second old."""
    with closing(sqlite3.connect(scratch.root / ".harness/state.db", isolation_level=None)) as store:
        store.execute("UPDATE answers SET at = at - ? * 86400 - 1", (days,))


def stored(scratch: Scratch) -> int:
    """Return how many answers are in the store, which another process may be about to make."""
    place = f"file:{scratch.root / '.harness/state.db'}?mode=ro"
    try:
        with closing(sqlite3.connect(place, uri=True)) as store:
            found: int = store.execute("SELECT count(*) FROM answers").fetchone()[0]
    except sqlite3.OperationalError:
        return 0
    return found
