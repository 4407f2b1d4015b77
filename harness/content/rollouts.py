"""A rollout and its evidence as JSON: what a journal keeps, a gateway answers, and a git ref holds."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from math import isfinite, nan
from typing import Annotated, ClassVar, Literal

from pydantic import AwareDatetime, Field

from harness.content.records import build
from harness.core.errors import ContentError, Origin
from harness.core.jsons import Json
from harness.core.rollout import Arm, Evidence, Measured, Pairs, Phase, Rollout, Sums, Window

SCHEMA = "harness/rollout/1"

type Count = Annotated[int, Field(ge=0, lt=2**53, strict=True)]
type Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]
type Digits = Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")]


@dataclass(frozen=True, slots=True)
class RolloutEntry:
    """A rollout; see `core.rollout.Rollout`."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    schema: Literal["harness/rollout/1"]
    environment: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
    generation: Count
    stable: Digits
    candidate: Digits
    phase: Phase
    previous: Digits
    step: Count
    weight: Annotated[int, Field(ge=0, le=100, strict=True)]
    began: AwareDatetime
    since: AwareDatetime
    why: str
    moves: Count


@dataclass(frozen=True, slots=True)
class SumsEntry:
    """Sums of a measure; see `core.rollout.Sums`."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    requests: Count
    total: Amount
    squares: Amount


@dataclass(frozen=True, slots=True)
class WindowEntry:
    """What one arm's sessions came to during a step; see `core.rollout.Window`."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    step: Count
    arm: Arm
    sessions: Count
    requests: Count
    bad: dict[str, Count]
    sums: dict[str, SumsEntry]


@dataclass(frozen=True, slots=True)
class PairsEntry:
    """Answers to the same questions; see `core.rollout.Pairs`."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    both: Count
    worse: Count
    better: Count


@dataclass(frozen=True, slots=True)
class MeasuredEntry:
    """A measurement of an external metric; see `core.rollout.Measured`."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    name: str
    at: AwareDatetime
    value: Annotated[float, Field(allow_inf_nan=False)] | Literal["NaN"] | None


@dataclass(frozen=True, slots=True)
class EvidenceEntry:
    """What was seen of a rollout; see `core.rollout.Evidence`."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    at: AwareDatetime
    windows: tuple[WindowEntry, ...]
    pairs: PairsEntry
    measured: tuple[MeasuredEntry, ...]


def rollout_json(rollout: Rollout) -> dict[str, Json]:
    """Return a rollout as JSON says it."""
    times = {"began": _time(rollout.began), "since": _time(rollout.since)}
    return {"schema": SCHEMA, **asdict(rollout), "phase": rollout.phase.value, **times}


def read_rollout(value: Json, path: str) -> Rollout:
    """Return the rollout that JSON says.

    Args:
        value: As `rollout_json` returns it.
        path: Where it comes from, for errors.

    Raises:
        ContentError: It is none, or contradicts itself.
    """
    where = Origin(path)
    said = build(RolloutEntry, value, lambda _place: where)
    under_way = said.phase in {Phase.ROLLING, Phase.HELD}
    rest = said.phase is Phase.STABLE and said.candidate
    if rest or (said.weight and not under_way) or (under_way and not (said.candidate and said.stable)):
        raise ContentError("not a rollout: its phase, candidate and weight contradict each other", where=where)
    return Rollout(
        environment=said.environment,
        generation=said.generation,
        stable=said.stable,
        candidate=said.candidate,
        phase=said.phase,
        previous=said.previous,
        step=said.step,
        weight=said.weight,
        began=said.began.astimezone(UTC),
        since=said.since.astimezone(UTC),
        why=said.why,
        moves=said.moves,
    )


def evidence_json(evidence: Evidence) -> dict[str, Json]:
    """Return evidence as JSON says it."""
    return {
        "at": _time(evidence.at),
        "windows": [_window(step, arm, window) for (step, arm), window in sorted(evidence.windows.items())],
        "pairs": evidence.pairs._asdict(),
        "measured": [{"name": one.name, "at": _time(one.at), "value": _number(one.value)} for one in evidence.measured],
    }


def _window(step: int, arm: Arm, window: Window) -> dict[str, Json]:
    sums: dict[str, Json] = {name: one._asdict() for name, one in window.sums.items()}
    return {
        "step": step,
        "arm": arm.value,
        "sessions": window.sessions,
        "requests": window.requests,
        "bad": {**window.bad},
        "sums": sums,
    }


def _number(value: float | None) -> Json:
    return value if value is None or isfinite(value) else "NaN"


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def read_evidence(value: Json, path: str) -> Evidence:
    """Return the evidence that JSON says.

    Args:
        value: As `evidence_json` returns it.
        path: Where it comes from, for errors.

    Raises:
        ContentError: It is none, or counts more than there can be.
    """
    where = Origin(path)
    said = build(EvidenceEntry, value, lambda _place: where)
    windows = {(one.step, one.arm): _read_window(one) for one in said.windows}
    whole = len(windows) == len(said.windows) and said.pairs.worse + said.pairs.better <= said.pairs.both
    if not whole or any(bad > one.sessions for one in windows.values() for bad in one.bad.values()):
        raise ContentError("not evidence: it counts more than there can be", where=where)
    pairs = Pairs(said.pairs.both, said.pairs.worse, said.pairs.better)
    measured = tuple(
        Measured(one.name, one.at.astimezone(UTC), nan if isinstance(one.value, str) else one.value)
        for one in said.measured
    )
    return Evidence(said.at.astimezone(UTC), windows, pairs, measured)


def _read_window(said: WindowEntry) -> Window:
    sums = {name: Sums(one.requests, one.total, one.squares) for name, one in said.sums.items()}
    return Window(said.sessions, said.requests, said.bad, sums)
