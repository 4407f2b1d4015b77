"""How the jobs of a workflow come about: their order, their matrix, what they are permitted, where they may enter."""

import itertools
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from harness.core.errors import ContentError
from harness.core.jsons import Json
from harness.workflows.events import Run, Trust
from harness.workflows.expressions import Scope
from harness.workflows.functions import Function
from harness.workflows.lexer import ExpressionError
from harness.workflows.nouns import Environment, Job, Workflow
from harness.workflows.patterns import chosen
from harness.workflows.values import as_number, as_text, equal

SUCCESS, FAILURE, SKIPPED, WAITING = "success", "failure", "skipped", "waiting"
MATRIX_LIMIT = 256
UNSAID = {"contents": "read", "packages": "read"}
"""What a token may do where neither the workflow nor the job says: the restricted default of GitHub."""


class Result(NamedTuple):
    """How a job ended, and what it hands on."""

    result: str
    outputs: Mapping[str, str] = {}


def order(workflow: Workflow) -> list[Job]:
    """Return the jobs, each after all that it needs, and otherwise last written first.

    What is not needed may run at any time: the order least expected shows a `needs` that was forgotten.

    Raises:
        ContentError: Jobs need each other in a ring.
    """
    left = list(reversed(list(workflow.jobs.values())))
    found: list[Job] = []
    while left:
        done = {job.id for job in found}
        ready = next((job for job in left if done.issuperset(job.needs)), None)
        if ready is None:
            names = ", ".join(f"`{job.id}`" for job in left)
            raise ContentError(f"the jobs {names} need each other", where=left[0].where)
        left.remove(ready)
        found.append(ready)
    return found


def rows(job: Job, scope: Scope) -> list[Mapping[str, Json]]:
    """Return the rows of a job's matrix; one empty row where it has none.

    Raises:
        ExpressionError: The matrix comes to nothing, or to more rows than GitHub takes.
    """
    if job.matrix is None:
        return [{}]
    matrix = fill(job.matrix, scope)
    if not isinstance(matrix, dict):
        raise ExpressionError("the matrix is not a mapping", where=job.where)
    axes = {name: values for name, values in matrix.items() if name not in {"include", "exclude"}}
    for name, values in axes.items():
        if not isinstance(values, list):
            raise ExpressionError(f"`{name}` of the matrix is not a list", where=job.where)
    lists = [values for values in axes.values() if isinstance(values, list)]
    found: list[dict[str, Json]] = (
        [dict(zip(axes, row, strict=True)) for row in itertools.product(*lists)] if axes else []
    )
    found = [row for row in found if not any(_covers(row, out) for out in _entries(matrix, "exclude"))]
    found = _included(found, axes, list(_entries(matrix, "include")))
    if not 0 < len(found) <= MATRIX_LIMIT:
        raise ExpressionError(f"the matrix comes to {len(found)} jobs, not to 1 to {MATRIX_LIMIT}", where=job.where)
    return list(found)


def _entries(matrix: Mapping[str, Json], key: str) -> Iterator[Mapping[str, Json]]:
    found = matrix.get(key)
    yield from (entry for entry in (found if isinstance(found, list) else []) if isinstance(entry, dict))


def _covers(row: Mapping[str, Json], part: Mapping[str, Json]) -> bool:
    return all(name in row and equal(row[name], value) for name, value in part.items())


def _included(
    found: list[dict[str, Json]], axes: Mapping[str, Json], entries: list[Mapping[str, Json]]
) -> list[dict[str, Json]]:
    """Return rows with what `include` adds to those that it agrees with; what agrees with none is a row of its own."""
    alone: list[dict[str, Json]] = []
    for entry in entries:
        fixed = {name: value for name, value in entry.items() if name in axes}
        fits = [row for row in found if _covers(row, fixed)]
        for row in fits:
            row.update(entry)
        if not fits:
            alone.append(dict(entry))
    return found + alone


def fill(value: Json, scope: Scope) -> Json:
    """Return a value in which each text has its expressions replaced."""
    if isinstance(value, str):
        return scope.fill(value)
    if isinstance(value, list):
        return [fill(item, scope) for item in value]
    return {key: fill(item, scope) for key, item in value.items()} if isinstance(value, dict) else value


def status(*, success: bool, failure: bool) -> dict[str, Function]:
    """Return the functions by which a condition asks how all went until now."""
    return {
        "success": Function(lambda _: success, 0, 0),
        "failure": Function(lambda _: failure, 0, 0),
        "always": Function(lambda _: True, 0, 0),
        "cancelled": Function(lambda _: False, 0, 0),
    }


def seconds(minutes: Json, scope: Scope, most: float) -> float:
    """Return how long something may take whose `timeout-minutes` are written, or not; `most` is the limit.

    Raises:
        ExpressionError: What is written is no number above 0.
    """
    written = fill(minutes, scope)
    if written is None:
        return most
    if not (found := as_number(written)) > 0:
        raise ExpressionError(f"`timeout-minutes: {as_text(written)}` is no number of minutes")
    return min(most, found * 60)


def texts(value: Mapping[str, Json], scope: Scope) -> dict[str, str]:
    """Return a mapping whose values are texts with their expressions replaced, as for an environment."""
    return {key: as_text(fill(item, scope)) for key, item in value.items()}


def permitted(workflow: Workflow, job: Job, trust: Trust) -> dict[str, str]:
    """Return what a job's token may do: what the job says, else the workflow, else nobody; trust is the limit."""
    said = job.permissions if job.permissions is not None else workflow.permissions
    found = dict(UNSAID if said is None else said)
    if not trust.write:
        found = {name: "read" for name, level in found.items() if level != "none" and name != "id-token"}
    return {"metadata": "read", **{name: level for name, level in found.items() if level != "none"}}


def within(limit: Mapping[str, str], wanted: Mapping[str, str]) -> str:
    """Return the first permission that a called workflow wants beyond its caller's, or an empty text."""
    rank = {"none": 0, "read": 1, "write": 2}
    beyond = [name for name, level in wanted.items() if rank[level] > rank[limit.get(name, "none")]]
    return beyond[0] if beyond else ""


def refusal(environment: Environment, run: Run) -> str:
    """Return why a run may not enter an environment, or an empty text."""
    branch = run.ref.removeprefix("refs/heads/")
    if environment.branches and not (run.ref.startswith("refs/heads/") and chosen(branch, environment.branches)):
        return f"{run.ref} may not enter the environment `{environment.name}`"
    return ""
