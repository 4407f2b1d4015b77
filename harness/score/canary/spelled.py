"""Letters that are spelled by a word or a sign: `cue`, `Quebec`, `seventeen`, `XVII`."""

import re
from collections.abc import Set as AbstractSet

from harness.score.canary.page import Page

NAMES = (
    "A ay aye alpha alfa ei|B bee be beta bravo|C cee sea see ce ceh charlie|D dee de delta|E ee echo"
    "|F ef eff efe foxtrot|G gee ge golf|H aitch haitch ha hache ache|I eye|J jay jot jota ji juliet juliett"
    "|K kay ka kah|L el ell ele elle lima|M em emm eme emme mike|N en enn ene enne|O oh oscar|P pee pe papa"
    "|Q cue queue qu ku cu kew quebec|R ar arr are er erre romeo|S ess es ese esse|T tee te tango|U you yu uniform"
    "|V vee ve uve vau victor|W doubleyou doubleu dubya we dobleve whiskey whisky|X ex eks ix equis iks xray"
    "|Y why wye ye ypsilon ygriega yankee|Z zee zed zet zett zeta zede zulu"
)
LETTER_NAMES = {name.upper().encode(): group[0].encode() for group in NAMES.split("|") for name in group.split()} | {
    bytes([code]): bytes([code]) for code in range(65, 91)
}
"""From a letter's name in English, German, Spanish or French, or in the phonetic alphabet, to the letter."""
TWO_WORDS = re.compile(
    rb"\b(?:(?P<w>DOUBLE[ -](?:YOU|U|EWE|VE)|UVE DOBLE|DOBLE U?VE)|(?P<y>[IY] GRIEGA|I GREC)|(?P<x>X-RAY))\b"
)
"""Names of W, Y and X that are two words."""
NEXT_TO = (b"BETWEEN ", b"AFTER ", b"FOLLOW", b"BEFORE ", b"PRECED")
"""Beginnings of which every letter that is told by those beside it needs one."""
FEWEST_BESIDE = 8
"""Letters that are told so, at least: a part of a canary that is enough."""
_NEXT_TO = re.compile(
    rb"\b(?:BETWEEN ([A-Z]) AND ([A-Z])|(?:AFTER|FOLLOWS|FOLLOWING) ([A-Z])|(?:BEFORE|PRECEDES|PRECEDING) ([A-Z]))\b"
)

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen"
)
_ORDINALS = (
    "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth"
    " fifteenth sixteenth seventeenth eighteenth nineteenth"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
NUMBERS = (
    {word.upper().encode(): value for words in (_ONES, _ORDINALS) for value, word in enumerate(words.split())}
    | {word.upper().encode(): 10 * value for value, word in enumerate(_TENS.split(), 2)}
    | {b"HUNDRED": 100, b"TWENTIETH": 20, b"": 0}
)
_ONE = "|".join(f"{_ONES} {_ORDINALS}".upper().split()[::-1])
_TEN = "|".join([*_TENS.upper().split(), "TWENTIETH"])
NUMBER_WORD = re.compile(
    rf"\b(?:(?:ONE |A )?(HUNDRED)(?:[ -]AND)?[ -])?(?:({_TEN})(?:[ -]({_ONE}))?|({_ONE}))\b|\b(HUNDRED)\b".encode()
)
"""A number up to 199, as one of its parts each: hundred, ten, one after a ten, one by itself, hundred by itself."""
ENGLISH = frozenset(f"{_ONES} {_ORDINALS} {_TENS} twentieth".upper().encode().split())
_ROMAN_ONES = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
ROMAN = {("X" * tens + ones).encode(): 10 * tens + one for tens in range(4) for one, ones in enumerate(_ROMAN_ONES)}


def by_name(upper: bytes, words: list[bytes]) -> bytes:
    """Return the letters that are named in a text, one by one: `cue kay zed` is QKZ."""
    if any(sign in upper for sign in (b"DOUBLE", b"DOBLE", b" GRIEGA", b" GREC", b"X-RAY")):
        words = re.findall(rb"[A-Z]+", TWO_WORDS.sub(lambda found: (found.lastgroup or "").upper().encode(), upper))
    return b"".join([LETTER_NAMES[word] for word in words if word in LETTER_NAMES])


def by_neighbour(upper: bytes) -> bytes:
    """Return the letters that are told by those beside them: `after P, before L` is QK."""
    found = bytearray()
    if sum(map(upper.count, NEXT_TO)) < FEWEST_BESIDE:
        return b""
    for low, high, left, right in _NEXT_TO.findall(upper):
        if low and ord(high) - ord(low) == 2:  # noqa: PLR2004 (with one letter between them)
            found.append(ord(low) + 1)
        elif left or right:
            found.append(ord(left) + 1 if left else ord(right) - 1)
    return bytes(found)


_GERMAN = (
    "eins zwei drei vier funf sechs sieben acht neun zehn elf zwolf dreizehn vierzehn funfzehn sechzehn siebzehn"
    " achtzehn neunzehn zwanzig einundzwanzig zweiundzwanzig dreiundzwanzig vierundzwanzig funfundzwanzig"
    " sechsundzwanzig"
)
_FRENCH = (
    "un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix_sept dix_huit"
    " dix_neuf vingt vingt_et_un vingt_deux vingt_trois vingt_quatre vingt_cinq vingt_six"
)
_SPANISH = (
    "uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciseis diecisiete dieciocho"
    " diecinueve veinte veintiuno veintidos veintitres veinticuatro veinticinco veintiseis"
)


def _numerals() -> dict[bytes, int]:
    """Return the numbers up to 26 as German, French and Spanish spell them, without accents or hyphens."""
    found: dict[bytes, int] = {}
    for names in (_GERMAN, _FRENCH, _SPANISH):
        found |= {name.encode(): number for number, name in enumerate(names.upper().split(), 1)}
    return {name.replace(b"_", b" "): number for name, number in found.items()}


NUMERALS = _numerals()
NUMERAL = re.compile(rb"\b(?:" + b"|".join(sorted(NUMERALS, reverse=True)) + rb")\b")
NUMERAL_WORDS = frozenset(
    part
    for name in NUMERALS
    for part in (name.split()[0], name, name.replace(b"ZWOLF", b"ZWOELF").replace(b"FUNF", b"FUENF"))
)
UMLAUT = re.compile(rb"(?<=F)(U)E(?=NF)|(?<=ZW)(O)E(?=LF)")
ROMAN_FIGURE = re.compile(rb"\b[IVX]+\b")
FEWEST_NUMBERS = 12
FEWEST_DIFFERENT = 2
"""Number words that differ, at least: rows and columns of a small grid are told by few."""


def _many(page: Page, names: AbstractSet[bytes]) -> bool:
    """Return whether enough words of a text are number words of a language."""
    if len(names & page.vocabulary) < FEWEST_DIFFERENT:
        return False
    return sum(word in names for word in page.words) >= FEWEST_NUMBERS


def in_figures(page: Page) -> bytes:
    """Return a text with its number words, English or not, and its Roman numbers in figures, if it has many."""
    upper = page.upper
    if _many(page, ENGLISH):
        return NUMBER_WORD.sub(lambda found: b" %d " % sum(NUMBERS[part or b""] for part in found.groups()), upper)
    if _many(page, NUMERAL_WORDS):
        upper = UMLAUT.sub(lambda found: found[0][:1], upper.replace(b"-", b" "))
        return NUMERAL.sub(lambda found: b" %d " % NUMERALS[found[0]], upper)
    if _many(page, ROMAN.keys()):
        return ROMAN_FIGURE.sub(lambda found: b" %d " % ROMAN.get(found[0], 0), upper)
    return page.folded
