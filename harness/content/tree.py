"""One tree's content: its prompts, pins and policy, and where the cases of each pair are."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

from harness.content import data_files, evalsets, params, prompts
from harness.content.suggest import did_you_mean
from harness.content.yaml_reader import FILE_LIMIT, decode
from harness.core.errors import ContentError, Origin
from harness.core.pair import Pair
from harness.core.pin import Pin
from harness.core.policy import Policy
from harness.core.prompt import Prompt
from harness.ports import Workspace

_CASES = (evalsets.FOLDER, data_files.LOCK)
"""The files that say where cases are; with one of them unread, nobody knows what is tested."""


class Source(NamedTuple):
    """One file of cases; with an md5 when DVC keeps it."""

    path: str
    fingerprint: str
    """Equal fingerprints mean equal bytes."""
    md5: str = ""
    stage: str = ""
    """The DVC stage that makes it; empty for a `.dvc` file."""


@dataclass(frozen=True, slots=True)
class Content:
    """Everything a tree says, apart from the cases themselves."""

    prompts: dict[str, Prompt]
    partials: dict[str, str]
    """The text of each partial, by its path below prompts/."""
    pins: dict[str, Pin]
    policy: Policy
    has_policy: bool
    sources: dict[Pair, tuple[Source, ...]]

    def pin_of(self, prompt: Prompt) -> Pin:
        """Return the pin that a prompt asks for."""
        return self.pins[prompt.model]


def read_tree(workspace: Workspace, *, version: str) -> Content:
    """Return what a tree says.

    Raises:
        ContentError: The first fault, with file, line and a hint.
    """
    content, faults = survey(workspace, version=version)
    if faults:
        raise faults[0]
    return content


class Faults(list[ContentError]):
    """What is wrong with single files, while the others are read."""

    @contextmanager
    def noted(self) -> Iterator[None]:
        """Note a fault and go on."""
        try:
            yield
        except ContentError as fault:
            self.append(fault)

    def among(self, *starts: str) -> bool:
        """Return whether a file is faulty whose path starts so."""
        return any(str(fault.where).startswith(starts) for fault in self)


def survey(workspace: Workspace, *, version: str) -> tuple[Content, Faults]:
    """Return a tree without the files that cannot be read, and the faults of all files; none follows from another.

    Raises:
        ContentError: It has no params.yaml, so that it is none of ours.
    """
    try:
        data = workspace.read(params.PATH, limit=FILE_LIMIT)
    except FileNotFoundError:
        what = f"there is no {params.PATH} in {workspace.label}"
        raise ContentError(what, hint="run `harness init` to begin, or change to the repository's folder") from None
    settings, faults = params.Params({}, Policy(), has_policy=False), Faults()
    with faults.noted():
        settings = params.read_params(data, version=version)
    content = Content(
        prompts=_read_prompts(workspace, faults),
        partials=_read_partials(workspace, faults),
        pins=settings.pins,
        policy=settings.policy,
        has_policy=settings.has_policy,
        sources=_find_sources(workspace, faults),
    )
    faults += [*_faults_of_prompts(content, faults), *_faults_of_evalsets(content, faults)]
    faults += [*_faults_of_gates(content, faults)]
    return content, faults


def _read_prompts(workspace: Workspace, faults: Faults) -> dict[str, Prompt]:
    found: dict[str, Prompt] = {}
    with faults.noted():
        paths = [path for path in workspace.paths(prompts.FOLDER) if not path.startswith(prompts.PARTIALS)]
        if not paths:
            raise ContentError("there is no prompt", where=Origin(prompts.FOLDER), hint="add prompts/<name>.prompt.yml")
        for path in paths:
            with faults.noted():
                prompt = _read_prompt(workspace, path)
                found[prompt.id] = prompt
    return found


def _read_prompt(workspace: Workspace, path: str) -> Prompt:
    if not path.endswith(prompts.SUFFIX) or "/" in prompts.prompt_id(path):
        hint = "prompts are prompts/<name>.prompt.yml, partials are in prompts/partials/"
        raise ContentError("not a prompt file", where=Origin(path), hint=hint)
    if not prompts.NAME.fullmatch(prompts.prompt_id(path)):
        what = f"`{prompts.prompt_id(path)}` cannot be the name of a prompt"
        raise ContentError(what, where=Origin(path), hint="use a-z, 0-9, _ and -, such as support-answer")
    return prompts.read_prompt(workspace.read(path, limit=FILE_LIMIT), path)


def _read_partials(workspace: Workspace, faults: Faults) -> dict[str, str]:
    found: dict[str, str] = {}
    with faults.noted():
        for path in workspace.paths(prompts.PARTIALS):
            with faults.noted():
                found[path.removeprefix(prompts.FOLDER)] = decode(workspace.read(path, limit=FILE_LIMIT), path)
    return found


def _find_sources(workspace: Workspace, faults: Faults) -> dict[Pair, tuple[Source, ...]]:
    found: dict[str, Source] = {}
    pairs: dict[Pair, tuple[Source, ...]] = {}
    with faults.noted():
        kept = data_files.kept_by_dvc(workspace)
        found = {path: Source(path, f"md5:{md5}", md5, stage) for path, (md5, stage) in kept.items()}
        for path in workspace.paths(evalsets.FOLDER):
            if path not in kept:
                found[path] = Source(path, workspace.fingerprint(path))
    for path in sorted(found):
        with faults.noted():
            if name := evalsets.parse_path(path):
                pair = Pair(name.suite, name.prompt)
                pairs[pair] = (*pairs.get(pair, ()), found[path])
    return pairs


def _faults_of_prompts(content: Content, faults: Faults) -> Iterator[ContentError]:
    """Yield the prompts whose pin is not there or takes something else, and those that nothing tests."""
    tested = {pair.prompt for pair in content.sources}
    for prompt in content.prompts.values():
        if prompt.model not in content.pins and not faults.among(params.PATH):
            near = did_you_mean(prompt.model, content.pins)
            hint = f"models in params.yaml: {', '.join(content.pins)}"
            yield ContentError(f"there is no pin `{prompt.model}`{near}", where=prompt.origin, hint=hint)
        elif (pin := content.pins.get(prompt.model)) and pin.application != bool(prompt.inputs):
            kind, takes = ("an application", "inputs") if pin.application else ("a model", "messages")
            what = f"the pin `{pin.alias}` asks {kind} (`{pin.provider}`), which takes `{takes}`"
            yield ContentError(what, where=prompt.origin, hint="docs/applications.md says which pin goes with which")
        elif prompt.id not in tested and not faults.among(*_CASES):
            hint = f"add evalsets/regression/{prompt.id}.jsonl"
            yield ContentError(f"nothing tests the prompt `{prompt.id}`", where=prompt.origin, hint=hint)


def _faults_of_evalsets(content: Content, faults: Faults) -> Iterator[ContentError]:
    """Yield the evalsets whose suite or prompt is not there."""
    for pair, sources in content.sources.items():
        where = Origin(sources[0].path)
        if pair.suite not in content.policy.suites and not faults.among(params.PATH):
            near = did_you_mean(pair.suite, content.policy.suites)
            hint = f"add it under `suites:` in {params.PATH}, or move the file"
            yield ContentError(f"there is no suite `{pair.suite}`{near}", where=where, hint=hint)
        elif content.prompts and pair.prompt not in content.prompts and not faults.among(prompts.path_of(pair.prompt)):
            near = did_you_mean(pair.prompt, content.prompts)
            hint = "delete the file with its prompt, or name it after one"
            yield ContentError(f"there is no prompt `{pair.prompt}`{near}", where=where, hint=hint)


def _faults_of_gates(content: Content, faults: Faults) -> Iterator[ContentError]:
    """Yield the gates of prompts that no case tests."""
    for gate in content.policy.gates:
        if gate.prompt and Pair(gate.suite, gate.prompt) not in content.sources and not faults.among(*_CASES):
            known = [pair.prompt for pair in content.sources if pair.suite == gate.suite]
            near = did_you_mean(gate.prompt, known)
            what = f"gate `{gate.name}` has nothing to judge: no cases of `{gate.prompt}`{near}"
            yield ContentError(what, where=gate.origin, hint=f"prompts with cases: {', '.join(known)}")


def check_measured(policy: Policy, metrics: Mapping[Pair, set[str]], tags: Mapping[Pair, set[str]]) -> None:
    """Refuse a gate whose metric no case measures, or whose slice no case is in.

    Raises:
        ContentError: With the gate's line and what is measured instead.
    """
    for gate in policy.gates:
        pairs = [pair for pair in metrics if pair.suite == gate.suite and gate.prompt in ("", pair.prompt)]
        measured = set[str]().union(*(metrics[pair] for pair in pairs))
        if gate.metric not in measured:
            what = f"gate `{gate.name}` has nothing to judge: nothing measures `{gate.metric}`"
            hint = f"measured: {', '.join(sorted(measured)) or 'nothing'}"
            raise ContentError(what + did_you_mean(gate.metric, measured), where=gate.origin, hint=hint)
        known = set[str]().union(*(tags[pair] for pair in pairs))
        for tag in gate.slices:
            if tag not in known:
                what = f"gate `{gate.name}` has nothing to judge in slice `{tag}`: no case has this tag"
                raise ContentError(
                    what + did_you_mean(tag, known), where=gate.origin, hint="tag cases, or drop the slice"
                )


def check_waived(policy: Policy, cases: Mapping[Pair, Collection[str]]) -> None:
    """Refuse a waiver of a case that is not there.

    Raises:
        ContentError: With the waiver's line and what is near.
    """
    for waiver in policy.waivers:
        known = cases.get(Pair(waiver.suite, waiver.prompt), ())
        if waiver.case not in known:
            what = f"there is no case `{waiver.case}` of {waiver.suite} / {waiver.prompt} to waive"
            hint = "drop the waiver, or name a case of this suite and prompt"
            raise ContentError(what + did_you_mean(waiver.case, known), where=waiver.origin, hint=hint)
