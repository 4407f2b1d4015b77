"""Which arm answers a session: a hash says it, so that it is the same one each time and nothing is remembered."""

from hashlib import blake2b
from typing import NamedTuple

from harness.core.rollout import Arm

_ALL = 2**64
_EIGHT = 8


class Session(NamedTuple):
    """Whose request it is, as far as the client says."""

    number: int
    """64 bits that stand for its name."""
    named: bool
    """Whether it may come back; a request without a name is a session of its own."""


def session_of(name: str, otherwise: str) -> Session:
    """Return the session of a name, or the one that stands for something unique where there is no name."""
    said = (name or otherwise).encode(errors="replace")
    return Session(int.from_bytes(blake2b(said, digest_size=_EIGHT).digest()), bool(name))


def place(session: int, candidate: str) -> float:
    """Return where a session stands in [0, 1): evenly spread, and anew for each candidate."""
    said = session.to_bytes(_EIGHT) + candidate.encode()
    return int.from_bytes(blake2b(said, digest_size=_EIGHT).digest()) / _ALL


def arm_of(session: int, candidate: str, weight: int) -> Arm:
    """Return who answers a session: whoever has the candidate keeps it while the weight rises."""
    return Arm.CANDIDATE if weight and place(session, candidate) * 100 < weight else Arm.STABLE
