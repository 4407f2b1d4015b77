"""One workflow that an event started: its jobs in order, each with what GitHub would give it and nothing more."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from harness.core.errors import ContentError, HarnessError
from harness.core.jsons import Json
from harness.flows.workflow_files import workflow_at
from harness.flows.workflow_host import Grant, Host, JobReport, RunReport, StepReport, Use
from harness.flows.workflow_steps import Desk, Frame, run_steps
from harness.workflows.contexts import github, variables
from harness.workflows.events import Started
from harness.workflows.expressions import Scope
from harness.workflows.jobs import (
    FAILURE,
    SKIPPED,
    SUCCESS,
    WAITING,
    Result,
    fill,
    order,
    permitted,
    refusal,
    rows,
    seconds,
    status,
    texts,
    within,
)
from harness.workflows.nouns import Environment, Job
from harness.workflows.values import as_text


@dataclass(frozen=True, slots=True)
class _Run:
    """A workflow at work, and what its caller lends it."""

    host: Host
    started: Started
    folder: Path
    secrets: Mapping[str, str]
    limit: Mapping[str, str] | None = None
    """What the caller's job is permitted, where this workflow was called by another."""
    prefix: str = ""

    def scope(self, job: Job, results: Mapping[str, Result], token: str = "") -> Scope:
        """Return what an expression of a job can see before its steps."""
        needs: dict[str, Json] = {
            name: {"result": results[name].result, "outputs": dict(results[name].outputs)} for name in job.needs
        }
        before = {results[name].result for name in _ancestors(job, self.started.workflow.jobs)}
        return Scope(
            {
                "github": github(self.started, self.host.site, job.id, token),
                "inputs": dict(self.started.inputs),
                "needs": needs,
                "vars": dict(self.host.variables.get("", {})),
            },
            status(success=before <= {SUCCESS}, failure=FAILURE in before),
        )


def run_workflow(host: Host, started: Started) -> RunReport:
    """Run a workflow's jobs, and report what became of each.

    Raises:
        ContentError: The workflow cannot be begun at all.
    """
    folder = host.scratch / f"run-{len(list(host.scratch.glob('run-*'))) + 1}"
    (folder / "artifacts").mkdir(parents=True)
    secrets = host.secrets.get("", {}) if started.trust.secrets else {}
    run = _Run(host, started, folder, secrets)
    scope = Scope({"github": github(started, host.site, "", ""), "inputs": dict(started.inputs)})
    reports, _ = _run_jobs(run)
    return RunReport(started.workflow.path, _group(started.workflow.concurrency, scope), tuple(reports))


def _group(written: Json, scope: Scope) -> str:
    found = fill(written, scope)
    return as_text(found.get("group") if isinstance(found, dict) else found)


def _run_jobs(run: _Run) -> tuple[list[JobReport], Mapping[str, Result]]:
    results: dict[str, Result] = {}
    reports: list[JobReport] = []
    for job in order(run.started.workflow):
        try:
            told = _run_job(run, job, results)
        except HarnessError as error:
            told = [JobReport(f"{run.prefix}{job.id}", FAILURE, str(error))]
        reports += told
        results[job.id] = _together(told, f"{run.prefix}{job.id}")
    return reports, results


def _together(told: list[JobReport], name: str) -> Result:
    """Return what the reports of one job come to: of a matrix, the last output that is not empty counts."""
    own = [report for report in told if report.name == name or report.name.startswith(f"{name} (")]
    results = {report.result for report in own}
    result = next((one for one in (FAILURE, WAITING, SUCCESS) if one in results), SKIPPED)
    outputs = {key: value for report in own for key, value in report.outputs.items() if value}
    return Result(result, outputs)


def _ancestors(job: Job, jobs: Mapping[str, Job]) -> set[str]:
    return {name for need in job.needs for name in (need, *_ancestors(jobs[need], jobs))}


def _run_job(run: _Run, job: Job, results: Mapping[str, Result]) -> list[JobReport]:
    scope, name = run.scope(job, results), f"{run.prefix}{job.id}"
    if held := [need for need in job.needs if results[need].result == WAITING]:
        return [JobReport(name, WAITING, f"waits for {held[0]}")]
    if not scope.holds(job.condition):
        return [JobReport(name, SKIPPED, "its condition does not hold")]
    may = permitted(run.started.workflow, job, run.started.trust)
    if run.limit is not None and (beyond := within(run.limit, may)):
        raise ContentError(f"the job wants `{beyond}: {may[beyond]}`, which its caller does not have", where=job.where)
    if job.uses:
        return _call(run, job, scope, may)
    several = rows(job, scope)
    told = []
    for index, row in enumerate(several):
        title = f"{name} ({', '.join(map(as_text, row.values()))})" if row else name
        strategy: dict[str, Json] = {"fail-fast": job.fail_fast, "job-index": index, "job-total": len(several)}
        told.append(_run_row(run, job, _Row(title, row, strategy, may), results))
    return told


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of a job's matrix, and what the job may do."""

    title: str
    values: Mapping[str, Json]
    strategy: Mapping[str, Json]
    may: Mapping[str, str]


def _run_row(run: _Run, job: Job, row: _Row, results: Mapping[str, Result]) -> JobReport:
    token = run.host.token(Grant(row.may, run.host.site.repository))
    scope = run.scope(job, results, token).with_contexts(matrix=dict(row.values), strategy=dict(row.strategy))
    entered, why = _enter(run, job, scope)
    environment = entered.name if entered else ""
    if why:
        return JobReport(row.title, FAILURE, why, environment, row.may)
    if entered and entered.reviewers and environment not in run.host.approved:
        return JobReport(row.title, WAITING, "waits for a reviewer", environment, row.may)
    secrets = {**run.secrets, **(run.host.secrets.get(environment, {}) if environment else {})}
    known: dict[str, Json] = {**run.host.variables.get("", {}), **run.host.variables.get(environment, {})}
    scope = scope.with_contexts(secrets={**secrets, "GITHUB_TOKEN": token}, vars=dict(known))
    desk = _desk(run, job, row, scope)
    desk.secrets = [*secrets.values(), token]
    run_steps(desk, job.steps, Frame(), desk.steps)
    outputs = texts(job.outputs, desk.seen(desk.env, desk.steps))
    steps: tuple[StepReport, ...] = tuple(desk.reports)
    return JobReport(row.title, desk.status, "", environment, row.may, steps, outputs, desk.summary)


def _enter(run: _Run, job: Job, scope: Scope) -> tuple[Environment | None, str]:
    """Return the environment that a job enters, and why it may not."""
    written = fill(job.environment, scope)
    name = as_text(written.get("name") if isinstance(written, dict) else written)
    if not name:
        return None, ""
    environment = run.host.environments.get(name)
    if environment is None:
        return Environment(name), f"the environment `{name}` is not declared in .github/environments.yaml"
    if not run.started.trust.secrets:
        return environment, f"a fork's own workflow has no secrets of the environment `{name}`"
    return environment, refusal(environment, run.started.run)


def _desk(run: _Run, job: Job, row: _Row, scope: Scope) -> Desk:
    plain = re.sub(r"[^A-Za-z0-9]+", "-", row.title).strip("-")
    folder = run.folder / f"{len(list(run.folder.iterdir()))}-{plain}"
    workspace, temporary = folder / "work", folder / "temp"
    for place in (workspace, temporary, folder / "home"):
        place.mkdir(parents=True)
    event = folder / "event.json"
    context = scope.contexts["github"]
    facts = context if isinstance(context, dict) else {}
    event.write_text(as_text(scope.value("toJSON(github.event)")), encoding="utf-8")
    facts["workspace"] = str(workspace)
    scope = scope.with_contexts(
        github=facts, runner={"os": "Linux", "arch": "X64", "temp": str(temporary), "environment": "github-hosted"}
    )
    env = {
        **variables(facts),
        "GITHUB_EVENT_PATH": str(event),
        "HOME": str(folder / "home"),
        "LANG": "C.UTF-8",
        "PATH": run.host.path,
        "RUNNER_ARCH": "X64",
        "RUNNER_ENVIRONMENT": "github-hosted",
        "RUNNER_OS": "Linux",
        "RUNNER_TEMP": str(temporary),
    }
    env.update(texts(run.started.workflow.env, scope))
    env.update(texts(job.env, scope.with_contexts(env=dict(env))))
    use = Use(run.host, run.started, {}, row.may, workspace, run.folder / "artifacts", temporary)
    shell = job.shell or run.started.workflow.shell
    return Desk(use, scope, env, shell, seconds(job.timeout, scope, run.host.patience), [])


def _call(run: _Run, job: Job, scope: Scope, may: Mapping[str, str]) -> list[JobReport]:
    """Run a reusable workflow of this repository, from the commit of the one that calls it."""
    if not job.uses.startswith(("./", "$/")):
        raise ContentError(f"`{job.uses}` is not a workflow of this repository", where=job.where)
    called = workflow_at(run.host.git, run.started.run.sha, job.uses[2:])
    secrets = run.secrets if job.secrets == "inherit" else _lent(run, job, scope)
    inputs = {name: entry.get("default") for name, entry in called.called.inputs.items()}
    given = {name: fill(value, scope) for name, value in job.given.items()}
    if unknown := [name for name in given if name not in inputs]:
        raise ContentError(f"{called.path} has no input `{unknown[0]}`", where=job.where)
    started = replace(run.started, workflow=called, inputs={**inputs, **given})
    inner = _Run(run.host, started, run.folder, secrets, may, f"{run.prefix}{job.id} / ")
    reports, results = _run_jobs(inner)
    told: dict[str, Json] = {
        name: {"result": result.result, "outputs": dict(result.outputs)} for name, result in results.items()
    }
    outputs = texts(called.called.outputs, Scope({**scope.contexts, "jobs": told}))
    failed = any(result.result == FAILURE for result in results.values())
    name = f"{run.prefix}{job.id}"
    return [*reports, JobReport(name, FAILURE if failed else SUCCESS, "", "", may, (), outputs)]


def _lent(run: _Run, job: Job, scope: Scope) -> Mapping[str, str]:
    written = fill(job.secrets, scope.with_contexts(secrets=dict(run.secrets)))
    return {name: as_text(value) for name, value in written.items()} if isinstance(written, dict) else {}
