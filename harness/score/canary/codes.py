"""How twelve letters look inside texts of several encodings, wherever in the text they begin.

A text need not be decoded to find a canary in it: the canary is encoded, at each place that the encoding tells apart,
and only what depends on no neighbour is kept.
"""

import base64
import string
from collections.abc import Iterator

DIGITS, UPPER, LOWER = string.digits, string.ascii_uppercase, string.ascii_lowercase
BIT_ALPHABETS = (
    ("base64", 6, UPPER + LOWER + DIGITS + "+/"),
    ("base64 from . to z", 6, "./" + DIGITS + UPPER + LOWER),
    ("xxencode", 6, "+-" + DIGITS + UPPER + LOWER),
    ("base64 from 0 to z", 6, DIGITS + UPPER + LOWER + "-_"),
    ("uuencode", 6, "`" + "".join(map(chr, range(33, 96)))),
    ("base32", 5, UPPER + "234567"),
    ("base32hex", 5, DIGITS + UPPER[:22]),
    ("Crockford base32", 5, "0123456789ABCDEFGHJKMNPQRSTVWXYZ"),
    ("z-base-32", 5, "YBNDRFG8EJKMCPQXOT1UWISZA345H769"),
    ("base16 from a to p", 4, UPPER[:16]),
)
"""Encodings that cut a text's bits into pieces: name, bits a piece, alphabet."""
ONE_CASE = 5
"""Bits a piece at most of the encodings that do not tell upper from lower case."""
NUMBER_ALPHABETS = (
    ("base58", "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"),
    ("base58", "123456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ"),
    ("base62", DIGITS + UPPER + LOWER),
    ("base62", DIGITS + LOWER + UPPER),
    ("base62", UPPER + LOWER + DIGITS),
    ("base36", DIGITS + UPPER),
    ("base26", UPPER),
)
"""Encodings that read a text as one long number."""
BASE45 = DIGITS + UPPER + " $%*+-./:"
Z85 = DIGITS + LOWER + UPPER + ".-:+=^!/*?&<>()[]{}@%$#"
ROWS = ("QWERTYUIOP[", "ASDFGHJKL;", "ZXCVBNM,")
_NEXT = {key: row[place + 1] for row in ROWS for place, key in enumerate(row[:-1])}
_BEFORE = {key: row[place - 1] for row in ROWS for place, key in enumerate(row[:-1])}
_KEYS = "".join(row[:-1] for row in ROWS)
KEYBOARDS = (
    ("the next key", _NEXT),
    ("the next key", _NEXT | {"P": "Q", "L": "A", "M": "Z"}),
    ("the next key", dict(zip(_KEYS, _KEYS[1:] + _KEYS[0], strict=True))),
    ("the key before", _BEFORE),
    ("the key before", _BEFORE | {"Q": "P", "A": "L", "Z": "M"}),
    ("the key before", dict(zip(_KEYS, _KEYS[-1] + _KEYS[:-1], strict=True))),
    ("the keys in order", dict(zip(_KEYS, UPPER, strict=True))),
    ("the keys in order", dict(zip(UPPER, _KEYS, strict=True))),
    ("Dvorak keys", dict(zip(UPPER, "AXJE.UIDCHTNMBRL'POYGK,QF;", strict=True))),
    ("Dvorak keys", dict(zip(UPPER, "ANIHDYUJGCVPMLSRXO;KF.,BT/", strict=True))),
    ("Colemak keys", dict(zip(UPPER, "ABCSFTDHUNEIMK;YQPRGLVWXJZ", strict=True))),
    ("Colemak keys", dict(zip(UPPER, "ABCGKETHLYNUMJ;RQSDFIVWXPZ", strict=True))),
    ("AZERTY keys", dict(zip("QAWZM", "AQZW,", strict=True))),
    ("AZERTY keys", dict(zip("QAWZM", "AQZW;", strict=True))),
    ("QWERTZ keys", {"Y": "Z", "Z": "Y"}),
    ("the key above", dict(zip("ASDFGHJKLZXCVBNM", "QWERTYUIOASDFGHJ", strict=True))),
    ("the key below", dict(zip("QWERTYUIOPASDFGHJKL", "ASDFGHJKL;ZXCVBNM,.", strict=True))),
)
"""What is typed when the hands or the layout are off: name, and the character typed for each letter that is meant."""


def _bits(data: bytes) -> str:
    return "".join(f"{byte:08b}" for byte in data)


def pieces(data: bytes, size: int, alphabet: str) -> set[str]:
    """Return what is certain of the encoded data for each place where it may begin, one symbol for `size` bits."""
    bits, out = _bits(data), set()
    for before in range(size):
        skip = -8 * before % size
        whole = range(skip, len(bits) - size + 1, size)
        out.add("".join(alphabet[int(bits[at : at + size], 2)] for at in whole))
    return out


def as_number(data: bytes, alphabet: str) -> str:
    """Return the data read as one long number in the base of the alphabet's length."""
    number, out = int.from_bytes(data), ""
    while number:
        number, digit = divmod(number, len(alphabet))
        out = alphabet[digit] + out
    return out


def _blocks(data: bytes, size: int) -> list[bytes]:
    """Return the whole blocks of the data for each place where it may begin in a block."""
    return [data[skip : skip + (len(data) - skip) // size * size] for skip in range(size)]


def base45(data: bytes) -> str:
    """Return data of an even length in base45."""
    out = ""
    for at in range(0, len(data), 2):
        number = int.from_bytes(data[at : at + 2])
        out += BASE45[number % 45] + BASE45[number // 45 % 45] + BASE45[number // 2025]
    return out


def z85(data: bytes) -> str:
    """Return data of a length that is a multiple of four in Z85."""
    back = dict(zip(BASE85, Z85, strict=True))
    return "".join(back[char] for char in base64.b85encode(data).decode())


BASE85 = DIGITS + UPPER + LOWER + "!#$%&()*+-;<=>?@^_`{|}~"


def visible_codes(data: bytes) -> Iterator[tuple[str, str]]:
    """Yield encodings that use punctuation, with their names."""
    for name, size, alphabet in BIT_ALPHABETS:
        if name in ("uuencode", "xxencode", "base64 from . to z"):
            yield from ((name, text) for text in pieces(data, size, alphabet))
    for block in _blocks(data, 4):
        yield "base85", base64.b85encode(block).decode()
        yield "ascii85", base64.a85encode(block).decode()
        yield "Z85", z85(block)
    for block in _blocks(data, 2):
        yield "base45", base45(block).replace(" ", "")


def plain_codes(data: bytes) -> Iterator[tuple[str, str]]:
    """Yield encodings that use letters and digits of both cases, with their names."""
    for name, size, alphabet in BIT_ALPHABETS:
        if size > ONE_CASE:
            yield from ((name, text) for text in pieces(data, size, alphabet) if text.isalnum())
    for name, alphabet in NUMBER_ALPHABETS[:5]:
        yield name, as_number(data, alphabet)


def one_case_codes(data: bytes) -> Iterator[tuple[str, str]]:
    """Yield encodings that use letters and digits of one case, in upper case, with their names."""
    for name, size, alphabet in BIT_ALPHABETS:
        if size <= ONE_CASE:
            yield from ((name, text) for text in pieces(data, size, alphabet))
    for name, alphabet in NUMBER_ALPHABETS[5:]:
        yield name, as_number(data, alphabet)


def typed(word: str) -> Iterator[tuple[str, str]]:
    """Yield what a keyboard writes for a word when the hands or the layout are off."""
    for name, keys in KEYBOARDS:
        text = "".join(keys.get(char, char) for char in word)
        if text != word:
            yield name, text
