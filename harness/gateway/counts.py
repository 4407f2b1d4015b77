"""What a gateway counts, as Prometheus reads it."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from typing import NamedTuple

from harness.core.rollout import Arm, Phase, Rollout

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Seconds at which the histogram of answers is cut."""
_MICRO = 1e-6
type Labels = tuple[tuple[str, str], ...]


class Series(NamedTuple):
    """What requests have in common that are counted together."""

    arm: Arm
    release: str
    prompt: str
    """Empty for one that no release has: a client could name any number of them."""


class Standing(NamedTuple):
    """How the gateway stands when it is asked."""

    rollout: Rollout
    holding: bool
    """Whether git wants what may not be served."""
    looked: float
    """When git was looked at last, in seconds since 1970."""


@dataclass(slots=True)
class _Times:
    under: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    seconds: float = 0.0


class Counts:
    """Requests by arm, release, prompt and status, how long they took, and what they used."""

    def __init__(self, environment: str) -> None:
        """Begin at nothing."""
        self._environment = environment
        self._requests: Counter[tuple[Series, int]] = Counter()
        self._times: defaultdict[Series, _Times] = defaultdict(_Times)
        self._more: dict[str, defaultdict[Labels, float]] = {name: defaultdict(float) for name in _MORE}

    def add(self, series: Series, status: int, seconds: float) -> None:
        """Count one request."""
        self._requests[series, status] += 1
        times = self._times[series]
        times.under[bisect_left(BOUNDS, seconds)] += 1
        times.seconds += seconds

    def use(self, arm: Arm, release: str, amounts: Mapping[str, float]) -> None:
        """Count what an answer used: cost in micro-USD, tokens by kind."""
        where = (("arm", arm.value), ("release", release))
        for name, amount in amounts.items():
            if name == "cost":
                self._more["cost_usd"][where] += amount * _MICRO
            else:
                self._more["tokens"][*where, ("kind", name)] += amount

    def session(self, arm: Arm, release: str, *, new: bool, bad: Iterable[str]) -> None:
        """Count a session that is new, and what was wrong with it for the first time."""
        where = (("arm", arm.value), ("release", release))
        if new:
            self._more["sessions"][where] += 1
        for rate in bad:
            self._more["bad_sessions"][*where, ("rate", rate)] += 1

    def vote(self, arm: Arm, release: str, vote: str) -> None:
        """Count what somebody thought of an answer."""
        self._more["feedback"][("arm", arm.value), ("release", release), ("vote", vote)] += 1

    def lines(self, standing: Standing) -> Iterator[str]:
        """Yield the text that Prometheus scrapes."""
        for line in (*self._gauges(standing), *self._counters(), *self._histogram()):
            name, brace, rest = line.partition("{")
            where = f'environment="{self._environment}"'
            yield f"{name}{{{where}{'' if rest[0] == '}' else ','}{rest}" if brace else line

    def _gauges(self, standing: Standing) -> Iterator[str]:
        rollout = standing.rollout
        yield "# TYPE harness_release_info gauge"
        for arm, release in ((Arm.STABLE, rollout.stable), (Arm.CANDIDATE, rollout.candidate)):
            if release:
                yield f'harness_release_info{{arm="{arm}",release="{release}"}} 1'
        yield "# TYPE harness_rollout_phase gauge"
        for phase in Phase:
            yield f'harness_rollout_phase{{phase="{phase}"}} {int(phase is rollout.phase)}'
        told: dict[str, float] = {
            "rollout_weight": rollout.weight,
            "rollout_step": rollout.step,
            "rollout_generation": rollout.generation,
            "holding": standing.holding,
            "last_look_timestamp_seconds": standing.looked,
        }
        for name, value in told.items():
            yield f"# TYPE harness_{name} gauge"
            yield f"harness_{name}{{}} {value:.15g}"

    def _counters(self) -> Iterator[str]:
        yield "# TYPE harness_requests_total counter"
        for (series, status), count in sorted(self._requests.items()):
            yield f'harness_requests_total{{{_labels(series)},status="{status}"}} {count}'
        for name, counted in self._more.items():
            yield f"# TYPE harness_{name}_total counter"
            for labels, value in sorted(counted.items()):
                said = ",".join(f'{label}="{text}"' for label, text in labels)
                yield f"harness_{name}_total{{{said}}} {value:.15g}"

    def _histogram(self) -> Iterator[str]:
        yield "# TYPE harness_request_seconds histogram"
        for series, times in sorted(self._times.items()):
            labels, under = _labels(series), list(accumulate(times.under))
            for bound, count in zip((*map(str, BOUNDS), "+Inf"), under, strict=True):
                yield f'harness_request_seconds_bucket{{{labels},le="{bound}"}} {count}'
            yield f"harness_request_seconds_sum{{{labels}}} {times.seconds:.6f}"
            yield f"harness_request_seconds_count{{{labels}}} {under[-1]}"


_MORE = ("cost_usd", "tokens", "sessions", "bad_sessions", "feedback")


def _labels(series: Series) -> str:
    return f'arm="{series.arm}",release="{series.release}",prompt="{series.prompt}"'
