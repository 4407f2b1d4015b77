"""What is wrong with workflow files by the rules that keep judge and secrets out of a pull request's reach."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from harness.core.errors import Origin
from harness.core.jsons import Json
from harness.workflows.nouns import Action, Environment, Job, Step, Workflow
from harness.workflows.references import Known, unknown

GUARDED = frozenset({"pull_request_target", "repository_dispatch", "schedule", "workflow_call", "workflow_run"})
"""Events whose runs have the default branch's file, and with it secrets, while a stranger may have caused them."""
_PINNED = re.compile(r"[^@]+@[0-9a-f]{40}")
_EXPRESSION = re.compile(r"\$\{\{")


class Fault(NamedTuple):
    """One breach of one rule."""

    where: Origin
    what: str

    def __str__(self) -> str:
        """Return it in a line."""
        return f"{self.where}: {self.what}"


def faults(
    workflows: Sequence[Workflow], actions: Mapping[str, Action], environments: Mapping[str, Environment]
) -> Iterator[Fault]:
    """Yield every breach in workflow files and composite actions."""
    for workflow in workflows:
        yield from _of_workflow(workflow)
        for job in workflow.jobs.values():
            yield from _of_job(workflow, job, environments)
            for step in job.steps:
                yield from _of_step(step, guarded=bool(GUARDED & set(workflow.on)))
            known = Known(workflow, actions, environments)
            yield from (Fault(where, what) for where, what in unknown(job, known))
    for action in actions.values():
        for step in action.steps:
            yield from _of_step(step, guarded=True)
        alone = Workflow(action.path, action.name, {}, {}, called=action.takes)
        steps = Job(Origin(action.path, 1), action.name, outputs=action.takes.outputs, steps=action.steps)
        yield from (Fault(where, what) for where, what in unknown(steps, Known(alone, actions, environments)))


def _of_workflow(workflow: Workflow) -> Iterator[Fault]:
    top = Origin(workflow.path, 1)
    if workflow.permissions != {}:
        yield Fault(top, "the workflow grants permissions to every job: write `permissions: {}`, and grant per job")
    if workflow.concurrency is None and "workflow_call" not in workflow.on:
        yield Fault(top, "the workflow has no `concurrency`: two runs for one change may overlap")


def _of_job(workflow: Workflow, job: Job, environments: Mapping[str, Environment]) -> Iterator[Fault]:
    if job.permissions is None:
        yield Fault(job.where, f"the job `{job.id}` names no `permissions`")
    if job.timeout is None and not job.uses:
        yield Fault(job.where, f"the job `{job.id}` has no `timeout-minutes`")
    if job.secrets == "inherit":
        yield Fault(job.where, f"the job `{job.id}` hands over every secret")
    if job.uses and not _is_local(job.uses) and not _PINNED.fullmatch(job.uses):
        yield Fault(job.where, f"`{job.uses}` is not pinned to a commit")
    name = environment_name(job.environment)
    if name and not _EXPRESSION.search(name) and name not in environments:
        yield Fault(job.where, f"the environment `{name}` is not declared in .github/environments.yaml")
    if name and "pull_request" in workflow.on:
        yield Fault(job.where, f"the job `{job.id}` enters an environment with the pull request's own file")


def environment_name(written: Json) -> str:
    """Return the name of the environment that a job enters, as it is written."""
    found = written.get("name") if isinstance(written, dict) else written
    return found if isinstance(found, str) else ""


def _of_step(step: Step, *, guarded: bool) -> Iterator[Fault]:
    if _EXPRESSION.search(step.run):
        yield Fault(step.where, "an expression inside of `run` becomes code: hand it over by `env`")
    if not step.uses:
        return
    if not _is_local(step.uses) and not _PINNED.fullmatch(step.uses):
        yield Fault(step.where, f"`{step.uses}` is not pinned to a commit")
    if guarded and step.uses.startswith("./"):
        yield Fault(step.where, f"`{step.uses}` is what lies in the workspace: write `$/{step.uses[2:]}`")
    action = step.uses.partition("@")[0]
    if action == "actions/checkout":
        yield from _of_checkout(step, guarded=guarded)
    if guarded and (action == "actions/cache" or "cache" in step.given):
        yield Fault(step.where, "a cache that others write is read in a trusted run")


def _of_checkout(step: Step, *, guarded: bool) -> Iterable[Fault]:
    if step.given.get("persist-credentials") is not False:
        yield Fault(step.where, "the checkout leaves the token behind: write `persist-credentials: false`")
    if guarded and {"ref", "repository", "allow-unsafe-pr-checkout"} & set(step.given):
        yield Fault(step.where, "a trusted run checks out something else than the default branch")


def _is_local(uses: str) -> bool:
    return uses.startswith(("./", "$/"))
