"""Names in the expressions of a job that stand for nothing: GitHub puts an empty text there and says no word."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from harness.core.errors import Origin
from harness.core.jsons import Json
from harness.workflows.expressions import bare, sources, walk
from harness.workflows.lexer import ExpressionError
from harness.workflows.nouns import Action, Environment, Job, Step, Workflow
from harness.workflows.parser import Context, Index, Literal, Node, parse

CONTEXTS = frozenset(
    {"env", "github", "inputs", "job", "jobs", "matrix", "needs", "runner", "secrets", "steps", "strategy", "vars"}
)


_LONG = 4
"""Names in `needs.plan.outputs.shards`, beyond which anything goes."""


class Known(NamedTuple):
    """What stands around a job."""

    workflow: Workflow
    actions: Mapping[str, Action]
    environments: Mapping[str, Environment]


class Found(NamedTuple):
    """An expression, where it stands, and the steps before it."""

    source: str
    where: Origin
    steps: tuple[Step, ...]


def unknown(job: Job, known: Known) -> Iterator[tuple[Origin, str]]:
    """Yield each name that stands for nothing, and each expression that is none."""
    for found in _expressions(job):
        try:
            ways = list(_ways(parse(found.source)))
        except ExpressionError as error:
            yield found.where, error.what
            continue
        for way in ways:
            if what := _missing(way, job, known, found.steps):
                yield found.where, what
    for where, condition in [(job.where, job.condition), *((step.where, step.condition) for step in job.steps)]:
        try:
            bare(condition)
        except ExpressionError as error:
            yield where, error.what


def _expressions(job: Job) -> Iterator[Found]:
    values = (job.name, job.environment, job.env, job.matrix, job.given, job.secrets, job.runs_on, job.concurrency)
    for text in (text for value in values for text in _texts(value)):
        yield from (Found(source, job.where, ()) for source in sources(text))
    yield from _condition(job.condition, job.where, ())
    for at, step in enumerate(job.steps):
        before = job.steps[:at]
        for text in (text for value in (step.name, step.run, step.env, step.given) for text in _texts(value)):
            yield from (Found(source, step.where, before) for source in sources(text))
        yield from _condition(step.condition, step.where, before)
    for text in _texts(job.outputs):
        yield from (Found(source, job.where, job.steps) for source in sources(text))


def _condition(condition: str, where: Origin, before: tuple[Step, ...]) -> Iterator[Found]:
    if condition:
        yield from (
            Found(source, where, before) for source in (sources(condition) if "${{" in condition else [condition])
        )


def _texts(value: Json | Mapping[str, Json]) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def _ways(node: Node) -> Iterator[tuple[str, ...]]:
    """Yield the names that lead into contexts, such as `needs`, `plan`, `outputs`, `shards`; the longest of each."""
    shorter = {node.value for node in walk(node) if isinstance(node, Index)}
    for one in walk(node):
        if isinstance(one, Context | Index) and one not in shorter and (way := _way(one)):
            yield way


def _way(node: Node) -> tuple[str, ...]:
    if isinstance(node, Context):
        return (node.name,)
    if isinstance(node, Index):
        before = _way(node.value)
        key = node.key.value if isinstance(node.key, Literal) else "*"
        return (*before, str(key)) if before else ()
    return ()


def _missing(way: tuple[str, ...], job: Job, known: Known, before: tuple[Step, ...]) -> str:
    """Return what is missing at the end of a way, or an empty text."""
    first, name, part, output = (*way, "", "", "")[:_LONG]
    shown = ".".join(way)
    if first not in CONTEXTS:
        return f"`{first}` is no context"
    if first == "needs" and name:
        what = _missing_need((name, part, output), job, known.workflow)
    elif first == "steps" and name:
        what = _missing_step((name, part, output), known, before)
    else:
        there = {
            "inputs": _inputs(known.workflow),
            "matrix": _axes(job),
            "secrets": _secrets(job, known),
            "vars": {one for place in known.environments.values() for one in place.variables},
        }.get(first)
        what = f"there is no such name for the job `{job.id}`" if there is not None and name not in there else ""
    return what and f"`{shown}`: {what}"


def _missing_need(way: tuple[str, str, str], job: Job, workflow: Workflow) -> str:
    name, part, output = way
    if name not in job.needs:
        return f"the job `{job.id}` does not need `{name}`"
    other = workflow.jobs.get(name)
    if part == "outputs" and output and other and not other.uses and output not in other.outputs:
        return f"the job `{name}` has no output `{output}`"
    return "" if part in {"", "*", "outputs", "result"} else "a job has `outputs` and a `result`"


def _missing_step(way: tuple[str, str, str], known: Known, before: tuple[Step, ...]) -> str:
    name, part, output = way
    step = next((step for step in before if step.id == name), None)
    if step is None:
        return f"no step before has the id `{name}`"
    if part == "outputs" and output and not _gives(step, output, known.actions):
        return f"the step `{name}` sets no output `{output}`"
    fits = part in {"", "*", "conclusion", "outcome", "outputs"}
    return "" if fits else "a step has `outputs`, an `outcome` and a `conclusion`"


def _axes(job: Job) -> set[str] | None:
    """Return the names that a row of the matrix has, where that can be told without running."""
    told = isinstance(job.matrix, dict) and "include" not in job.matrix
    return set(job.matrix) if told and isinstance(job.matrix, dict) else None


def _secrets(job: Job, known: Known) -> set[str]:
    here = {secret for one in _entered(job, known) for secret in one.secrets}
    return here | set(known.workflow.called.secrets) | {"GITHUB_TOKEN"}


def _gives(step: Step, output: str, actions: Mapping[str, Action]) -> bool:
    """Return whether a step sets an output; of an action from elsewhere nobody here can tell."""
    if step.run:
        return re.search(rf"\b{re.escape(output)}(=|<<)", step.run) is not None
    action = actions.get(step.uses[2:].rstrip("/")) if step.uses.startswith(("./", "$/")) else None
    return action is None or output in action.takes.outputs


def _entered(job: Job, known: Known) -> list[Environment]:
    """Return the environments that a job may enter: any declared one, where an expression names it."""
    written = job.environment.get("name") if isinstance(job.environment, dict) else job.environment
    if isinstance(written, str) and "${{" in written:
        return list(known.environments.values())
    return [one for one in known.environments.values() if one.name == written]


def _inputs(workflow: Workflow) -> set[str]:
    dispatched = workflow.on.get("workflow_dispatch", {}).get("inputs")
    return {*workflow.called.inputs, *(dispatched if isinstance(dispatched, dict) else {})}
