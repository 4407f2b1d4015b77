"""The name of an answer: it says which release gave it to whom, so that a vote on it needs no memory."""

from hashlib import blake2b
from hmac import compare_digest
from struct import Struct
from typing import NamedTuple

from harness.core.rollout import Arm

PREFIX = "chatcmpl-"
_FIELDS = Struct(">6sHBQ6s")
_SEAL = 8
_ARMS = (Arm.STABLE, Arm.CANDIDATE)


class Receipt(NamedTuple):
    """Which answer it was."""

    release: str
    """The twelve digits of its release."""
    step: int
    arm: Arm
    session: int


class Receipts:
    """Names that only this gateway can make."""

    def __init__(self, secret: bytes) -> None:
        """Take what nobody else knows."""
        self._secret = secret

    def write(self, receipt: Receipt, unique: str) -> str:
        """Return the name of an answer; `unique` is twelve hex digits that no other has."""
        parts = (bytes.fromhex(receipt.release), min(receipt.step, 0xFFFF), _ARMS.index(receipt.arm))
        mark = bytes.fromhex(unique)
        said = _FIELDS.pack(*parts, receipt.session ^ self._veil(mark), mark)
        return PREFIX + (said + self._seal(said)).hex()

    def read(self, name: str) -> Receipt | None:
        """Return which answer a name stands for; None for one that was not made here."""
        try:
            said = bytes.fromhex(name.removeprefix(PREFIX))
        except ValueError:
            return None
        body, seal = said[: _FIELDS.size], said[_FIELDS.size :]
        if len(body) < _FIELDS.size or not compare_digest(seal, self._seal(body)):
            return None
        release, step, arm, session, mark = _FIELDS.unpack(body)
        return Receipt(release.hex(), step, _ARMS[arm], session ^ self._veil(mark))

    def _veil(self, mark: bytes) -> int:
        """Return what hides a session: whoever keeps names of answers must not find out whose they were by trying."""
        return int.from_bytes(blake2b(mark, digest_size=8, key=self._secret).digest())

    def _seal(self, said: bytes) -> bytes:
        return blake2b(said, digest_size=_SEAL, key=self._secret).digest()
