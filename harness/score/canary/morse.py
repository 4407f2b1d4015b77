"""Morse code: in dots and dashes, spoken, or in any two signs that a text has many of."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations

from harness.score.canary.page import FEWEST_OF_ONE, Page, commonest

_CODES = ".- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- -..- -.-- --.."
MORSE = {code.encode(): bytes([65 + place]) for place, code in enumerate(_CODES.split())}
MORSE_LETTERS = {letter.decode(): code.decode() for code, letter in MORSE.items()}
SIGNS = bytes(46 if code in b".*" else 45 if code in b"-_" else 32 for code in range(256))
"""What turns a text into dots and dashes with spaces between."""
FEWEST_SIGNS = 12
"""Signs of eight letters of a canary, at least."""
SPOKEN = re.compile(rb"\bD(?:I|IT|OT)\b|\bDA(?:H|SH)?\b")
FEWEST_DASHES = 8
"""Spoken dashes from which a text is read as Morse code: a canary has more."""
FEWEST = 24
"""Signs of a canary, at least."""
FEWEST_BESIDE = 10
"""Signs that follow another one, at least: within a letter nothing else comes between."""
FEWEST_TWOFOLD = 12
"""Signs in words of two letters, at least: three in four letters have both dots and dashes, and three or four signs."""
LONGEST_GAP = 8
"""Characters by which what stands between two signs is told from what stands between others."""
SWAPPED = bytes.maketrans(b".-", b"-.")
VARIATION = "\ufe0f"
"""Follows a symbol that is to be shown in colour."""


def by_morse(upper: bytes) -> bytes:
    """Return the letters of the dots and dashes in a text, which may also be spoken: `dah dah di dah`."""
    if upper.count(b"DAH") + upper.count(b"DASH") >= FEWEST_DASHES:
        spoken = SPOKEN.sub(lambda found: b"-" if b"A" in found[0] else b".", upper)
        upper = re.sub(rb"(?<=[.\-])[ -](?=[.\-])", b"", spoken)
    signs = upper.translate(SIGNS)
    if len(signs) - signs.count(b" ") < FEWEST_SIGNS:
        return b""
    return b"".join([MORSE[sign] for sign in signs.split() if sign in MORSE])


def _said(signs: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the letters of dots and dashes, and of the same with dots for dashes."""
    code = b"".join(signs)
    for way in (code, code.translate(SWAPPED)):
        yield b"".join([MORSE[sign] for sign in way.split() if sign in MORSE])


def _letters(pair: tuple[str, str], symbols: Sequence[str], gaps: list[str]) -> Iterator[bytes]:
    """Yield what dots and dashes say with what stands between them, which most often parts no letters."""
    cut = [gap[:LONGEST_GAP] for gap in gaps]
    # a gap that comes so often leaves as many fewer different ones; in prose nearly all differ
    if len(cut) - len(set(cut)) >= FEWEST_BESIDE - 1:
        within = Counter(cut).most_common(1)[0][0]
        signs = [b"." if symbol == pair[0] else b"-" for symbol in symbols if symbol in pair]
        before = [b"" if gap == within else b" " for gap in (within, *cut)]
        yield from _said([gap + sign for gap, sign in zip(before, signs, strict=True)])


def _two(
    row: str, common: list[tuple[str, int]], between: Callable[[str, str], list[str]], apart: str = ""
) -> Iterator[bytes]:
    """Yield what each two of the commonest symbols say, if they stand beside each other in the row of all symbols."""
    pairs = [(one, other) for (one, many), (other, few) in combinations(common, 2) if many + few >= FEWEST]
    for pair in pairs:
        if sum(row.count(one + apart + other) for one in pair for other in pair) >= FEWEST_BESIDE:
            yield from _letters(pair, row.split(apart) if apart else row, between(*pair)[1:-1])


def _of_signs(text: str, signs: str) -> Iterator[bytes]:
    if len(signs) >= FEWEST:
        yield from _two(signs, commonest(Counter(signs)), lambda dot, dash: text.replace(dash, dot).split(dot))


def _of_words(page: Page) -> Iterator[bytes]:
    if len(page.words) >= max(FEWEST, 2 * len(page.vocabulary)):
        text, row = page.upper.decode(), b" ".join(page.words).decode()
        common = [(word.decode(), times) for word, times in page.common]
        yield from _two(row, common, lambda *pair: re.split(rf"(?<![A-Z])(?:{'|'.join(pair)})(?![A-Z])", text), " ")


def _of_letters(words: list[bytes], twofold: set[bytes]) -> Iterator[bytes]:
    """Yield what words of the same two letters say, as `xxox xox` does."""
    common = commonest(Counter(b"".join([word for word in words if word in twofold])), 2) if twofold else []
    if sum(count for _, count in common) >= FEWEST_TWOFOLD and len(common) > 1:
        letters = bytes([letter for letter, _ in common])
        signs = [word for word in words if not word.translate(None, letters)]
        yield from _said([b" ".join(signs).translate(bytes.maketrans(letters, b".-"))])


def by_two_signs(page: Page) -> Iterator[bytes]:
    """Yield the letters of Morse code in any two symbols, punctuation marks, figures, words or letters of a text."""
    folded = page.folded.decode()
    yield from _of_signs(page.text.replace(VARIATION, ""), page.far.replace(VARIATION, ""))
    yield from _of_signs(folded, page.signs.decode())
    if len(set(page.digits)) <= FEWEST_OF_ONE:
        yield from _of_signs(folded, page.digits.decode())
    yield from _of_words(page)
    yield from _of_letters(page.words, page.twofold)
