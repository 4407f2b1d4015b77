"""A workflow file, an action or the declared environments: plain data in, nouns out; an unknown key is an error."""

import re
from collections.abc import Mapping
from typing import Final

from harness.core.jsons import Json
from harness.workflows.keys import Keys, Source
from harness.workflows.nouns import Action, Called, Environment, Job, Step, Workflow
from harness.workflows.patterns import is_pattern

EVENTS: Final[Mapping[str, tuple[str, ...]]] = {
    "merge_group": ("branches", "types"),
    "pull_request": ("branches", "branches-ignore", "paths", "paths-ignore", "types"),
    "pull_request_target": ("branches", "branches-ignore", "paths", "paths-ignore", "types"),
    "push": ("branches", "branches-ignore", "paths", "paths-ignore", "tags", "tags-ignore"),
    "repository_dispatch": ("types",),
    "schedule": (),
    "workflow_call": ("inputs", "outputs", "secrets"),
    "workflow_dispatch": ("inputs",),
    "workflow_run": ("branches", "branches-ignore", "types", "workflows"),
}
"""The events that are understood, each with its filters."""
SCOPES = (
    "actions", "artifact-metadata", "attestations", "checks", "contents", "deployments", "discussions", "id-token",
    "issues", "models", "packages", "pages", "pull-requests", "repository-projects", "security-events", "statuses",
)  # fmt: skip
"""What a token may be permitted."""
_PATTERNED = frozenset({"branches", "branches-ignore", "paths", "paths-ignore", "tags", "tags-ignore"})
_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


def read_workflow(source: Source) -> Workflow:
    """Return a workflow.

    Raises:
        ContentError: A key or an event is unknown, a value of the wrong type, or a needed job not there.
    """
    top = Keys(source, (), source.value)
    on = _events(top)
    jobs = {name: _job(name, keys) for name, keys in top.inner("jobs").items()}
    call = Keys(source, ("on", "workflow_call"), dict(on.get("workflow_call", {})))
    top.text("run-name")
    found = Workflow(
        source.path,
        top.text("name") or source.path,
        on,
        jobs,
        permissions=_permissions(top),
        shell=_defaults(top),
        env=top.plain("env"),
        concurrency=top.value("concurrency"),
        called=_called(call),
    )
    top.done()
    for name, job in jobs.items():
        if missing := [other for other in job.needs if other not in jobs]:
            Keys(source, ("jobs", name), {}).refuse(f"`{name}` needs a job `{missing[0]}`, which is not there", "needs")
    return found


def _events(top: Keys) -> Mapping[str, Mapping[str, Json]]:
    written = top.value("on")
    if isinstance(written, str | list):
        return {name: {} for name in (top.texts("on")) if _known_event(top, name)}
    found: dict[str, Mapping[str, Json]] = {}
    for name, value in top.mapping("on").items():
        _known_event(top, name)
        if name == "schedule":
            found[name] = {"schedule": value}
            continue
        filters = Keys(top.source, ("on", name), {} if value is None else value)
        found[name] = {key: kept for key in EVENTS[name] if (kept := filters.value(key)) is not None}
        for key in _PATTERNED & found[name].keys():
            _patterns(filters, key)
        filters.done()
    return found or top.refuse("`on` names no event")


def _patterns(keys: Keys, key: str) -> tuple[str, ...]:
    """Return the patterns below a key."""
    found = keys.texts(key)
    if wrong := [text for text in found if not is_pattern(text)]:
        keys.refuse(f"`{wrong[0]}` is no pattern", key)
    return found


def _known_event(top: Keys, name: str) -> bool:
    return name in EVENTS or top.refuse(
        f"the event `{name}` is not understood", "on", f"known are: {', '.join(EVENTS)}"
    )


def _permissions(keys: Keys) -> Mapping[str, str] | None:
    written = keys.value("permissions")
    if written is None:
        return None
    if isinstance(written, str) and written in {"read-all", "write-all"}:
        return dict.fromkeys(SCOPES, written.removesuffix("-all"))
    found = {name: str(level) for name, level in keys.mapping("permissions").items()}
    for name, level in found.items():
        if name not in SCOPES or level not in {"read", "write", "none"}:
            keys.refuse(f"`{name}: {level}` is not a permission", "permissions", f"known are: {', '.join(SCOPES)}")
    return found


def _job(name: str, keys: Keys) -> Job:
    if not _ID.fullmatch(name):
        keys.refuse(f"`{name}` cannot be the id of a job")
    strategy = Keys(keys.source, (*keys.place, "strategy"), keys.value("strategy") or {})
    fail_fast = strategy.value("fail-fast")
    calls = bool(keys.value("uses"))
    found = Job(
        keys.origin(),
        name,
        name=keys.text("name"),
        needs=keys.texts("needs"),
        condition=keys.text("if"),
        runs_on=keys.value("runs-on"),
        shell=_defaults(keys),
        permissions=_permissions(keys),
        environment=keys.value("environment"),
        concurrency=keys.value("concurrency"),
        outputs=keys.plain("outputs"),
        env=keys.plain("env"),
        matrix=strategy.value("matrix"),
        fail_fast=True if fail_fast is None else fail_fast,
        timeout=keys.value("timeout-minutes"),
        continue_on_error=keys.value("continue-on-error") or False,
        steps=() if calls else _steps(keys),
        uses=keys.text("uses"),
        given=keys.plain("with"),
        secrets=keys.value("secrets"),
    )
    strategy.value("max-parallel")
    strategy.done()
    keys.done()
    if not calls and found.runs_on is None:
        keys.refuse(f"the job `{name}` says not what it runs on", hint="add `runs-on: ubuntu-24.04`")
    return found


def _defaults(keys: Keys) -> str:
    """Return the shell that `defaults: run:` names."""
    defaults = Keys(keys.source, (*keys.place, "defaults"), keys.value("defaults") or {})
    run = Keys(keys.source, (*defaults.place, "run"), defaults.value("run") or {})
    shell = run.text("shell")
    for part in (run, defaults):
        part.done()
    return shell


def _steps(keys: Keys) -> tuple[Step, ...]:
    steps = tuple(map(_step, keys.items("steps")))
    ids = [step.id for step in steps if step.id]
    if twice := [name for name in ids if ids.count(name) > 1]:
        keys.refuse(f"two steps have the id `{twice[0]}`", "steps")
    return steps


def _step(keys: Keys) -> Step:
    found = Step(
        keys.origin(),
        id=keys.text("id"),
        name=keys.text("name"),
        condition=keys.text("if"),
        run=keys.text("run"),
        uses=keys.text("uses"),
        given=keys.plain("with"),
        env=keys.plain("env"),
        shell=keys.text("shell"),
        working_directory=keys.text("working-directory"),
        timeout=keys.value("timeout-minutes"),
        continue_on_error=keys.value("continue-on-error") or False,
    )
    keys.done()
    if bool(found.run) == bool(found.uses):
        keys.refuse("a step has either `run` or `uses`")
    return found


def _called(keys: Keys) -> Called:
    inputs = {name: entry.all() for name, entry in keys.inner("inputs").items()}
    secrets = {name: entry.all() for name, entry in keys.inner("secrets").items()}
    outputs = {name: entry.text("value") for name, entry in keys.inner("outputs").items()}
    return Called(inputs, secrets, outputs)


def read_action(source: Source) -> Action:
    """Return a composite action.

    Raises:
        ContentError: A key is unknown or of the wrong type, or the action is of another kind.
    """
    top = Keys(source, (), source.value)
    for key in ("author", "branding", "description"):
        top.value(key)
    runs = Keys(source, ("runs",), top.value("runs"))
    if runs.text("using") != "composite":
        runs.refuse("only composite actions are understood", "using")
    found = Action(source.path, top.text("name") or source.path, _called(top), _steps(runs))
    runs.done()
    top.done()
    for step in found.steps:
        if step.run and not step.shell:
            runs.refuse("a `run` step of an action needs a `shell`", hint="add `shell: bash`")
    return found


def read_environments(source: Source) -> Mapping[str, Environment]:
    """Return the environments that a repository declares, by name."""
    top = Keys(source, (), source.value)
    found = {}
    for name, keys in top.inner("environments").items():
        reviewers = keys.value("reviewers")
        keys.text("why")
        found[name] = Environment(
            name, _patterns(keys, "branches"), bool(reviewers), keys.texts("secrets"), keys.texts("variables")
        )
        keys.done()
    top.done()
    return found
