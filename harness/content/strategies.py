"""`strategy:` of an environment's file: by which steps traffic comes to a release, and what may stop it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Annotated, ClassVar

from pydantic import Field

from harness.content.days import Duration, length_of
from harness.content.records import Where
from harness.core.environment import MEANS, RATES, External, Mean, OnMax, Rate, Step, StepKind, Strategy, StrategyKind
from harness.core.errors import ContentError, Origin

_ALL = 100
_HOLDBACK = 5
_KINDS = ("warm", "shadow", "weight", "bake")
_FOREVER = 100_000

type Approval = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,63}$")]
type Latency = Annotated[str, Field(pattern=r"^[0-9]{1,6}(ms|s)$")]
type Percent = Annotated[int, Field(ge=1, le=_ALL, strict=True)]
type Number = Annotated[int, Field(ge=1, le=_FOREVER, strict=True)]
type Limit = Annotated[int, Field(ge=-1, le=_FOREVER, strict=True)]
type Bound = Annotated[float, Field(allow_inf_nan=False, strict=True)]


@dataclass(frozen=True, slots=True)
class StepEntry:
    """One entry of `steps:`: one of `warm`, `shadow`, `weight` and `bake`, and how long it lasts."""

    __pydantic_config__: ClassVar = {
        "extra": "forbid",
        "json_schema_extra": {"oneOf": [{"required": [kind]} for kind in _KINDS]},
    }

    warm: Number | None = None
    shadow: Percent | None = None
    weight: Percent | None = None
    bake: Duration | None = None
    holdback: Annotated[int, Field(ge=1, le=50, strict=True)] | None = None
    min: Duration | None = None
    max: Duration | None = None
    on_max: OnMax | None = None
    sessions: Number | None = None
    approve: Approval = ""


@dataclass(frozen=True, slots=True)
class ExternalEntry:
    """One entry of `externals:`; the limits bear the names that Argo Rollouts gave them."""

    __pydantic_config__: ClassVar = {
        "extra": "forbid",
        "json_schema_extra": {
            "oneOf": [{"required": ["query"]}, {"required": ["pointer"]}],
            "anyOf": [{"required": ["at_least"]}, {"required": ["at_most"]}],
        },
    }

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
    url: Annotated[str, Field(pattern=r"^(https?://[^\s/]|\$\{[A-Za-z_][A-Za-z0-9_]*\})\S*$")]
    """`${NAME}` stands for a variable."""
    query: Annotated[str, Field(min_length=1)] | None = None
    pointer: Annotated[str, Field(pattern="^(/.*)?$")] | None = None
    at_least: Bound | None = None
    at_most: Bound | None = None
    interval: Duration = "60s"
    initial_delay: Annotated[Duration, Field(alias="initialDelay")] = "0s"
    count: Annotated[int, Field(ge=0, le=_FOREVER, strict=True)] = 0
    failure_limit: Annotated[Limit, Field(alias="failureLimit")] = 0
    inconclusive_limit: Annotated[Limit, Field(alias="inconclusiveLimit")] = 0
    consecutive_error_limit: Annotated[Limit, Field(alias="consecutiveErrorLimit")] = 4
    consecutive_success_limit: Annotated[
        int, Field(alias="consecutiveSuccessLimit", ge=0, le=_FOREVER, strict=True)
    ] = 0
    dry_run: Annotated[bool, Field(alias="dryRun", strict=True)] = False


@dataclass(frozen=True, slots=True)
class StrategyEntry:
    """`strategy:`; how traffic comes to a release."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    steps: Annotated[tuple[StepEntry, ...], Field(min_length=1, max_length=50)]
    kind: StrategyKind = "canary"
    alpha: Annotated[float, Field(gt=0, le=0.1)] = 0.01
    slow: Latency = "2s"
    rates: Annotated[tuple[Rate, ...], Field(min_length=1)] = RATES
    rare: Annotated[float, Field(gt=0, le=0.5)] = 0.02
    means: tuple[Mean, ...] = MEANS
    growth: Annotated[float, Field(ge=0, le=10)] = 0.1
    externals: Annotated[tuple[ExternalEntry, ...], Field(max_length=20)] = ()


def read_strategy(entry: StrategyEntry, where: Where) -> Strategy:
    """Return what a strategy says.

    Args:
        entry: As it is written.
        where: Gives the origin of a place in it.

    Raises:
        ContentError: The first fault, with its line.
    """
    steps = tuple(_step(one, entry.kind, _below(where, "steps", at)) for at, one in enumerate(entry.steps))
    _check_order(steps, lambda at: where(("steps", at)))
    _ENDS[entry.kind](steps, lambda at: where(("steps", at)))
    _check_once("the approval", [step.approve for step in steps if step.approve], where(("steps",)))
    for key, named in (("rates", entry.rates), ("means", entry.means)):
        _check_once(f"an entry of `{key}`:", named, where((key,)))
    _check_once("the metric", [one.name for one in entry.externals], where(("externals",)))
    return Strategy(
        kind=entry.kind,
        steps=steps,
        alpha=entry.alpha,
        slow=_latency(entry.slow),
        rates=entry.rates,
        rare=entry.rare,
        means=entry.means,
        growth=entry.growth,
        externals=tuple(_external(one, _below(where, "externals", at)) for at, one in enumerate(entry.externals)),
    )


def _below(where: Where, key: str, at: int) -> Where:
    return lambda place: where((key, at, *place))


def _latency(text: str) -> timedelta:
    return timedelta(milliseconds=int(text[:-2])) if text.endswith("ms") else length_of(text)


def _check_once(noun: str, names: Sequence[str], where: Origin) -> None:
    twice = next((name for at, name in enumerate(names) if name in names[:at]), None)
    if twice is not None:
        raise ContentError(f"{noun} `{twice}` stands twice", where=where)


def _step(entry: StepEntry, kind: StrategyKind, where: Where) -> Step:
    """Return one step."""
    told = [key for key in _KINDS if getattr(entry, key) is not None]
    if len(told) != 1:
        hint = f"write one of {', '.join(_KINDS)}"
        raise ContentError("nobody knows what this step does", where=where(()), hint=hint)
    for key, only in (("holdback", "bake"), ("sessions", "shadow weight bake"), ("min", "warm shadow weight")):
        if getattr(entry, key) is not None and told[0] not in only.split():
            raise ContentError(f"a step of `{told[0]}` has no `{key}`", where=where((key,)))
    least, most = entry.bake or entry.min, entry.max
    step = Step(
        weight=_weight(entry, kind),
        least=length_of(least) if least else timedelta(),
        most=length_of(most) if most else None,
        on_max=entry.on_max or "hold",
        kind=_STEPS.get(told[0], StepKind.SPLIT),
        sessions=entry.warm or entry.sessions or Step(0).sessions,
        approve=entry.approve,
    )
    if entry.on_max and step.most is None:
        raise ContentError("`on_max` needs `max`", where=where(("on_max",)))
    if step.most is not None and step.most < step.least:
        raise ContentError("`max` is shorter than `min`", where=where(("max",)))
    if kind == "blue-green" and entry.holdback:
        raise ContentError("blue-green holds nobody back", where=where(("holdback",)))
    return step


_STEPS = {"warm": StepKind.WARM, "shadow": StepKind.SHADOW, "bake": StepKind.BAKE}


def _weight(entry: StepEntry, kind: StrategyKind) -> int:
    if entry.bake:
        return _ALL if kind == "blue-green" else _ALL - (entry.holdback or _HOLDBACK)
    return entry.weight or entry.shadow or 0


def _check_order(steps: Sequence[Step], where: Callable[[int], Origin]) -> None:
    """Refuse steps whose shares do not rise: nobody who was moved is moved back."""
    for at, (before, after) in enumerate(pairwise(steps), start=1):
        if before.kind is StepKind.BAKE:
            raise ContentError("nothing comes after `bake`", where=where(at))
        if not after.answers and before.answers:
            hint = "first warm up, then shadow, then split"
            raise ContentError(f"`{after.kind}` comes before the first `weight`", where=where(at), hint=hint)
        if after.answers and after.answers <= before.answers:
            what = f"the weight goes from {before.answers} to {after.answers}"
            raise ContentError(what, where=where(at), hint="each step gives more traffic")


def _canary_ends(steps: Sequence[Step], where: Callable[[int], Origin]) -> None:
    if steps[-1].answers != _ALL and steps[-1].kind is not StepKind.BAKE:
        hint = "end with `weight: 100`, or with `bake`"
        raise ContentError("the last step is not all of the traffic", where=where(len(steps) - 1), hint=hint)


def _blue_green_ends(steps: Sequence[Step], where: Callable[[int], Origin]) -> None:
    if len(steps) == 1 or any(step.answers for step in steps[:-1]) or steps[-1].answers != _ALL:
        hint = "such as `- {warm: 20, min: 30m}` and `- {bake: 2h}`: before and after are compared"
        raise ContentError("blue-green is a step without traffic, then one with all", where=where(0), hint=hint)


def _a_b_ends(steps: Sequence[Step], where: Callable[[int], Origin]) -> None:
    last, at = steps[-1], len(steps) - 1
    if any(step.answers for step in steps[:-1]) or last.kind is not StepKind.SPLIT or last.answers == _ALL:
        raise ContentError("a-b is one `weight` below 100", where=where(at))
    if not last.approve or last.on_max == "advance":
        hint = "add `approve: winner`, and no `on_max: advance`"
        raise ContentError("people say who has won: the step needs an approval", where=where(at), hint=hint)


_ENDS = {"canary": _canary_ends, "blue-green": _blue_green_ends, "a-b": _a_b_ends}


def _external(entry: ExternalEntry, where: Where) -> External:
    if (entry.query is None) == (entry.pointer is None):
        raise ContentError("a metric has either `query` (PromQL) or `pointer` (a page's JSON)", where=where(()))
    if entry.at_least is None and entry.at_most is None:
        raise ContentError("nobody knows when this metric is good", where=where(()), hint="add `at_least` or `at_most`")
    if entry.at_least is not None and entry.at_most is not None and entry.at_most < entry.at_least:
        raise ContentError("`at_most` is below `at_least`", where=where(("at_most",)))
    if entry.count and entry.consecutive_success_limit > entry.count:
        raise ContentError("`consecutiveSuccessLimit` is above `count`", where=where(("consecutiveSuccessLimit",)))
    return External(
        name=entry.name,
        url=entry.url,
        query=entry.query or "",
        pointer=entry.pointer or "",
        least=entry.at_least,
        most=entry.at_most,
        interval=length_of(entry.interval),
        initial_delay=length_of(entry.initial_delay),
        measurements=entry.count,
        failure_limit=entry.failure_limit,
        inconclusive_limit=entry.inconclusive_limit,
        consecutive_error_limit=entry.consecutive_error_limit,
        consecutive_success_limit=entry.consecutive_success_limit,
        dry_run=entry.dry_run,
    )
