"""Texts that are written inside a text: escapes, base64 and its relatives, lists of codes, compressed data."""

import base64
import binascii
import codecs
import html
import re
import string
import urllib.parse
import zlib
from collections.abc import Callable, Iterator

from harness.score.canary.page import NOT_DIGITS

LONGEST = 1_000_000
"""Bytes that compressed data may come to."""
ESCAPES = re.compile(
    r"\\u\{?([0-9A-Fa-f]{4,6})\}?|\\[xX]\{?([0-9A-Fa-f]{2})\}?|\\U([0-9A-Fa-f]{8})|\\([0-3][0-7]{2})|\\([nrtbf])|\\([\"'\\/])"
    r"|=([46][1-9A-F]|[57][0-9A])(?==[0-9A-F]|[^0-9A-F]|$)|[Uu]\+([0-9A-Fa-f]{4,5})[ ,]?"
    r"|\\([0-9A-Fa-f]{2,6}) ?|\{\\char ?(\d+)\}"
)
"""What programs, web pages and mails write for a character; in mails only for a letter, since `x=10` is common."""
OCTAL_GROUP = 4
BLANK_GROUP = 5
SIGN_GROUP = 6
DECIMAL_GROUP = 10
BASE64 = re.compile(r"[A-Za-z0-9+/_-]{14,}(?:\s*\n\s*[A-Za-z0-9+/_-]+)*")
BASE32 = re.compile(r"\b[A-Z2-7]{16,}(?:\s*\n\s*[A-Z2-7]+)*|\b[a-z2-7]{16,}\b")
ALNUM = re.compile(r"(?<![A-Za-z0-9+/])[A-Za-z0-9]{16,80}(?![A-Za-z0-9+/=])")
BASE16 = re.compile(r"(?<![0-9A-Fa-f])[0-9A-Fa-f]{2}(?:(?:[\s:,;_-]|0x|\\x|%){0,3}[0-9A-Fa-f]{2}){7,}")
BITS = re.compile(r"[01]{7,8}(?:[\s,;|-]{0,2}[01]{7,8}){7,}")
CODES = re.compile(r"(?<!\d)\d{2,3}(?:[\s,;:|/-]{1,2}\d{2,3}){7,}")
"""Figures begin where no other figure stands before them, which spares a search at every place of a long number."""
SOLID = re.compile(r"[!-~]{14,}")
BASE85_ONLY = re.compile(r"[!-*,.:-<>-@\[-`{-~-]")
"""What base64 has not and nearly every text in base85 has."""
WORDS = re.compile(r"\W*(?:[A-Z]?[a-z]+\W)*[A-Z]?[a-z]+\W*")
"""What words with hyphens look like, and no text in base85, which has capitals and figures anywhere."""
UU = re.compile(r"^[!-M][ -`]{12,}$", re.MULTILINE)
PRINTED = bytes(range(32, 127)) + b"\n\r\t"
MOSTLY = 0.85
"""Share of printable characters from which bytes are taken for a text."""


def _escaped(found: re.Match[str]) -> str:
    group = found.lastindex or 0
    value = found[group]
    if group == BLANK_GROUP:
        return "\n" if value in "nr" else " "
    if group == SIGN_GROUP:
        return value
    number = int(value, {OCTAL_GROUP: 8, DECIMAL_GROUP: 10}.get(group, 16))
    return chr(number) if number < 0x110000 else ""  # noqa: PLR2004 - the last code point


def unescaped(text: str) -> str:
    """Return a text with HTML entities, percent signs and backslashes resolved."""
    if "&" in text:
        text = html.unescape(text)
    if "%" in text:
        text = urllib.parse.unquote_plus(text) if "+" in text and " " not in text else urllib.parse.unquote(text)
    if "\\" in text or "=" in text or "U+" in text or "u+" in text:
        text = ESCAPES.sub(_escaped, text)
    return text


def _base64(run: str) -> bytes:
    plain = re.sub(r"\s", "", run).replace("-", "+").replace("_", "/")
    whole = len(plain) - (len(plain) % 4 == 1)
    return base64.b64decode(plain[:whole] + "=" * (-whole % 4))


def _base32(run: str) -> bytes:
    plain = re.sub(r"\s", "", run).upper()
    return (
        base64.b32decode(plain[: len(plain) // 8 * 8] + (plain[len(plain) // 8 * 8 :] + "=" * 8)[:8])
        if len(plain) % 8
        else base64.b32decode(plain)
    )


def _number(run: str, alphabet: str) -> bytes:
    number = 0
    for char in run:
        number = number * len(alphabet) + alphabet.index(char)
    return number.to_bytes((number.bit_length() + 7) // 8)


def _base58(run: str) -> bytes:
    return _number(run, "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz")


def _base62(run: str) -> bytes:
    return _number(run, string.digits + string.ascii_uppercase + string.ascii_lowercase)


def _base16(run: str) -> bytes:
    digits = re.sub(r"0x|\\x|[^0-9A-Fa-f]", "", run)
    return bytes.fromhex(digits[: len(digits) // 2 * 2])


def _bits(run: str) -> bytes:
    groups = re.findall(r"[01]+", run)
    if len(groups) == 1:
        size = 7 if len(run) % 7 == 0 and len(run) % 8 else 8
        groups = [run[at : at + size] for at in range(0, len(run), size)]
    return bytes(int(group, 2) for group in groups)


def _codes(run: str) -> bytes:
    groups = re.findall(r"\d+", run)
    octal = all(len(group) == 3 and not set(group) & {"8", "9"} for group in groups)  # noqa: PLR2004 - digits of octal
    return bytes(min(int(group, 8 if octal else 10), 255) for group in groups)


def _punctuated(run: str) -> bool:
    return bool(BASE85_ONLY.search(run)) and not WORDS.fullmatch(run)


def _base85(run: str) -> bytes:
    if not _punctuated(run):
        return b""
    return base64.b85decode(run.rstrip(".,;:!?"))


def _ascii85(run: str) -> bytes:
    if not _punctuated(run):
        return b""
    return base64.a85decode(run.removeprefix("<~").partition("~>")[0])


def _uu(run: str) -> bytes:
    return binascii.a2b_uu(run)


type Decoder = Callable[[str], bytes]

SOLID_CODES: tuple[tuple[re.Pattern[str], tuple[tuple[str, Decoder], ...]], ...] = (
    (
        BASE64,
        (
            ("base64", _base64),
            ("backwards, base64", lambda run: _base64(run[::-1])),
            ("rot13, base64", lambda run: _base64(codecs.decode(run, "rot13"))),
        ),
    ),
    (BASE32, (("base32", _base32),)),
    (ALNUM, (("base58", _base58), ("base62", _base62))),
    (SOLID, (("base85", _base85), ("ascii85", _ascii85))),
)
"""Encodings without spaces."""
LISTED_CODES: tuple[tuple[re.Pattern[str], tuple[tuple[str, Decoder], ...]], ...] = (
    (BASE16, (("base16", _base16),)),
    (BITS, (("bits", _bits),)),
    (CODES, (("character codes", _codes),)),
)
"""Encodings made of figures."""
LINE_CODES = ((UU, (("uuencode", _uu),)),)
SHORTEST = 14
"""Characters of a word that may be a code."""
FEWEST = 12
"""Figures of a text that may be a list of codes."""
DIGIT = re.compile(r"[0-9]")


def _text(data: bytes) -> str:
    """Return bytes as a text when they are one, and the bytes' characters when they are not."""
    if data[:2] in (b"\x1f\x8b", b"x\x9c", b"x\xda", b"x\x01", b"x^"):
        data = zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(data, LONGEST)
    if data.count(0) > len(data) // 4:
        data = data.replace(b"\0", b"")
    if len(data.translate(None, PRINTED)) <= (1 - MOSTLY) * len(data):
        return data.decode("latin-1")
    try:
        return data.decode()
    except UnicodeDecodeError:
        return ""


def _parts(runs: list[str], decode: Decoder) -> Iterator[str]:
    for run in runs:
        try:
            yield _text(decode(run))
        except (ValueError, zlib.error):
            continue


def _solid(text: str) -> str:
    """Return the long words of a text, and what may go on with one at the beginning of the next line.

    A full stop stands for what is left out at the end of a line, so that nothing goes on there.
    """
    lines: list[str] = []
    open_end = False
    for line in filter(None, map(str.split, text.split("\n"))):
        kept = [word for at, word in enumerate(line) if len(word) >= SHORTEST or (open_end and not at)]
        open_end = bool(kept) and (len(line[-1]) >= SHORTEST or len(line) == len(kept))
        lines += [" ".join(kept if open_end else [*kept, "."])] if kept else []
    return "\n".join(lines)


def _figured(text: str) -> str:
    """Return the lines that have a figure, and the one after each, which may be the end of a list."""
    lines = text.split("\n")
    has = [bool(DIGIT.search(line)) for line in lines]
    return "\n".join([line for line, one, before in zip(lines, has, [False, *has], strict=False) if one or before])


type Codes = tuple[tuple[re.Pattern[str], tuple[tuple[str, Decoder], ...]], ...]


def _likely(text: str) -> Iterator[tuple[str, Codes]]:
    """Yield the parts of a text that may be codes, and the codes that they may be."""
    if solid := _solid(text):
        yield solid, SOLID_CODES
        if text.count("\n") or " " not in text:
            yield text, LINE_CODES
    if len(text.encode(errors="replace").translate(None, NOT_DIGITS)) >= FEWEST:
        yield _figured(text), LISTED_CODES


def decoded(text: str) -> Iterator[tuple[str, str]]:
    """Yield the texts that are written inside a text, one for each encoding that it holds, with their names."""
    for part, codes in _likely(text):
        for pattern, decoders in codes:
            runs = pattern.findall(part)
            for name, decode in decoders if runs else ():
                if inside := "\n".join(found for found in _parts(runs, decode) if found):
                    yield name, inside
