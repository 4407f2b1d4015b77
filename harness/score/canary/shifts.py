"""Differences of neighbouring letters: what stays the same when every letter of a text is shifted alike.

All of it is arithmetic on whole texts at once: a text is one long number whose digits are its bytes.
"""

LETTERS = 26
PRINTABLE = 94
"""Characters from `!` to `~`, which is what a shift of ASCII goes round in."""
LAGS = (2, 3)
"""Letters that may be shifted in turn, each by a number of its own."""
FACTORS = tuple(factor for factor in range(1, LETTERS) if factor % 2 and factor != LETTERS // 2)
"""What letters can be multiplied by without two of them becoming one; 25 is the alphabet backwards."""


def _from(first: int, modulus: int) -> bytes:
    return bytes((code - first) % modulus for code in range(256))


def _rest(first: int, modulus: int) -> bytes:
    return bytes(modulus - (code - first) % modulus for code in range(256))


_MODULO = {modulus: bytes(code % modulus for code in range(256)) for modulus in (LETTERS, PRINTABLE)}
_UP = {(first, modulus): _from(first, modulus) for first, modulus in ((65, LETTERS), (0, LETTERS), (33, PRINTABLE))}
_DOWN = {key: _rest(*key) for key in _UP}
_TIMES = {factor: bytes(code * factor % LETTERS for code in range(256)) for factor in range(1, LETTERS)}


def differences(data: bytes, lag: int = 1, first: int = 65, modulus: int = LETTERS) -> bytes:
    """Return each byte less the one `lag` before it, modulo `modulus`, where `first` counts as 0."""
    length = len(data) - lag
    if length <= 0:
        return b""
    later = int.from_bytes(data[lag:].translate(_UP[first, modulus]))
    earlier = int.from_bytes(data[:-lag].translate(_DOWN[first, modulus]))
    return (later + earlier).to_bytes(length).translate(_MODULO[modulus])


def second_differences(letters: bytes) -> bytes:
    """Return the differences of the differences, which a shift that grows by the same step each time leaves alone."""
    return differences(differences(letters), first=0)


def exclusive(data: bytes) -> bytes:
    """Return each byte xor the one before it, which xor with one key leaves alone."""
    return (int.from_bytes(data[1:]) ^ int.from_bytes(data[:-1])).to_bytes(len(data) - 1) if data else b""


def affine(signature: bytes, factors: tuple[int, ...] = FACTORS) -> list[bytes]:
    """Return a difference sequence as it looks after each letter was multiplied by a factor."""
    return [signature.translate(_TIMES[factor]) for factor in factors]


def sums(data: bytes) -> bytes:
    """Return the sum of each two neighbouring numbers, modulo 26."""
    if len(data) < 2:  # noqa: PLR2004 - two numbers have a sum
        return b""
    later, earlier = (int.from_bytes(part.translate(_UP[0, LETTERS])) for part in (data[1:], data[:-1]))
    return (later + earlier).to_bytes(len(data) - 1).translate(_MODULO[LETTERS])
