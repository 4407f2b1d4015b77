"""A vector as text: what an embedding is kept as, in 32 bits a number."""

import struct
from base64 import b64decode, b64encode
from collections.abc import Sequence

SIZE = 4
"""Bytes of one number."""


def pack(numbers: Sequence[float]) -> str:
    """Return a vector as base64 of little-endian 32-bit floats.

    Raises:
        OverflowError: A number is too large for 32 bits.
    """
    return b64encode(struct.pack(f"<{len(numbers)}f", *numbers)).decode()


def unpack(text: str) -> tuple[float, ...]:
    """Return the vector in a text.

    Raises:
        ValueError: The text is none.
    """
    data = b64decode(text, validate=True)
    if not data or len(data) % SIZE:
        raise ValueError("not a vector of 32-bit numbers")
    return struct.unpack(f"<{len(data) // SIZE}f", data)
