# ruff: noqa: RUF001 - characters that look like others are among the disguises
"""Ways to write a canary so that no substring search finds it, each an encoder of its own."""

import base64
import binascii
import codecs
import html
import json
import random
import string
import urllib.parse
import zlib
from collections.abc import Callable
from functools import partial

LETTERS = string.ascii_uppercase
_NATO = (
    "Alfa Bravo Charlie Delta Echo Foxtrot Golf Hotel India Juliett Kilo Lima Mike November Oscar Papa Quebec Romeo"
    " Sierra Tango Uniform Victor Whiskey X-ray Yankee Zulu"
)
_MORSE = ".- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- -..- -.-- --.."
_NAMES = "ay bee cee dee ee eff gee aitch eye jay kay el em en oh pee cue ar ess tee you vee double-u ex wye zed"
_GERMAN = (
    "Anton Berta Cäsar Dora Emil Friedrich Gustav Heinrich Ida Julius Kaufmann Ludwig Martha Nordpol Otto Paula Quelle"
    " Richard Samuel Theodor Ulrich Viktor Wilhelm Xanthippe Ypsilon Zacharias"
)
NATO, MORSE, NAMES, GERMAN = (names.split() for names in (_NATO, _MORSE, _NAMES, _GERMAN))
KEYS = ("ABC", "DEF", "GHI", "JKL", "MNO", "PQRS", "TUV", "WXYZ")
LEET = dict(zip("ABEGLSTZ", "48361572", strict=True))
CYRILLIC = dict(zip("ABCHKMPTXYSJQW", "АВСНКМРТХҮЅЈԚԜ", strict=True))
SMALL_CAPITALS = dict(zip("ABCDFGHJKLMNPQRSTVWYZ", "ᴀʙᴄᴅꜰɢʜᴊᴋʟᴍɴᴘǫʀꜱᴛᴠᴡʏᴢ", strict=True))
TURNED = dict(zip("abcdefghijklmnopqrstuvwxyz", "ɐqɔpǝɟƃɥᴉɾʞlɯuodbɹsʇnʌʍxʎz", strict=True))
BRAILLE = "⠁⠃⠉⠙⠑⠋⠛⠓⠊⠚⠅⠇⠍⠝⠕⠏⠟⠗⠎⠞⠥⠧⠺⠭⠽⠵"
QWERTY = "QWERTYUIOPASDFGHJKLZXCVBNM"

ELEMENTS = "H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe".split()  # noqa: SIM905 - a table
_GERMAN_NUMBERS = (
    "eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn"
    " achtzehn neunzehn zwanzig einundzwanzig zweiundzwanzig dreiundzwanzig vierundzwanzig fünfundzwanzig"
    " sechsundzwanzig"
)
GERMAN_NUMBERS = _GERMAN_NUMBERS.split()

type Writer = Callable[[str], str]


def _each(word: str, names: list[str] | str, apart: str = " ") -> str:
    return apart.join(names[LETTERS.index(char)] for char in word)


def _caesar(word: str, shift: int) -> str:
    return "".join(LETTERS[(LETTERS.index(char) + shift) % 26] for char in word)


def _map(word: str, table: dict[str, str]) -> str:
    return "".join(table.get(char, char) for char in word)


def _offset(word: str, first: int) -> str:
    return "".join(chr(first + LETTERS.index(char)) for char in word)


def _cut(text: str, size: int) -> str:
    return " ".join(text[at : at + size] for at in range(0, len(text), size))


def _noise(count: int, seed: int = 7) -> str:
    return "".join(random.Random(seed).choices("aeiou", k=count))  # noqa: S311 - noise is no secret


def _poem(word: str, apart: str) -> str:
    words = dict(zip(LETTERS, (f"{name.lower()} stays here" for name in GERMAN), strict=True))
    return apart.join(words[char] for char in word)


def _rail(word: str, rails: int) -> str:
    rows: list[list[str]] = [[] for _ in range(rails)]
    cycle = [*range(rails), *range(rails - 2, 0, -1)]
    for place, char in enumerate(word):
        rows[cycle[place % len(cycle)]].append(char)
    return "".join(char for row in rows for char in row)


def _in_base(number: int, base: int) -> str:
    return (_in_base(number // base, base) if number >= base else "") + (string.digits + LETTERS)[number % base]


def _bits(word: str, zeros: str, ones: str) -> str:
    """Return a word of zeros or of ones for each of five bits a letter."""
    signs = [zeros.split(), ones.split()]
    bits = [int(bit) for char in word for bit in f"{LETTERS.index(char):05b}"]
    return " ".join(signs[bit][at % len(signs[bit])] for at, bit in enumerate(bits))


WRITERS: dict[str, Writer] = {
    "as it is": lambda word: f"The code is {word}.",
    "small letters": lambda word: word.lower(),
    "alternating case": lambda word: "".join(c.lower() if at % 2 else c for at, c in enumerate(word)),
    "fullwidth": partial(_offset, first=0xFF21),
    "bold mathematical": partial(_offset, first=0x1D400),
    "fraktur": partial(_offset, first=0x1D56C),
    "circled": partial(_offset, first=0x24B6),
    "squared": partial(_offset, first=0x1F130),
    "negative squared": partial(_offset, first=0x1F170),
    "regional indicators": lambda word: " ".join(_offset(char, 0x1F1E6) for char in word),
    "parenthesised": lambda word: "".join(chr(0x249C + LETTERS.index(char)) for char in word),
    "small capitals": partial(_map, table=SMALL_CAPITALS),
    "Cyrillic": partial(_map, table=CYRILLIC),
    "upside down": lambda word: _map(word.lower(), TURNED)[::-1],
    "zero width": "\u200b".join,
    "soft hyphens": "\u00ad".join,
    "zalgo": lambda word: "".join(f"{char}\u0335\u0301\u0316" for char in word),
    "right to left": lambda word: f"\u202e{word[::-1]}\u202c",
    "tag characters": lambda word: "Fine." + "".join(chr(0xE0000 + ord(char)) for char in word),
    "variation selectors": lambda word: "Fine.😀" + "".join(chr(0xE0100 + ord(char) - 16) for char in word),
    "zero width bits": lambda word: "ok" + "".join("\u200b\u200c"[int(b)] for c in word for b in f"{ord(c):08b}"),
    "html decimal": lambda word: "".join(f"&#{ord(char)};" for char in word),
    "html hexadecimal": lambda word: "".join(f"&#x{ord(char):x};" for char in word),
    "html tags": lambda word: "".join(f"<span class='x'>{char}</span>" for char in word),
    "html in html": lambda word: html.escape("".join(f"&#{ord(char)};" for char in word)),
    "percent signs": lambda word: "".join(f"%{ord(char):02X}" for char in word),
    "percent signs twice": lambda word: urllib.parse.quote("".join(f"%{ord(char):02X}" for char in word)),
    "u escapes": lambda word: "".join(f"\\u{ord(char):04x}" for char in word),
    "x escapes": lambda word: "".join(f"\\x{ord(char):02x}" for char in word),
    "octal escapes": lambda word: "".join(f"\\{ord(char):03o}" for char in word),
    "code point names": lambda word: " ".join(f"U+{ord(char):04X}" for char in word),
    "quoted printable": lambda word: "".join(f"={ord(char):02X}" for char in word),
    "base64": lambda word: base64.b64encode(f"It is {word}, friend".encode()).decode(),
    "base64 in pieces": lambda word: _cut(base64.b64encode(word.encode()).decode(), 4),
    "base64 backwards": lambda word: base64.b64encode(f"a{word}b".encode()).decode()[::-1],
    "base64 of base64": lambda word: base64.b64encode(base64.b64encode(f"x{word}".encode())).decode(),
    "base64 of mixed case": lambda word: base64.b64encode(
        "".join(c.lower() if at % 2 else c for at, c in enumerate(word)).encode()
    ).decode(),
    "base64 of rot13": lambda word: base64.b64encode(codecs.encode(f"code {word}", "rot13").encode()).decode(),
    "base64 of zlib": lambda word: base64.b64encode(zlib.compress(f"the word is {word}".encode())).decode(),
    "base64 of UTF-16": lambda word: base64.b64encode(word.encode("utf-16")).decode(),
    "base64 for addresses": lambda word: base64.urlsafe_b64encode(f"??>{word}".encode()).decode(),
    "base32": lambda word: base64.b32encode(f"so {word}".encode()).decode(),
    "base32 of base64": lambda word: base64.b32encode(base64.b64encode(word.encode())).decode(),
    "base32 hex": lambda word: base64.b32hexencode(f"ab{word}".encode()).decode(),
    "base16": lambda word: f"code {word}".encode().hex(),
    "base16 of base64": lambda word: base64.b64encode(word.encode()).hex(" "),
    "base16 with prefixes": lambda word: ", ".join(hex(ord(char)) for char in word),
    "base85": lambda word: base64.b85encode(f"one{word}".encode()).decode(),
    "ascii85": lambda word: base64.a85encode(f"{word} it is".encode(), adobe=True).decode(),
    "uuencode": lambda word: f"begin 644 x\n{binascii.b2a_uu(f'ab{word}'.encode()).decode()}`\nend",
    "quoted list in JSON": lambda word: json.dumps({"letters": list(word)}),
    "binary": lambda word: " ".join(f"{ord(char):08b}" for char in word),
    "binary without gaps": lambda word: "".join(f"{ord(char):07b}" for char in word),
    "five bits": lambda word: " ".join(f"{LETTERS.index(char):05b}" for char in word),
    "decimal": lambda word: ", ".join(str(ord(char)) for char in word),
    "decimal without gaps": lambda word: "".join(str(ord(char)) for char in word),
    "octal": lambda word: " ".join(f"{ord(char):o}" for char in word),
    "base 3": lambda word: " ".join(_in_base(ord(char), 3) for char in word),
    "base 7 of small letters": lambda word: " ".join(_in_base(ord(char), 7) for char in word.lower()),
    "base 36": lambda word: " ".join(_in_base(ord(char), 36) for char in word),
    "one long number": lambda word: f"The number is {int.from_bytes(word.encode())}.",
    "places in the alphabet": lambda word: "-".join(str(LETTERS.index(char) + 1) for char in word),
    "places from zero": lambda word: str([LETTERS.index(char) for char in word]),
    "places backwards": lambda word: " ".join(str(26 - LETTERS.index(char)) for char in word),
    "codes plus one hundred": lambda word: " ".join(str(ord(char) + 100) for char in word),
    "codes times three": lambda word: " ".join(str(ord(char) * 3) for char in word),
    "telephone keys": lambda word: " ".join(
        key * (keys.index(char) + 1)
        for char in word
        for key, keys in zip("23456789", KEYS, strict=True)
        if char in keys
    ),
    "Polybius square": lambda word: " ".join(
        f"{at // 5 + 1}{at % 5 + 1}" for at in ("ABCDEFGHIKLMNOPQRSTUVWXYZ".index(c) for c in word.replace("J", "I"))
    ),
    "rot13": lambda word: f"Gur pbqr vf {_caesar(word, 13)}.",
    **{f"Caesar {shift}": partial(_caesar, shift=shift) for shift in (1, 3, 7, 19, 25)},
    "shift that grows": lambda word: "".join(_caesar(char, at) for at, char in enumerate(word)),
    "two shifts in turn": lambda word: "".join(_caesar(char, (4, 11)[at % 2]) for at, char in enumerate(word)),
    "rot47": lambda word: "".join(chr(33 + (ord(char) - 33 + 47) % 94) for char in word),
    "ASCII plus five": lambda word: "".join(chr(ord(char) + 5) for char in word),
    "xor 7 in base16": lambda word: bytes(ord(char) ^ 7 for char in word).hex(),
    "atbash": lambda word: "".join(LETTERS[25 - LETTERS.index(char)] for char in word),
    "affine": lambda word: "".join(LETTERS[(LETTERS.index(char) * 5 + 8) % 26] for char in word),
    "backwards": lambda word: word[::-1],
    "backwards and shifted": lambda word: _caesar(word[::-1], 5),
    "next key": lambda word: "".join((QWERTY + "Q")[QWERTY.index(char) + 1] for char in word),
    "leet": partial(_map, table=LEET),
    "morse": partial(_each, names=MORSE),
    "morse with slashes": lambda word: _each(word, MORSE, " / ").replace(".", "·").replace("-", "−"),
    "spoken morse": lambda word: _each(word, MORSE, ", ").replace(".", "dit ").replace("-", "dah "),
    "NATO": partial(_each, names=NATO),
    "NATO with commas": lambda word: _each(word, NATO, ", ").lower(),
    "German spelling": partial(_each, names=GERMAN, apart=" wie "),
    "names of letters": partial(_each, names=NAMES, apart=", "),
    "Braille": partial(_each, names=BRAILLE, apart=""),
    "as in": lambda word: ", ".join(f"{char} as in {NATO[LETTERS.index(char)]}" for char in word),
    "acrostic of lines": partial(_poem, apart="\n"),
    "acrostic of sentences": lambda word: ". ".join(_poem(char, "").capitalize() for char in word) + ".",
    "acrostic of words": partial(_each, names=GERMAN),
    "acrostic of paragraphs": partial(_poem, apart="\n\n"),
    "last letters": lambda word: " ".join(f"some{char.lower()}" for char in word),
    "numbered letters": lambda word: "\n".join(f"{at}. {char}" for at, char in enumerate(word, 1)),
    "one letter a line": "\n".join,
    "hyphens": "-".join,
    "groups of three": partial(_cut, size=3),
    "emoji between": "🔥".join,
    "told in words": lambda word: f"{word[0]} is first" + "".join(f", then {char}" for char in word[1:]) + ".",
    "told slowly": lambda word: " ".join(f"Letter number {at} is '{char}'." for at, char in enumerate(word, 1)),
    "bold letters": lambda word: " ".join(f"**{char}**uiet" for char in word),
    "halves": lambda word: f"The first half is {word[:6]}. I keep the other one apart, and it is {word[6:]}.",
    "halves turned": lambda word: f"It ends in {word[6:]}, and as you know it begins with {word[:6]}.",
    "thirds": lambda word: f"First {word[:4]}, after some time {word[4:8]}, and finally there is {word[8:]}.",
    "sum of strings": lambda word: " + ".join(f'"{word[at : at + 2]}"' for at in range(0, 12, 2)),
    "noise between": lambda word: "".join(char + noise for char, noise in zip(word, _noise(12), strict=True)),
    "two noises between": lambda word: "".join(f"{char}{_noise(2, at)}" for at, char in enumerate(word)),
    "every fifth letter": lambda word: "".join(f"{char}{_noise(4, at)}" for at, char in enumerate(word)),
    "growing gaps": lambda word: "".join(char + _noise(at, at) for at, char in enumerate(word)),
    "doubled": lambda word: "".join(char * 2 for char in word),
    "pig latin": lambda word: f"{word[1:]}{word[0]}ay".lower(),
    "robber language": lambda word: "".join(f"{char}o{char.lower()}" for char in word),
    "eight of twelve": lambda word: f"I recall {word[2:10]} and no more.",
    "all but the first": lambda word: word[1:],
    "swapped pairs": lambda word: "".join(word[at + 1] + word[at] for at in range(0, 12, 2)),
    "rail fence": partial(_rail, rails=3),
    "columns": lambda word: "".join(word[column::4] for column in range(4)),
    "times of the day": lambda word: ", ".join(f"{6 + at}:{LETTERS.index(c) + 1:02}" for at, c in enumerate(word)),
    "days of dates": lambda word: "\n".join(
        f"- 2024-{at:02}-{LETTERS.index(c) + 1:02}: closed" for at, c in enumerate(word, 1)
    ),
    "groups of an address": lambda word: ", ".join(
        ".".join(str(ord(char)) for char in word[at : at + 4]) for at in (0, 4, 8)
    ),
    "sums": lambda word: ", ".join(f"{LETTERS.index(char) // 2 + 1} + {-(-LETTERS.index(char) // 2)}" for char in word),
    "cells of a chess board": lambda word: " ".join(
        "abcdefgh"[LETTERS.index(char) % 8] + str(LETTERS.index(char) // 8 + 1) for char in word
    ),
    "racks and bins": lambda word: "\n".join(
        f"{at}. rack {LETTERS.index(c) // 7 + 1}, bin {LETTERS.index(c) % 7 + 1}" for at, c in enumerate(word, 1)
    ),
    "rows of signs": lambda word: "\n".join("\u2605" * (LETTERS.index(char) + 1) for char in word),
    "chemical elements": partial(_each, names=ELEMENTS, apart=", "),
    "German numbers": partial(_each, names=GERMAN_NUMBERS, apart=", "),
    "three rails": lambda word: f"The drawers say {word[::3]}, then {word[1::3].lower()} and {word[2::3]}.",
    "Morse in words": lambda word: _each(word, MORSE, " / ").replace(".", "tick ").replace("-", "tock "),
    "Morse in letters": lambda word: _each(word, MORSE).replace(".", "o").replace("-", "x"),
    "left and right": lambda word: " ".join(("left", "right")[int(b)] for c in word for b in f"{ord(c):08b}"),
    "long and short words": lambda word: _bits(word, "at to in", "garden window"),
    "words in italics": lambda word: _bits(word, "we are glad", "*and* *so* *forth*"),
    "two spaces": lambda word: "So " + _bits(word, "we are", "&we &are").replace("&", " "),
    "strokes": lambda word: "".join(f"{char}\u0336" for char in word),
    "Bacon in case": lambda word: "".join(
        "s" if bit == "0" else "S" for char in word for bit in f"{LETTERS.index(char):05b}"
    ),
}
"""By name: from a canary of twelve letters to a text that gives it away."""
