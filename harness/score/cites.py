"""The kind `cites`: an answer names each document it must rest on, in square brackets."""

import re

from harness.core.case import Case
from harness.core.completion import Completion
from harness.core.jsons import Json
from harness.core.score import Mark
from harness.score.simple import Simple, a_text, some_texts
from harness.score.wording import cut, visible

BRACKETS = re.compile(r"\[([^\[\]]{1,1000})\]")


def cited(text: str) -> list[str]:
    """Return what stands in square brackets, each once, in order; `[a, b]` and `[a; b]` name two documents."""
    names = (name.strip() for inside in BRACKETS.findall(text) for name in re.split(r"[,;]", inside))
    return list(dict.fromkeys(filter(None, names)))


def _problem(expected: Json, reference: str) -> str:
    if isinstance(expected, list):
        return some_texts(expected, reference)
    return a_text(expected, reference) and "must be a document's id or a list of ids"


def _listed(names: list[str]) -> str:
    return cut(visible(", ".join(names[:10])), 60)


def _cites(answer: Completion, expected: Json, _case: Case) -> Mark:
    wanted = [str(name) for name in expected] if isinstance(expected, list) else [str(expected)]
    found = cited(answer.text)
    missing = [name for name in wanted if name not in found and f"[{name}]" not in answer.text]
    if not missing:
        return Mark(1.0, "the answer cites it" if len(wanted) == 1 else "the answer cites them all")
    if not found:
        return Mark(0.0, "cites nothing")
    but = "" if len(wanted) == 1 else f", not {_listed(missing)}"
    return Mark(0.0, f"cites {_listed(found)}{but}")


CITES = Simple("1", _problem, _cites)
