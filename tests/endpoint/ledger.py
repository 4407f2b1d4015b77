"""What was asked and what became of it: the numbers against which a test checks what its client believes."""

from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from hashlib import sha256
from typing import Any, Self

KEPT = 2000
"""How many requests are remembered one by one."""
OPEN = "open"
NO_BODY = sha256(b"").hexdigest()


@dataclass(slots=True)
class Counts:
    """How often what happened since the start or the last reset.

    Once nothing is in flight, each request that was received has one outcome: a status in `by_status`, or one of
    `resets`, `hangs`, `closes` and `abandoned`.

    Attributes:
        received: Requests that arrived whole, or were malformed.
        answered: Complete 2xx answers that were written.
        by_status: Complete answers of each status.
        resets: Connections reset, before the answer or in the middle of it.
        hangs: Requests that never get an answer; they are in flight until the client goes away.
        closes: Connections closed without an answer.
        abandoned: Requests whose client went away before the answer was written.
        in_flight: Requests that are waiting now.
        peak_in_flight: The most that waited at a time.
        connections: Connections that carried a request.
        prompt_tokens: Of what was answered.
        completion_tokens: Of what was answered.
        distinct: Different bodies that were answered.
        repeats: Different bodies that were answered more than once.
        cut: Good answers that were reset in the middle: they cost the client and told it nothing.
        cut_prompt_tokens: Of what was cut.
        cut_completion_tokens: Of what was cut.
        billed_repeats: Different bodies that were answered or cut more than once.
        cpu_seconds: What the server's process used, since its start.
    """

    received: int = 0
    answered: int = 0
    by_status: dict[int, int] = field(default_factory=dict)
    resets: int = 0
    hangs: int = 0
    closes: int = 0
    abandoned: int = 0
    in_flight: int = 0
    peak_in_flight: int = 0
    connections: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    distinct: int = 0
    repeats: int = 0
    cut: int = 0
    cut_prompt_tokens: int = 0
    cut_completion_tokens: int = 0
    billed_repeats: int = 0
    cpu_seconds: float = 0.0

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Self:
        """Return counts from the server's JSON, whose keys are words."""
        statuses = {int(status): count for status, count in document["by_status"].items()}
        return cls(**{**document, "by_status": statuses})


@dataclass(slots=True)
class Seen:
    """A request: header names in lower case, the body's SHA-256 in hexadecimal, the model if it named one.

    The outcome is the status of a complete answer, `reset`, `reset-after`, `hang`, `close`, `abandoned`, or `open` as
    long as there is none.
    """

    mode: str
    path: str
    headers: dict[str, str]
    sha256: str
    model: str
    outcome: str = OPEN


@dataclass(slots=True)
class Page:
    """What is forgotten at a reset; a request that is still open then ends on the page on which it began."""

    counts: Counts = field(default_factory=Counts)
    answered: Counter[str] = field(default_factory=Counter)
    cut: Counter[str] = field(default_factory=Counter)
    requests: deque[Seen] = field(default_factory=lambda: deque(maxlen=KEPT))


@dataclass(slots=True)
class Visit:
    """A request that is in flight, and the page it is noted on."""

    seen: Seen
    page: Page


class Ledger:
    """Notes each request when it arrives and once more when it ends."""

    def __init__(self) -> None:
        self.page = Page()
        self._in_flight = 0

    def reset(self) -> None:
        """Begin a new page; what is in flight stays in flight."""
        self.page = Page(Counts(peak_in_flight=self._in_flight))

    def begin(self, seen: Seen, *, known: Page | None) -> Visit:
        """Note that a request arrived; `known` is the page on which its connection was noted."""
        counts = self.page.counts
        self._in_flight += 1
        counts.received += 1
        counts.connections += known is not self.page
        counts.peak_in_flight = max(counts.peak_in_flight, self._in_flight)
        self.page.requests.append(seen)
        return Visit(seen, self.page)

    def hang(self, visit: Visit) -> None:
        """Note that a request will get no answer; it stays in flight."""
        visit.page.counts.hangs += 1
        visit.seen.outcome = "hang"

    def end(self, visit: Visit, outcome: str, *, status: int = 0, tokens: tuple[int, int] = (0, 0)) -> None:
        """Note what became of a request; `status` and `tokens` are those of the answer that was written."""
        self._in_flight -= 1
        if visit.seen.outcome != OPEN:
            return
        visit.seen.outcome = outcome
        counts, good = visit.page.counts, 200 <= status < 300
        match outcome:
            case "reset" | "reset-after":
                counts.resets += 1
            case "close":
                counts.closes += 1
            case "abandoned":
                counts.abandoned += 1
            case _:
                counts.by_status[status] = counts.by_status.get(status, 0) + 1
        if good and outcome == "reset-after":
            counts.cut += 1
            counts.cut_prompt_tokens += tokens[0]
            counts.cut_completion_tokens += tokens[1]
            visit.page.cut[visit.seen.sha256] += 1
        elif good and outcome == str(status):
            counts.answered += 1
            counts.prompt_tokens += tokens[0]
            counts.completion_tokens += tokens[1]
            visit.page.answered[visit.seen.sha256] += visit.seen.sha256 != NO_BODY

    def counts(self, cpu_seconds: float) -> Counts:
        """Return the counts of now."""
        answered = +self.page.answered
        billed = answered + self.page.cut
        return replace(
            self.page.counts,
            in_flight=self._in_flight,
            distinct=len(answered),
            repeats=sum(times > 1 for times in answered.values()),
            billed_repeats=sum(times > 1 for times in billed.values()),
            cpu_seconds=cpu_seconds,
        )

    def requests(self) -> list[dict[str, Any]]:
        """Return the last requests, the oldest first."""
        return [asdict(seen) for seen in self.page.requests]
