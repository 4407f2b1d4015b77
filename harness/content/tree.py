"""One tree's content: its prompts, pins and policy, and where the cases of each pair are."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

from harness.content import data_files, evalsets, judges, labels, params, payloads, prompts
from harness.content.suggest import did_you_mean
from harness.content.yaml_reader import FILE_LIMIT, decode
from harness.core.attack import Payload
from harness.core.bias import LabelSet
from harness.core.errors import ContentError, Origin
from harness.core.judge import Judge, Judged, Label
from harness.core.pair import Pair
from harness.core.pin import Pin
from harness.core.policy import BUDGET, Policy
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
    payloads: tuple[Payload, ...] = ()
    """The attacks that are carried to every prompt."""
    labels: dict[str, LabelSet] = field(default_factory=dict)
    """The groups that are set against each other, by slot."""
    parts: dict[str, tuple[Source, ...]] = field(default_factory=dict)
    """By suite, the files of which its cases are composed beside their own."""
    judges: dict[str, Judge] = field(default_factory=dict)
    said: dict[str, tuple[Label, ...]] = field(default_factory=dict)
    """What people say of answers, by the judge whose grades they give."""
    judged: dict[str, tuple[Judged, ...]] = field(default_factory=dict)
    """What each judge said of them when it was calibrated."""

    def parts_of(self, suite: str) -> tuple[Source, ...]:
        """Return the files of which the cases of a suite are composed beside their own."""
        return self.parts.get(suite, ())

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
    attacks, attack_files = _read_parts(workspace, faults, payloads.FOLDER, payloads.read_payloads)
    groups, label_files = _read_parts(workspace, faults, labels.FOLDER, labels.read_labels)
    bench = judges.read_judges(workspace)
    faults += bench.faults
    content = Content(
        prompts=_read_prompts(workspace, faults),
        partials=_read_partials(workspace, faults),
        pins=settings.pins,
        policy=settings.policy,
        has_policy=settings.has_policy,
        sources=_find_sources(workspace, faults),
        payloads=tuple(_by_id(attacks, faults).values()),
        labels={found.slot: found for found in groups},
        parts={"injection": attack_files, "bias": label_files},
        judges=bench.judges,
        said=bench.labels,
        judged=bench.judged,
    )
    faults += [*_faults_of_prompts(content, faults), *_faults_of_evalsets(content, faults)]
    faults += [*_faults_of_gates(content, faults), *_faults_of_attacks(content, faults)]
    faults += _faults_of_judges(content, faults)
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


def _read_parts[P](
    workspace: Workspace, faults: Faults, folder: str, read: Callable[[bytes, str], P]
) -> tuple[list[P], tuple[Source, ...]]:
    """Return what each file of a folder says of which cases are composed, and the files."""
    found: list[P] = []
    files: list[Source] = []
    with faults.noted():
        for path in workspace.paths(folder):
            with faults.noted():
                files.append(Source(path, workspace.fingerprint(path)))
                found.append(read(workspace.read(path, limit=FILE_LIMIT), path))
    return found, tuple(files)


def _by_id(files: Iterable[Iterable[Payload]], faults: Faults) -> dict[str, Payload]:
    found: dict[str, Payload] = {}
    for payload in chain.from_iterable(files):
        with faults.noted():
            if found.setdefault(payload.id, payload) is not payload:
                hint = f"it stands at {found[payload.id].origin} too"
                raise ContentError(f"the id `{payload.id}` stands twice", where=payload.origin, hint=hint)
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


def _faults_of_judges(content: Content, faults: Faults) -> Iterator[ContentError]:
    """Yield the judges whose pin is not there or is no model."""
    for judge in content.judges.values() if not faults.among(params.PATH) else ():
        pin = content.pins.get(judge.model)
        if pin is None:
            what = f"there is no pin `{judge.model}`{did_you_mean(judge.model, content.pins)}"
            yield ContentError(what, where=judge.origin, hint=f"models in params.yaml: {', '.join(content.pins)}")
        elif pin.application:
            what = f"the pin `{pin.alias}` asks an application (`{pin.provider}`), which is no judge"
            yield ContentError(what, where=judge.origin, hint="name the pin of a model")


def _faults_of_evalsets(content: Content, faults: Faults) -> Iterator[ContentError]:
    """Yield the evalsets whose suite or prompt is not there."""
    for pair, sources in content.sources.items():
        where = Origin(sources[0].path)
        if pair.suite == BUDGET:
            hint = "it reads the samples that `suites: budget: from:` names; move the file"
            yield ContentError("the suite `budget` has no cases of its own", where=where, hint=hint)
            continue
        if pair.suite not in content.policy.suites and not faults.among(params.PATH):
            near = did_you_mean(pair.suite, content.policy.suites)
            hint = f"add it under `suites:` in {params.PATH}, or move the file"
            yield ContentError(f"there is no suite `{pair.suite}`{near}", where=where, hint=hint)
        elif content.prompts and pair.prompt not in content.prompts and not faults.among(prompts.path_of(pair.prompt)):
            near = did_you_mean(pair.prompt, content.prompts)
            hint = "delete the file with its prompt, or name it after one"
            yield ContentError(f"there is no prompt `{pair.prompt}`{near}", where=where, hint=hint)


def _faults_of_gates(content: Content, faults: Faults) -> Iterator[ContentError]:
    """Yield the gates, and the traffic, of prompts that no case tests."""
    policy = content.policy
    claims = [
        (gate.suite, gate.prompt, f"gate `{gate.name}` has nothing to judge", gate.origin) for gate in policy.gates
    ]
    if reading := policy.reading:
        traffic = "`monthly_requests` has nothing to project"
        claims += [(BUDGET, prompt, traffic, reading.origin) for prompt in reading.monthly_requests]
    for suite, prompt, nothing, origin in claims if not faults.among(*_CASES) else ():
        known = {pair.prompt: None for pair in content.sources if pair.suite in policy.sampled(suite)}
        if prompt and prompt not in known:
            what = f"{nothing}: no cases of `{prompt}`{did_you_mean(prompt, known)}"
            yield ContentError(what, where=origin, hint=f"prompts with cases: {', '.join(known)}")


def _faults_of_attacks(content: Content, faults: Faults) -> Iterator[ContentError]:
    """Yield what keeps attacks from being made, of prompts that have carriers or hosts for them."""
    suite = content.policy.suites.get("injection")
    if suite is None or faults:
        return
    for prompt, carriers in suite.carriers.items():
        if prompt not in content.prompts:
            what = f"there is no prompt `{prompt}`{did_you_mean(prompt, content.prompts)}"
            yield ContentError(what, where=carriers[0].origin, hint="name a prompt, or drop its carriers")
        elif Pair("injection", prompt) not in content.sources:
            hint = f"add evalsets/injection/{prompt}.jsonl, or drop its carriers"
            yield ContentError(
                f"attacks on `{prompt}` have no cases to be put into", where=carriers[0].origin, hint=hint
            )
    for pair, sources in content.sources.items():
        if pair.suite == "injection" and not suite.carriers.get(pair.prompt):
            hint = f"add them under `suites: injection: carriers: {pair.prompt}:` in {params.PATH}, or delete the file"
            yield ContentError(
                f"no carrier brings attacks to `{pair.prompt}`", where=Origin(sources[0].path), hint=hint
            )
    if suite.carriers and not content.payloads:
        hint = "add files of payloads, or drop the carriers"
        yield ContentError("there is no payload to attack with", where=Origin(payloads.FOLDER), hint=hint)
