"""One tree's content: its prompts, pins and policy, and where the cases of each pair are."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from harness.content import data_files, evalsets, params, prompts
from harness.content.suggest import did_you_mean
from harness.content.yaml_reader import FILE_LIMIT, decode
from harness.core.errors import ContentError, Origin
from harness.core.pair import Pair
from harness.core.pin import Pin
from harness.core.policy import Policy
from harness.core.prompt import Prompt
from harness.ports import Workspace


@dataclass(frozen=True, slots=True)
class Source:
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
    try:
        data = workspace.read(params.PATH, limit=FILE_LIMIT)
    except FileNotFoundError:
        what = f"there is no {params.PATH} in {workspace.label}"
        raise ContentError(what, hint="run `harness init` to begin, or change to the repository's folder") from None
    settings = params.read_params(data, version=version)
    found = _read_prompts(workspace)
    content = Content(
        prompts=found,
        partials=_read_partials(workspace),
        pins=settings.pins,
        policy=settings.policy,
        has_policy=settings.has_policy,
        sources=_find_sources(workspace),
    )
    _check_bindings(content)
    return content


def _read_prompts(workspace: Workspace) -> dict[str, Prompt]:
    found: dict[str, Prompt] = {}
    for path in workspace.paths(prompts.FOLDER):
        if path.startswith(prompts.PARTIALS):
            continue
        name = prompts.prompt_id(path)
        if not path.endswith(prompts.SUFFIX) or "/" in name:
            hint = "prompts are prompts/<name>.prompt.yml, partials are in prompts/partials/"
            raise ContentError("not a prompt file", where=Origin(path), hint=hint)
        if not prompts.NAME.fullmatch(name):
            what, hint = f"`{name}` cannot be the name of a prompt", "use a-z, 0-9, _ and -, such as support-answer"
            raise ContentError(what, where=Origin(path), hint=hint)
        prompt = prompts.read_prompt(workspace.read(path, limit=FILE_LIMIT), path)
        found[prompt.id] = prompt
    if not found:
        raise ContentError("there is no prompt", where=Origin(prompts.FOLDER), hint="add prompts/<name>.prompt.yml")
    return found


def _read_partials(workspace: Workspace) -> dict[str, str]:
    return {
        path.removeprefix(prompts.FOLDER): decode(workspace.read(path, limit=FILE_LIMIT), path)
        for path in workspace.paths(prompts.PARTIALS)
    }


def _find_sources(workspace: Workspace) -> dict[Pair, tuple[Source, ...]]:
    kept = kept_by_dvc(workspace)
    found = {path: Source(path, f"md5:{md5}", md5, stage) for path, (md5, stage) in kept.items()}
    for path in workspace.paths(evalsets.FOLDER):
        if path not in kept:
            found[path] = Source(path, workspace.fingerprint(path))
    pairs: dict[Pair, tuple[Source, ...]] = {}
    for path in sorted(found):
        if name := evalsets.parse_path(path):
            pair = Pair(name.suite, name.prompt)
            pairs[pair] = (*pairs.get(pair, ()), found[path])
    return pairs


def kept_by_dvc(workspace: Workspace) -> dict[str, tuple[str, str]]:
    """Return the md5 and the stage, if any, of each evalset that DVC keeps, by path.

    Raises:
        ContentError: dvc.lock or a `.dvc` file is wrong.
    """
    kept: dict[str, tuple[str, str]] = {}
    with suppress(FileNotFoundError):  # a tree without stages has no lock
        kept |= data_files.read_lock(workspace.read(data_files.LOCK, limit=FILE_LIMIT))
    for path in workspace.paths(evalsets.FOLDER):
        if path.endswith(data_files.SUFFIX):
            md5 = data_files.read_dvc_file(workspace.read(path, limit=FILE_LIMIT), path)
            kept[path.removesuffix(data_files.SUFFIX)] = (md5, "")
    return kept


def _check_bindings(content: Content) -> None:
    """Refuse names that point at nothing, and prompts that nothing tests."""
    for prompt in content.prompts.values():
        if prompt.model not in content.pins:
            near = did_you_mean(prompt.model, content.pins)
            hint = f"models in params.yaml: {', '.join(content.pins)}"
            raise ContentError(f"there is no pin `{prompt.model}`{near}", where=prompt.origin, hint=hint)
        if not any(pair.prompt == prompt.id for pair in content.sources):
            hint = f"add evalsets/regression/{prompt.id}.jsonl"
            raise ContentError(f"nothing tests the prompt `{prompt.id}`", where=prompt.origin, hint=hint)
    for pair, sources in content.sources.items():
        where = Origin(sources[0].path)
        if pair.suite not in content.policy.suites:
            near = did_you_mean(pair.suite, content.policy.suites)
            hint = f"add it under `suites:` in {params.PATH}, or move the file"
            raise ContentError(f"there is no suite `{pair.suite}`{near}", where=where, hint=hint)
        if pair.prompt not in content.prompts:
            near = did_you_mean(pair.prompt, content.prompts)
            hint = "delete the file with its prompt, or name it after one"
            raise ContentError(f"there is no prompt `{pair.prompt}`{near}", where=where, hint=hint)
    _check_gates(content)


def _check_gates(content: Content) -> None:
    for gate in content.policy.gates:
        if gate.prompt and Pair(gate.suite, gate.prompt) not in content.sources:
            known = [pair.prompt for pair in content.sources if pair.suite == gate.suite]
            near = did_you_mean(gate.prompt, known)
            what = f"gate `{gate.name}` has nothing to judge: no cases of `{gate.prompt}`{near}"
            raise ContentError(what, where=gate.origin, hint=f"prompts with cases: {', '.join(known)}")


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
