"""The steps of one job, one after another: scripts are run, actions are stood in for, composite ones are opened."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from harness.adapters.shell import Errand, run_script
from harness.content.yaml_reader import FILE_LIMIT, read_yaml
from harness.core.errors import ContentError, HarnessError
from harness.core.jsons import Json
from harness.flows.workflow_host import StepFailedError, StepReport, Use
from harness.workflows.expressions import Scope
from harness.workflows.files import masked, masks, read_pairs
from harness.workflows.functions import Function
from harness.workflows.jobs import FAILURE, SKIPPED, SUCCESS, fill, seconds, status, texts
from harness.workflows.keys import Source
from harness.workflows.nouns import Action, Step
from harness.workflows.patterns import chosen
from harness.workflows.reading import read_action
from harness.workflows.values import as_text, is_true

PINNED = re.compile(r"[^@]+@[0-9a-f]{40}")
_SPOKEN = ("OUTPUT", "ENV", "PATH", "STEP_SUMMARY", "STATE")
"""The files by which a step speaks."""


@dataclass(slots=True)
class Desk:
    """One job at work: what its steps have come to so far."""

    use: Use
    """What an action of this job sees, but for its inputs."""
    scope: Scope
    env: dict[str, str]
    """The variables of each step, which steps before it may add to."""
    shell: str
    seconds: float
    secrets: list[str]
    """Words that no log may show."""
    status: str = SUCCESS
    steps: dict[str, Json] = field(default_factory=dict)
    reports: list[StepReport] = field(default_factory=list)
    summary: str = ""
    paths: list[str] = field(default_factory=list)

    def seen(self, env: Mapping[str, str], steps: Mapping[str, Json], **more: Json) -> Scope:
        """Return what an expression of a step can see."""
        seen = self.scope.with_contexts(env=dict(env), steps=dict(steps), job={"status": self.status}, **more)
        here = status(success=self.status == SUCCESS, failure=self.status == FAILURE)
        return Scope(seen.contexts, {**seen.functions, **here, "hashfiles": _hashes(self.use.workspace)})


def _hashes(workspace: Path) -> Function:
    def hashes(given: Sequence[Json]) -> Json:
        names = sorted(path.relative_to(workspace).as_posix() for path in workspace.rglob("*") if path.is_file())
        found = [name for name in names if chosen(name, [as_text(pattern) for pattern in given])]
        each = b"".join(hashlib.sha256((workspace / name).read_bytes()).digest() for name in found)
        return hashlib.sha256(each).hexdigest() if found else ""

    return Function(hashes, 1, 255)


@dataclass(frozen=True, slots=True)
class Frame:
    """The list of steps that is being run: the job's own, or those of a composite action."""

    env: Mapping[str, str] = field(default_factory=dict)
    contexts: Mapping[str, Json] = field(default_factory=dict)
    title: str = ""


def run_steps(desk: Desk, steps: Sequence[Step], frame: Frame, done: dict[str, Json]) -> None:
    """Run steps in order, and note in `done` what each with an id came to."""
    for step in steps:
        title = f"{frame.title}{step.title}"
        outputs: Mapping[str, str] = {}
        try:
            seen = desk.seen({**desk.env, **frame.env}, done, **frame.contexts)
            if not seen.holds(step.condition):
                outcome, log = SKIPPED, ""
            else:
                outcome, log, outputs = _attempt(desk, step, frame, seen)
            forgiven = outcome == FAILURE and is_true(fill(step.continue_on_error, seen))
        except HarnessError as error:
            outcome, log, forgiven = FAILURE, f"{error}\n", False
        desk.secrets += masks(log)
        conclusion = SUCCESS if forgiven else outcome
        desk.reports.append(StepReport(title, conclusion, masked(log, desk.secrets)))
        if conclusion == FAILURE:
            desk.status = FAILURE
        if step.id:
            done[step.id] = {"outcome": outcome, "conclusion": conclusion, "outputs": dict(outputs)}


def _attempt(desk: Desk, step: Step, frame: Frame, seen: Scope) -> tuple[str, str, Mapping[str, str]]:
    """Return how a step ended, what it said, and its outputs."""
    own = texts(step.env, seen)
    env = {**desk.env, **frame.env, **own}
    if step.run:
        return _run(desk, step, env, seen.with_contexts(env=dict(env)))
    inputs = texts(step.given, seen.with_contexts(env=dict(env)))
    if step.uses.startswith(("./", "$/")):
        return _composite(desk, step, inputs, Frame({**frame.env, **own}, {}, f"{frame.title}{step.title} / "))
    if not PINNED.fullmatch(step.uses):
        raise StepFailedError(f"`{step.uses}` is not pinned to a commit", where=step.where)
    stand_in = desk.use.host.actions.get(step.uses.partition("@")[0])
    if stand_in is None:
        raise StepFailedError(f"there is no stand-in for `{step.uses}`", where=step.where)
    given = {name: value for name, value in inputs.items() if value}
    outputs = stand_in(replace(desk.use, inputs=given))
    if token := outputs.get("token"):
        desk.secrets.append(token)
    return SUCCESS, "", outputs


def _run(desk: Desk, step: Step, env: Mapping[str, str], seen: Scope) -> tuple[str, str, Mapping[str, str]]:
    number = len(desk.reports)
    files = {name: desk.use.temporary / f"{number}-{name.lower()}" for name in _SPOKEN}
    for file in files.values():
        file.touch()
    spoken = {f"GITHUB_{name}": str(file) for name, file in files.items()}
    path = ":".join([*reversed(desk.paths), env["PATH"]])
    folder = desk.use.workspace / seen.text(step.working_directory)
    limit = seconds(step.timeout, seen, desk.seconds)
    errand = Errand(seen.text(step.run), folder, {**env, **spoken, "PATH": path}, step.shell or desk.shell, limit)
    ended = run_script(errand, desk.use.temporary / f"{number}.sh")
    told = {name: file.read_text(encoding="utf-8", errors="replace") for name, file in files.items()}
    desk.env.update(read_pairs(told["ENV"]))
    desk.paths += told["PATH"].split("\n")[:-1]
    desk.summary += masked(told["STEP_SUMMARY"], desk.secrets)
    outputs = read_pairs(told["OUTPUT"])
    log = ended.said if ended.code == 0 else f"{ended.said}exit code {ended.code}\n"
    return (FAILURE if ended.code else SUCCESS), log, outputs


def _composite(desk: Desk, step: Step, inputs: Mapping[str, str], frame: Frame) -> tuple[str, str, Mapping[str, str]]:
    action = _action(desk, step)
    known = action.takes.inputs
    if unknown := [name for name in inputs if name not in known]:
        raise StepFailedError(f"the action has no input `{unknown[0]}`", where=step.where)
    given = {name: inputs.get(name, as_text(entry.get("default"))) for name, entry in known.items()}
    if missing := [name for name, entry in known.items() if entry.get("required") is True and not given[name]]:
        raise StepFailedError(f"the action needs the input `{missing[0]}`", where=step.where)
    before, done = desk.status, dict[str, Json]()
    desk.status = SUCCESS
    contexts: dict[str, Json] = {"inputs": dict(given), "secrets": {}}
    run_steps(desk, action.steps, replace(frame, contexts=contexts), done)
    outcome, desk.status = desk.status, before
    return outcome, "", texts(action.takes.outputs, desk.seen(frame.env, done, **contexts))


def _action(desk: Desk, step: Step) -> Action:
    """Return a composite action: `$/` is the running workflow's commit, `./` whatever lies in the workspace."""
    folder = step.uses[2:].rstrip("/")
    path = f"{folder}/action.yml"
    try:
        if step.uses.startswith("$/"):
            commit = desk.use.started.run.sha
            data = desk.use.host.git.tree(commit, commit).read(path, limit=FILE_LIMIT)
        else:
            data = (desk.use.workspace / path).read_bytes()
    except FileNotFoundError:
        raise ContentError(
            f"there is no {path}", where=step.where, hint="a `./` action needs a checkout first"
        ) from None
    document = read_yaml(data, path)
    return read_action(Source(path, document.value, document.origin))
