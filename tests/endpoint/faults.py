"""What goes wrong at random, in which share of the requests, and the settings by which a test says so."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from itertools import accumulate

from tests.endpoint.delivery import Manner, Reply
from tests.endpoint.rules import ApiError


class Fault(StrEnum):
    """What can happen to a request."""

    TOO_MANY = "429"
    UNAVAILABLE = "503"
    BROKEN = "500"
    BAD_GATEWAY = "502"
    TIMEOUT = "408"
    CONFLICT = "409"
    RESET = "reset"
    RESET_AFTER = "reset-after"
    HANG = "hang"
    DRIP = "drip"
    CLOSE = "close"


ERRORS = {
    Fault.TOO_MANY: ("Rate limit reached for requests. Please try again later.", "requests", "rate_limit_exceeded"),
    Fault.UNAVAILABLE: ("The engine is currently overloaded, please try again later.", "server_error", "overloaded"),
    Fault.BROKEN: ("The server had an error while processing your request. Sorry about that!", "server_error", ""),
    Fault.BAD_GATEWAY: ("Bad gateway.", "server_error", "bad_gateway"),
    Fault.TIMEOUT: ("The request timed out.", "timeout", "request_timeout"),
    Fault.CONFLICT: ("The resource was changed by another request.", "conflict", "conflict"),
}
SILENCES = {Fault.RESET: Manner.RESET, Fault.HANG: Manner.HANG, Fault.CLOSE: Manner.CLOSE}
SPOILT = {Fault.RESET_AFTER: Manner.RESET_AFTER, Fault.DRIP: Manner.DRIP}
"""Faults that let the answer be made, and then spoil the way it is written."""

type Shares = Mapping[Fault, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a test can set, at the start by options of the same names and while the server runs.

    Attributes:
        latency: Seconds between a request and its answer.
        seed: Of the generator that draws the faults.
        faults: The share of the requests that each fault befalls; together at most 1.
        key: The bearer that is asked for; none when empty.
        retry_after: The `Retry-After` of 429 and 503; the header is left out when empty.
        redirect_to: The `Location` of the mode `redirect`.
        capacity: How many requests the mode `trickle-429` accepts at a time.
        refusals: How often `retry-after-date` and `retry-after-garbage` refuse a body before they answer it.
        drip: Seconds per byte of what is written slowly.
        huge_bytes: How much `huge-body` and `gzip-bomb` send.
        most_texts: How many texts `/embeddings` takes at once.
        longest_text: How many characters each of them may have.
    """

    latency: float = 0.0
    seed: int = 0
    faults: Shares = field(default_factory=dict)
    key: str = ""
    retry_after: str = "1"
    redirect_to: str = ""
    capacity: int = 4
    refusals: int = 2
    drip: float = 1.0
    huge_bytes: int = 2**30
    most_texts: int = 2**20
    longest_text: int = 2**20


KINDS = {one.name: one.type for one in fields(Settings)}
READERS = {float: float, int: int, str: str}


def changed(settings: Settings, options: Mapping[str, object]) -> Settings:
    """Return other settings; values may be words, as on a command line.

    Raises:
        ValueError: There is no such option, or it cannot have this value.
    """
    if strangers := sorted(options.keys() - KINDS.keys()):
        raise ValueError(f"no such option: {', '.join(strangers)}; there are {', '.join(KINDS)}")
    read = {name: reading(name, value) for name, value in options.items()}
    return replace(settings, **read)  # type: ignore[arg-type]  # `reading` gives each option the type of its field


def reading(name: str, value: object) -> object:
    """Return the value of one option."""
    kind = KINDS[name]
    if name == "faults":
        return shares(value)
    try:
        read = READERS[kind](str(value)) if isinstance(kind, type) and kind in READERS else value
    except ValueError:
        raise ValueError(f"{name} cannot be {value!r}") from None
    if isinstance(read, float | int) and name != "seed" and not 0 <= read < float("inf"):
        raise ValueError(f"{name} cannot be {value!r}")
    return read


def shares(told: object) -> Shares:
    """Return the shares of the faults, from a mapping or from words such as `429=0.05,reset=0.01`.

    Raises:
        ValueError: There is no such fault, or the shares are no shares of one whole.
    """
    if isinstance(told, str):
        told = dict(pair.partition("=")[::2] for pair in told.split(",") if pair)
    if not isinstance(told, Mapping):
        raise ValueError(f"faults cannot be {told!r}")  # noqa: TRY004  # one kind of error for each bad option
    try:
        found = {Fault(str(name)): float(share) for name, share in told.items()}
    except ValueError:
        raise ValueError(f"faults are pairs such as 429=0.05 of {', '.join(Fault)}, not {told!r}") from None
    if not all(0 <= share <= 1 for share in found.values()) or sum(found.values()) > 1 + 1e-9:
        raise ValueError(f"the shares of the faults are not parts of one whole: {told!r}")
    return {fault: found[fault] for fault in Fault if fault in found}


def draw(faults: Shares, chance: float) -> Fault | None:
    """Return the fault that a number in [0, 1) stands for; the same number and shares always give the same."""
    for fault, bound in zip(faults, accumulate(faults.values()), strict=True):
        if chance < bound:
            return fault
    return None


def failed(error: ApiError, *headers: tuple[str, str]) -> Reply:
    """Return an error as an answer."""
    return Reply(error.status, error.body(), headers)


def refusal(fault: Fault, settings: Settings) -> Reply | None:
    """Return what is said instead of the answer, or None when this fault lets the answer be made."""
    if fault in SILENCES:
        return Reply(0, manner=SILENCES[fault])
    if fault in SPOILT:
        return None
    message, kind, code = ERRORS[fault]
    error = ApiError(int(fault), message, kind=kind, code=code)
    waits = fault in {Fault.TOO_MANY, Fault.UNAVAILABLE} and settings.retry_after
    return failed(error, ("Retry-After", settings.retry_after)) if waits else failed(error)
