"""`params.yaml`: the pins, and the policy that judges."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Annotated, ClassVar

from pydantic import Field

from harness.content.days import check_day
from harness.content.evalsets import RESERVED
from harness.content.prompts import Penalty, Probability, Temperature, Tokens
from harness.content.reading import margin_of, reading_of, refuse_terms
from harness.content.records import Where, build
from harness.content.suggest import did_you_mean
from harness.content.yaml_reader import Document, read_yaml
from harness.core.carrier import Carrier, CarrierKind
from harness.core.errors import ContentError
from harness.core.jsons import Json
from harness.core.money import micro_usd
from harness.core.pin import APPLICATIONS, Endpoint, Pin, Price
from harness.core.policy import BUDGET, PASS, SUITES, Budget, Gate, Policy, SuitePolicy, Waiver

PATH = "params.yaml"
ROLES = ("embedder", "judge", "attacker", "user")
"""Keys that name the pin of a model which is asked beside those that prompts name."""
SLICES_LIMIT = 10
_ONLY = {
    "carriers": ("injection",),
    "cases": ("injection", "bias"),
    **dict.fromkeys(("from", "monthly_requests", "monthly_usd", "turns"), (BUDGET,)),
}
"""The keys of `suites:` that only some suites take."""

OWN_SUITE = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
"""A suite of somebody's own: cases as in `regression`, in a folder of that name."""

type Share = Annotated[float, Field(ge=0, le=1, strict=True)]
type Variable = Annotated[str, Field(pattern=r"^([A-Za-z_][A-Za-z0-9_]*)?$")]
"""The name of an environment variable, never its value: a key has no place in a file."""
MOST = 1_000_000_000_000
"""Of cases, requests, turns or dollars: more is a slip of the pen, and past what can be multiplied."""
type Count = Annotated[int, Field(ge=1, le=MOST, strict=True)]
type Usd = Annotated[float, Field(ge=0, le=MOST, strict=True)]
type UnitPrice = Annotated[float, Field(ge=0, le=1_000_000, strict=True)]
"""USD by tokens or by call: at most so much that the store's 64 bits hold a million of the dearest calls."""

_TOKENS = ("input_per_million", "output_per_million")
_FLOATING = re.compile(r"(^|[-_:/@.])(latest|preview|nightly|stable|default|auto|newest)($|[-_:/@.])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PriceEntry:
    """A price in USD: per million tokens of a model, at most per call of an application."""

    __pydantic_config__: ClassVar = {
        "extra": "forbid",
        "json_schema_extra": {
            "dependentRequired": {one: [other] for one, other in (_TOKENS, _TOKENS[::-1])},
            "anyOf": [{"required": list(_TOKENS)}, {"required": ["per_call"]}],
        },
    }

    input_per_million: UnitPrice | None = None
    output_per_million: UnitPrice | None = None
    notional: Annotated[bool, Field(strict=True)] = False
    per_call: Annotated[UnitPrice, Field(gt=0)] | None = None


@dataclass(frozen=True, slots=True)
class Sampling:
    """The parameters of a pin that every provider understands alike; others are its provider's to check."""

    temperature: Temperature | None = None
    top_p: Probability | None = None
    max_tokens: Tokens | None = None
    max_completion_tokens: Tokens | None = None
    seed: Annotated[int, Field(strict=True)] | None = None
    stop: str | tuple[str, ...] | None = None
    presence_penalty: Penalty | None = None
    frequency_penalty: Penalty | None = None


@dataclass(frozen=True, slots=True)
class EndpointEntry:
    """`endpoint:` of a pin; see `core.pin.Endpoint`."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    url: str = ""
    url_from: Variable = ""
    key_from: Variable = ""
    host: str = ""
    cleartext: Annotated[bool, Field(strict=True)] = False
    concurrency: Annotated[int, Field(ge=1, le=1024, strict=True)] | None = None
    """16, or 1 for a Python application, each call of which has a process of its own."""
    timeout: Annotated[float, Field(gt=0, le=3600, strict=True)] = 600.0


@dataclass(frozen=True, slots=True)
class PinEntry:
    """One entry of `models:`."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    provider: str
    model: str
    revision: str = ""
    parameters: dict[str, Json] = field(default_factory=dict)
    endpoint: EndpointEntry = field(default_factory=EndpointEntry)
    price: PriceEntry | None = None
    licence: str = ""
    retire_after: str = ""
    floating: Annotated[bool, Field(strict=True)] = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CarrierEntry:
    """One entry of `carriers:` of a prompt; see `core.carrier.Carrier`."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    kind: CarrierKind
    var: Annotated[str, Field(min_length=1)]
    at: Annotated[str, Field(pattern=r"^(/.*)?$")] = ""


@dataclass(frozen=True, slots=True)
class SuiteEntry:
    """One entry of `suites:`."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    max_incomparable: Share = 0.05
    max_failures: Share = 0.0
    cases: Count | None = None
    carriers: dict[str, Annotated[tuple[CarrierEntry, ...], Field(min_length=1)]] = field(default_factory=dict)
    reads: Annotated[tuple[str, ...], Field(alias="from")] = ()
    monthly_requests: dict[str, Count] = field(default_factory=dict)
    monthly_usd: Usd | None = None
    turns: Annotated[float, Field(ge=1, le=MOST, strict=True)] | None = None


@dataclass(frozen=True, slots=True)
class GateEntry:
    """One entry of `gates:`."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    suite: str
    prompt: str = ""
    metric: str = PASS
    margin: Annotated[float, Field(gt=0, le=1, strict=True)] | None = None
    at_least: Share | None = None
    at_most: Annotated[float, Field(ge=0, strict=True, allow_inf_nan=False)] | None = None
    slices: Annotated[tuple[str, ...], Field(max_length=SLICES_LIMIT)] = ()
    slice_margin: Annotated[float, Field(gt=0, le=1, strict=True)] | None = None
    generalise: Annotated[bool, Field(strict=True)] = False


@dataclass(frozen=True, slots=True)
class WaiverEntry:
    """One entry of `waivers:`; the case judges nothing until the day is over."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    suite: str
    prompt: str
    case: str
    owner: Annotated[str, Field(min_length=1)]
    why: Annotated[str, Field(min_length=1)]
    until: str


@dataclass(frozen=True, slots=True)
class BudgetEntry:
    """`budget:`; what may be spent, in USD."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    run: Usd | None = None
    suites: dict[str, Usd] = field(default_factory=dict)
    """By each suite in a run."""
    pull_request: Usd | None = None
    """By all runs for one pull request."""
    actor: Usd | None = None
    """By one person in a day."""
    day: Usd | None = None
    """By everybody in a day."""


@dataclass(frozen=True, slots=True)
class ParamsFile:
    """params.yaml, key by key."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    models: dict[str, PinEntry]
    harness: str = ""
    suites: dict[str, SuiteEntry] = field(default_factory=dict)
    gates: dict[str, GateEntry] = field(default_factory=dict)
    budget: BudgetEntry = field(default_factory=BudgetEntry)
    waivers: tuple[WaiverEntry, ...] = ()
    embedder: str = ""
    judge: str = ""
    attacker: str = ""
    user: str = ""


@dataclass(frozen=True, slots=True)
class Params:
    """params.yaml as nouns."""

    pins: dict[str, Pin]
    policy: Policy
    has_policy: bool
    """Whether the file has any gate; a base without one cannot judge."""


def read_params(data: bytes, *, version: str, path: str = PATH) -> Params:
    """Return the pins and the policy.

    Args:
        data: The bytes of params.yaml.
        version: Of the harness that runs, which `harness:` may demand; empty to ignore the demand.
        path: For errors.

    Raises:
        ContentError: With file, line and a hint.
    """
    document = read_yaml(data, path)
    file = build(ParamsFile, document.value, document.origin)
    _check_version(file.harness, version, document)
    pins = {alias: _pin(alias, entry, document) for alias, entry in file.models.items()}
    policy = Policy(
        suites={name: _suite(name, entry, file, document) for name, entry in file.suites.items()},
        gates=tuple(_gate(name, entry, file, document) for name, entry in file.gates.items()),
        budget=_budget(file.budget, file, document),
        waivers=tuple(_waiver(number, entry, document) for number, entry in enumerate(file.waivers)),
        **{role: _role(role, getattr(file, role), pins, document) for role in ROLES},
    )
    for name in file.suites:
        near = did_you_mean(name, SUITES)
        if name not in SUITES and (near or name in RESERVED or not OWN_SUITE.fullmatch(name)):
            hint = f"suites: {', '.join(SUITES)}; or one of your own, whose name is like none of these"
            raise ContentError(f"there is no suite `{name}`{near}", where=document.origin(("suites", name)), hint=hint)
    return Params(pins, policy, has_policy=bool(file.gates))


def _check_version(wanted: str, version: str, document: Document) -> None:
    if not wanted or not version:
        return
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    where = document.origin(("harness",))
    try:
        fits = SpecifierSet(wanted).contains(version, prereleases=True)
    except InvalidSpecifier:
        raise ContentError(f"`{wanted}` is not a version range", where=where, hint='for example ">=0.1"') from None
    if not fits:
        what = f"this repository needs harness {wanted}, and {version} is running"
        raise ContentError(what, where=where, hint=f'pip install "prompt-harness{wanted}"')


def _suite(name: str, entry: SuiteEntry, file: ParamsFile, document: Document) -> SuitePolicy:
    place = ("suites", name)
    for key, suites in _ONLY.items():
        if getattr(entry, "reads" if key == "from" else key) and name not in suites:
            what = f"`{key}` has no meaning for suite `{name}`"
            raise ContentError(what, where=document.origin((*place, key)), hint=f"it is for: {', '.join(suites)}")
    carriers = {
        prompt: tuple(
            Carrier(item.kind, item.var, item.at, document.origin((*place, "carriers", prompt, number)))
            for number, item in enumerate(listed)
        )
        for prompt, listed in entry.carriers.items()
    }
    limits = (entry.max_incomparable, entry.max_failures, entry.cases)
    reading = (
        reading_of(entry, file.suites, lambda inner: document.origin((*place, *inner))) if name == BUDGET else None
    )
    return SuitePolicy(name, *limits, MappingProxyType(carriers), reading)


def _role(role: str, alias: str, pins: Mapping[str, Pin], document: Document) -> Pin | None:
    where, pin = document.origin((role,)), pins.get(alias)
    if alias and pin is None:
        what = f"there is no pin `{alias}`{did_you_mean(alias, pins)}"
        raise ContentError(what, where=where, hint=f"models: {', '.join(pins)}")
    if pin and pin.application:
        what = f"the pin `{alias}` asks an application (`{pin.provider}`), which is no {role}"
        raise ContentError(what, where=where, hint="name the pin of a model")
    return pin


def _gate(name: str, entry: GateEntry, file: ParamsFile, document: Document) -> Gate:
    if entry.suite not in file.suites:
        what = f"gate `{name}` judges suite `{entry.suite}`, which `suites:` does not have"
        near = did_you_mean(entry.suite, file.suites)
        raise ContentError(what + near, where=document.origin(("gates", name, "suite")), hint="name it under `suites:`")
    refuse_terms(name, entry, lambda inner: document.origin(("gates", name, *inner)))
    return Gate(
        name=name,
        suite=entry.suite,
        prompt=entry.prompt,
        metric=entry.metric,
        margin=margin_of(entry.suite, entry.margin),
        at_least=entry.at_least,
        slices=entry.slices,
        slice_margin=entry.slice_margin,
        generalise=entry.generalise,
        at_most=entry.at_most,
        origin=document.origin(("gates", name)),
    )


def _waiver(number: int, entry: WaiverEntry, document: Document) -> Waiver:
    where = document.origin(("waivers", number))
    check_day("until", entry.until, document.origin(("waivers", number, "until")))
    return Waiver(entry.suite, entry.prompt, entry.case, entry.owner, entry.why, entry.until, where)


def _pin(alias: str, entry: PinEntry, document: Document) -> Pin:
    place = ("models", alias)
    common = {name: value for name, value in entry.parameters.items() if name in Sampling.__annotations__}
    build(Sampling, common, lambda inner: document.origin((*place, "parameters", *inner)))
    floats = bool(_FLOATING.search(entry.model)) or (not entry.revision and not re.search(r"\d", entry.model))
    if floats and not entry.floating and entry.provider not in APPLICATIONS:
        what = f"`{entry.model}` is a floating model name: it will mean another model one day"
        hint = "name a dated model or a `revision`, or say `floating: true` with a `reason`"
        raise ContentError(what, where=document.origin((*place, "model")), hint=hint)
    if entry.floating and not entry.reason.strip():
        what = f"pin `{alias}` is floating without a reason"
        raise ContentError(what, where=document.origin((*place, "floating")), hint='add `reason: "..."`')
    if entry.retire_after:
        check_day("retire_after", entry.retire_after, document.origin((*place, "retire_after")))
    return Pin(
        alias=alias,
        provider=entry.provider,
        model=entry.model,
        revision=entry.revision,
        parameters=entry.parameters,
        endpoint=_endpoint(entry),
        price=_price(entry, lambda inner: document.origin((*place, "price", *inner))),
        licence=entry.licence,
        retire_after=entry.retire_after,
        floating=entry.floating,
        reason=entry.reason,
        origin=document.origin(place),
    )


def _budget(entry: BudgetEntry, file: ParamsFile, document: Document) -> Budget:
    def micro(usd: float | None) -> int | None:
        return None if usd is None else micro_usd(usd)

    if unknown := [name for name in entry.suites if name not in file.suites]:
        what = f"`budget` limits suite `{unknown[0]}`, which `suites:` does not have"
        near, where = did_you_mean(unknown[0], file.suites), document.origin(("budget", "suites", unknown[0]))
        raise ContentError(what + near, where=where, hint="name it under `suites:`")
    suites = {name: micro_usd(usd) for name, usd in entry.suites.items()}
    return Budget(micro(entry.run), suites, micro(entry.pull_request), micro(entry.actor), micro(entry.day))


def _endpoint(entry: PinEntry) -> Endpoint:
    given = {name: getattr(entry.endpoint, name) for name in Endpoint._fields}
    return Endpoint(**given | {"concurrency": given["concurrency"] or (1 if entry.provider == "python" else 16)})


def _price(entry: PinEntry, where: Where) -> Price | None:
    price, application = entry.price, entry.provider in APPLICATIONS
    if price is None:
        return None
    missing = [name for name in _TOKENS if getattr(price, name) is None]
    if application and price.per_call is None:
        hint = "`price: {per_call: 0.02}`: USD, the most that one call costs"
        raise ContentError("the price of an application needs `per_call`", where=where(()), hint=hint)
    if price.per_call is not None and not application:
        what = "`per_call` is for an application: the most that a call of a model costs follows from its tokens"
        raise ContentError(what, where=where(("per_call",)), hint=f"give {' and '.join(f'`{one}`' for one in _TOKENS)}")
    if len(missing) == 1 or (missing and not application):
        raise ContentError(f"the key `{missing[0]}` is missing", where=where(()))
    sent, made, most = (micro_usd(usd or 0) for usd in (*(getattr(price, name) for name in _TOKENS), price.per_call))
    return Price(sent, made, price.notional, most)
