"""What a gateway counts, as Prometheus reads it."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import NamedTuple

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Seconds at which the histogram of answers is cut."""


class Series(NamedTuple):
    """What requests have in common that are counted together."""

    release: str
    prompt: str
    """Empty for one that no release has: a client could name any number of them."""


class Counts:
    """Requests by release, prompt and status, and how long they took."""

    def __init__(self) -> None:
        """Begin at nothing."""
        self._requests: Counter[tuple[Series, int]] = Counter()
        self._under: dict[Series, list[int]] = {}
        self._seconds: defaultdict[Series, float] = defaultdict(float)
        self.serving = ""
        """The release that is served."""
        self.holding = False
        """Whether the environment wants another that may not be served."""

    def add(self, series: Series, status: int, seconds: float) -> None:
        """Count one request."""
        self._requests[series, status] += 1
        under = self._under.setdefault(series, [0] * len(BOUNDS))
        for at, bound in enumerate(BOUNDS):
            under[at] += seconds <= bound
        self._seconds[series] += seconds

    def lines(self) -> Iterator[str]:
        """Yield the text that Prometheus scrapes."""
        yield "# TYPE harness_release_info gauge"
        yield f'harness_release_info{{release="{self.serving}"}} 1'
        yield "# TYPE harness_holding gauge"
        yield f"harness_holding {int(self.holding)}"
        yield "# TYPE harness_requests_total counter"
        for (series, status), count in sorted(self._requests.items()):
            yield f'harness_requests_total{{{_labels(series)},status="{status}"}} {count}'
        yield "# TYPE harness_request_seconds histogram"
        for series, under in sorted(self._under.items()):
            labels, total = _labels(series), sum(n for (one, _), n in self._requests.items() if one == series)
            for bound, count in zip(BOUNDS, under, strict=True):
                yield f'harness_request_seconds_bucket{{{labels},le="{bound}"}} {count}'
            yield f'harness_request_seconds_bucket{{{labels},le="+Inf"}} {total}'
            yield f"harness_request_seconds_sum{{{labels}}} {self._seconds[series]:.6f}"
            yield f"harness_request_seconds_count{{{labels}}} {total}"


def _labels(series: Series) -> str:
    return f'release="{series.release}",prompt="{series.prompt}"'
