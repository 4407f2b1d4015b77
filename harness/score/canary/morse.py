"""Morse code: in dots and dashes, spoken, or in any two signs that a text has many of."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, pairwise

from harness.score.canary.page import Page

_CODES = ".- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- -..- -.-- --.."
MORSE = {code.encode(): bytes([65 + place]) for place, code in enumerate(_CODES.split())}
MORSE_LETTERS = {letter.decode(): code.decode() for code, letter in MORSE.items()}
SIGNS = re.compile(rb"[.\-]+")
SPOKEN = re.compile(rb"\bD(?:I|IT|OT)\b|\bDA(?:H|SH)?\b")
FEWEST_DASHES = 8
"""Spoken dashes from which a text is read as Morse code: a canary has more."""
FEWEST = 24
"""Signs of a canary, at least."""
FEWEST_OF_ONE = 6
FEWEST_BESIDE = 10
"""Signs that follow another one, at least: within a letter nothing else comes between."""
NOT_SIGNS = bytes(code for code in range(256) if code in b" \n" or chr(code).isalnum() or code > 125)  # noqa: PLR2004
NOT_DIGITS = bytes(code for code in range(256) if code not in b"0123456789")
MOST = 3
"""The commonest signs or words, each two of which may be dot and dash."""
SWAPPED = bytes.maketrans(b".-", b"-.")
VARIATION = "\ufe0f"
"""Follows a symbol that is to be shown in colour."""


def by_morse(upper: bytes) -> bytes:
    """Return the letters of the dots and dashes in a text, which may also be spoken: `dah dah di dah`."""
    if upper.count(b"DAH") + upper.count(b"DASH") >= FEWEST_DASHES:
        spoken = SPOKEN.sub(lambda found: b"-" if b"A" in found[0] else b".", upper)
        upper = re.sub(rb"(?<=[.\-])[ -](?=[.\-])", b"", spoken)
    upper = upper.replace(b"_", b"-").replace(b"*", b".")
    return b"".join([MORSE[sign] for sign in SIGNS.findall(upper) if sign in MORSE])


def _said(signs: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the letters of dots and dashes, and of the same with dots for dashes."""
    code = b"".join(signs)
    for way in (code, code.translate(SWAPPED)):
        yield b"".join([MORSE[sign] for sign in way.split() if sign in MORSE])


def _letters(text: str, dot: str, dash: str, edge: str) -> Iterator[bytes]:
    """Yield what two signs say: what stands between them most often parts no letters."""
    places = [found.span() for found in re.finditer(f"{edge}(?:{re.escape(dot)}|{re.escape(dash)}){edge}", text)]
    gaps = [text[one[1] : min(other[0], one[1] + 8)] for one, other in pairwise(places)]
    if not gaps:
        return
    within = Counter(gaps).most_common(1)[0][0]
    signs = [b"." if text.startswith(dot, start) else b"-" for start, _ in places]
    yield from _said([signs[0], *(s if gap == within else b" " + s for gap, s in zip(gaps, signs[1:], strict=True))])


def _two(text: str, symbols: Sequence[str], *, apart: str = "", edge: str = "") -> Iterator[bytes]:
    """Yield what each two of the commonest symbols say, if they stand beside each other in the row of all symbols."""
    common = [(sign, count) for sign, count in Counter(symbols).most_common(MOST) if count >= FEWEST_OF_ONE]
    pairs = [(one, other) for (one, many), (other, few) in combinations(common, 2) if many + few >= FEWEST]
    row = apart.join(symbols) if pairs else ""
    for pair in pairs:
        if sum(row.count(one + apart + other) for one in pair for other in pair) >= FEWEST_BESIDE:
            yield from _letters(text, *pair, edge)


def _of_letters(words: list[bytes], twofold: set[bytes]) -> Iterator[bytes]:
    """Yield what words of the same two letters say, as `xxox xox` does."""
    common = [letter for letter, _ in Counter(b"".join([word for word in words if word in twofold])).most_common(2)]
    if len(common) > 1:
        signs = [word for word in words if not word.translate(None, bytes(common))]
        yield from _said([b" ".join(signs).translate(bytes.maketrans(bytes(common), b".-"))])


def by_two_signs(page: Page) -> Iterator[bytes]:
    """Yield the letters of Morse code in any two symbols, punctuation marks, figures, words or letters of a text."""
    text, folded = page.text, page.folded
    far = page.far.replace(VARIATION, "")
    if len(far) >= FEWEST:
        yield from _two(text.replace(VARIATION, ""), far)
    signs, digits = folded.translate(None, NOT_SIGNS), folded.translate(None, NOT_DIGITS)
    if len(signs) >= FEWEST:
        yield from _two(folded.decode(), signs.decode())
    if len(digits) >= FEWEST and len(set(digits)) <= FEWEST_OF_ONE:
        yield from _two(folded.decode(), digits.decode())
    if len(page.words) >= max(FEWEST, 2 * len(page.vocabulary)):
        yield from _two(page.upper.decode(), b" ".join(page.words).decode().split(" "), apart=" ", edge=r"\b")
    yield from _of_letters(page.words, page.twofold)
