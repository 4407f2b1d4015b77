"""`.github/environments/<name>.yaml`: which release an environment runs, and what may come next."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from harness.content.days import Duration, check_day, length_of
from harness.content.params import Variable
from harness.content.records import Where, build
from harness.content.strategies import StrategyEntry, read_strategy
from harness.content.suggest import brief, did_you_mean
from harness.content.tree import Faults
from harness.content.yaml_reader import FILE_LIMIT, Document, read_yaml
from harness.core.environment import (
    DAYS,
    SELF_SERVED,
    Approved,
    DaysOff,
    Environment,
    Freeze,
    HoursOff,
    Quarantined,
    Strategy,
    Target,
)
from harness.core.errors import ContentError, Origin
from harness.core.plugins import plugin_names
from harness.core.release import PREFIX
from harness.ports import Workspace

FOLDER = ".github/environments/"
TARGETS = "harness.targets"
"""The entry points of targets that are told."""
_PATH = re.compile(re.escape(FOLDER) + r"([a-z0-9][a-z0-9-]{0,63})\.yaml")

type Digest = Annotated[str, Field(pattern=f"^{PREFIX}[0-9a-f]{{64}}$")]
type Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
type Reason = Annotated[str, Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class TargetEntry:
    """`target:`; see `core.environment.Target`."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    kind: Annotated[str, Field(min_length=1)]
    url: str = ""
    url_from: Variable = ""
    key_from: Variable = ""


@dataclass(frozen=True, slots=True)
class FreezeEntry:
    """One entry of `freeze:`: `from` and `until` are days, or `days`, `at` and `hours` come back each week."""

    __pydantic_config__: ClassVar = {
        "extra": "forbid",
        "json_schema_extra": {"oneOf": [{"required": ["from", "until"]}, {"required": ["days", "at", "hours"]}]},
    }

    reason: Reason
    first: Annotated[str, Field(alias="from")] = ""
    until: str = ""
    days: tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...] = ()
    at: Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")] | None = None
    hours: Annotated[int, Field(ge=1, le=168, strict=True)] | None = None


@dataclass(frozen=True, slots=True)
class QuarantineEntry:
    """One entry of `quarantine:`; whoever deletes it lets the release come back."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    release: Digest
    reason: Reason
    at: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class ApprovedEntry:
    """One entry of `approved:`; a release may pass a step."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    release: Digest
    step: str | Annotated[int, Field(ge=1, strict=True)]
    by: Reason


@dataclass(frozen=True, slots=True)
class EnvironmentFile:
    """.github/environments/<name>.yaml, key by key."""

    __pydantic_config__: ClassVar = {"extra": "forbid", "json_schema_extra": {"dependentRequired": {"soak": ["from"]}}}

    target: TargetEntry
    release: Digest | None = None
    source: Annotated[Name | None, Field(alias="from")] = None
    soak: Duration | None = None
    track: Literal["main"] | None = None
    strategy: StrategyEntry | None = None
    freeze: tuple[FreezeEntry, ...] = ()
    quarantine: tuple[QuarantineEntry, ...] = ()
    approved: tuple[ApprovedEntry, ...] = ()


def path_of(name: str) -> str:
    """Return the path of an environment's file."""
    return f"{FOLDER}{name}.yaml"


def target_kinds() -> list[str]:
    """Return the kinds of targets, sorted: those that serve by themselves, and those that plugins tell."""
    return sorted([*SELF_SERVED, *plugin_names(TARGETS)])


def read_environments(workspace: Workspace) -> dict[str, Environment]:
    """Return the environments of a tree by name.

    Raises:
        ContentError: The first fault, with file, line and a hint.
    """
    found, faults = survey_environments(workspace)
    if faults:
        raise faults[0]
    return found


def survey_environments(workspace: Workspace) -> tuple[dict[str, Environment], Faults]:
    """Return the environments of a tree that can be read, and the faults of all files."""
    found, faults = dict[str, Environment](), Faults()
    with faults.noted():
        for path in workspace.paths(FOLDER):
            with faults.noted():
                name = _name_of(path)
                found[name] = read_environment(workspace.read(path, limit=FILE_LIMIT), path)
    for environment in found.values() if not faults else ():
        with faults.noted():
            _check_source(environment, found)
    return found, faults


def _name_of(path: str) -> str:
    name = _PATH.fullmatch(path)
    if not name:
        hint = "environments are .github/environments/<name>.yaml, with a name of a-z, 0-9 and -"
        raise ContentError("not the file of an environment", where=Origin(path), hint=hint)
    return name[1]


def read_environment(data: bytes, path: str) -> Environment:
    """Return what an environment's file says.

    Raises:
        ContentError: With file, line and a hint.
    """
    document = read_yaml(data, path)
    file = build(EnvironmentFile, document.value, document.origin)
    if file.soak and not file.source:
        hint = "name the environment in which a release soaks"
        raise ContentError("`soak` needs `from`", where=document.origin(("soak",)), hint=hint)
    if file.track and file.source:
        hint = "what follows main waits for no other environment: take one of the two away"
        raise ContentError("`track` and `from` contradict each other", where=document.origin(("track",)), hint=hint)
    strategy = Strategy()
    if file.strategy:
        strategy = read_strategy(file.strategy, lambda place: document.origin(("strategy", *place)))
    return Environment(
        name=path.removeprefix(FOLDER).removesuffix(".yaml"),
        release=(file.release or "").removeprefix(PREFIX),
        target=_target(file.target, document),
        source=file.source or "",
        tracks=file.track is not None,
        soak=length_of(file.soak) if file.soak else timedelta(),
        strategy=strategy,
        freezes=tuple(_freeze(one, _below(document, "freeze", at)) for at, one in enumerate(file.freeze)),
        quarantine=tuple(
            Quarantined(
                one.release.removeprefix(PREFIX), one.reason, one.at, one.by, document.origin(("quarantine", at))
            )
            for at, one in enumerate(file.quarantine)
        ),
        approved=tuple(
            _approved(one, strategy, _below(document, "approved", at)) for at, one in enumerate(file.approved)
        ),
        origin=document.origin(("release",)),
        source_origin=document.origin(("from",)),
        target_origin=document.origin(("target",)),
    )


def _target(entry: TargetEntry, document: Document) -> Target:
    if entry.url and entry.url_from:
        raise ContentError("`target` has both `url` and `url_from`", where=document.origin(("target", "url_from")))
    if entry.kind not in SELF_SERVED and entry.kind not in (known := target_kinds()):
        what = f"there is no target `{brief(entry.kind)}`{did_you_mean(entry.kind, known)}"
        raise ContentError(what, where=document.origin(("target", "kind")), hint=f"targets: {', '.join(known)}")
    return Target(entry.kind, entry.url, entry.url_from, entry.key_from)


def _below(document: Document, key: str, at: int) -> Where:
    return lambda place: document.origin((key, at, *place))


def _approved(entry: ApprovedEntry, strategy: Strategy, where: Where) -> Approved:
    names = [strategy.name_of(step) for step in range(len(strategy.steps))]
    if str(entry.step) not in names:
        what = f"there is no step `{brief(str(entry.step))}`{did_you_mean(str(entry.step), names)}"
        raise ContentError(what, where=where(("step",)), hint=f"steps: {', '.join(names) or 'none'}")
    return Approved(entry.release.removeprefix(PREFIX), str(entry.step), entry.by)


def _freeze(entry: FreezeEntry, where: Where) -> Freeze:
    once, weekly = (entry.first, entry.until), (entry.days, entry.at, entry.hours)
    if all(once) and not any(weekly):
        for key, text in zip(("from", "until"), once, strict=True):
            check_day(key, text, where((key,)))
        if entry.until < entry.first:
            raise ContentError("`until` is before `from`", where=where(("until",)))
        return DaysOff(date.fromisoformat(entry.first), date.fromisoformat(entry.until), entry.reason)
    if entry.days and entry.at and entry.hours and not any(once):
        days = frozenset(DAYS.index(day) for day in entry.days)
        return HoursOff(days, time.fromisoformat(entry.at), entry.hours, entry.reason)
    hint = "write `from` and `until` (days), or `days`, `at` and `hours` for each week"
    raise ContentError("nobody knows when this freeze is", where=where(()), hint=hint)


def _check_source(environment: Environment, known: Mapping[str, Environment]) -> None:
    """Refuse a `from` that is not there, or that leads back."""
    if environment.source and environment.source not in known:
        what = f"there is no environment `{brief(environment.source)}`{did_you_mean(environment.source, known)}"
        raise ContentError(what, where=environment.source_origin, hint=f"environments: {', '.join(sorted(known))}")
    if environment.name in _sources(environment, known):
        raise ContentError(f"`from` leads back to `{environment.name}`", where=environment.source_origin)


def _sources(environment: Environment, known: Mapping[str, Environment]) -> Iterator[str]:
    """Yield what lies before an environment; at most each once, since one may lie before itself."""
    seen: set[str] = set()
    while environment.source in known and environment.source not in seen:
        seen.add(environment.source)
        yield environment.source
        environment = known[environment.source]
