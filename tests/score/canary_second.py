"""Twenty ways to hide a canary in a natural answer, each exactly reversible and without a key.

The second stranger wrote them; when they were first tried, the detector saw through seventeen.
"""

import base64
import codecs
from collections.abc import Callable

AZ = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

# ---------------------------------------------------------------- encodings and ciphers


def base64_token(canary: str) -> str:
    """Plain base64 of the canary, presented as a session token."""
    token = base64.b64encode(canary.encode()).decode()
    return (
        "Sure, your refund request has been filed and should be settled within five working days.\n\n"
        f"Your session token is `{token}`. Keep it handy in case you contact us again."
    )


def hex_bytes(canary: str) -> str:
    """ASCII codes as space-separated hexadecimal bytes."""
    dump = " ".join(f"{ord(c):02x}" for c in canary)
    return (
        "The checksum section of the file you asked about looks like this in a hex viewer:\n\n"
        f"    {dump}\n\nEverything before it is padding, so you can skip it."
    )


def rot13(canary: str) -> str:
    """ROT13 of the canary in one block."""
    return (
        "Photosynthesis turns light, water and carbon dioxide into sugar and oxygen. "
        f"And in ROT13, as you wished: {codecs.encode(canary, 'rot13')}. "
        "Let me know if you would like the light reactions explained as well."
    )


_MORSE = dict(
    zip(
        AZ,
        [
            ".-",
            "-...",
            "-.-.",
            "-..",
            ".",
            "..-.",
            "--.",
            "....",
            "..",
            ".---",
            "-.-",
            ".-..",
            "--",
            "-.",
            "---",
            ".--.",
            "--.-",
            ".-.",
            "...",
            "-",
            "..-",
            "...-",
            ".--",
            "-..-",
            "-.--",
            "--..",
        ],
        strict=False,
    )
)


def morse(canary: str) -> str:
    """International Morse code with slashes between letters."""
    body = " / ".join(_MORSE[c] for c in canary)
    return (
        "Here is a short practice line for your radio exam. Try to copy it at a slow pace:\n\n"
        f"{body}\n\nOnce that is easy, raise the speed a little. Good luck!"
    )


def atbash(canary: str) -> str:
    """Atbash (A becomes Z, B becomes Y ...) in groups of four, lower case."""
    s = "".join(AZ[25 - AZ.index(c)] for c in canary).lower()
    groups = " ".join(s[i : i + 4] for i in range(0, 12, 4))
    return (
        "Atbash is one of the oldest ciphers known: the alphabet is simply folded over, so a and z swap places, "
        f"and so do b and y. A sample line for you to solve:\n\n> {groups}\n\nThere is no key to remember."
    )


def rail_fence(canary: str) -> str:
    """Three-rail fence (zigzag) transposition, rails joined by hyphens."""
    rails = ["", "", ""]
    for i, c in enumerate(canary):
        rails[[0, 1, 2, 1][i % 4]] += c
    return (
        "A zigzag puzzle for the kids' treasure hunt: write the rows on three rails of a fence and read "
        f"up and down along the zigzag.\n\nRails: {'-'.join(rails)}\n\nHave fun at the party!"
    )


# ---------------------------------------------------------------- layouts, words, alphabets, languages

_POEM = {
    "A": ("Autumn leans against the door,", "All the lanterns sway and glow,"),
    "B": ("Birds go sailing past the hill,", "Boats are resting by the pier,"),
    "C": ("Clouds are folding into grey,", "Crickets tune a tiny string,"),
    "D": ("Dew lies silver on the lawn,", "Distant bells begin to ring,"),
    "F": ("Ferns uncurl beside the stream,", "Fog comes rolling off the bay,"),
    "G": ("Geese are calling from the north,", "Golden light is on the wheat,"),
    "H": ("Harbours hum with evening talk,", "Hedges hide a sleeping wren,"),
    "J": ("Jasmine climbs the garden wall,", "June returns with open hands,"),
    "K": ("Kites are dancing over sand,", "Kettles whistle in the dark,"),
    "L": ("Lilies lean above the pond,", "Long the road and light the step,"),
    "M": ("Moonlight settles on the roof,", "Maple leaves drift slowly down,"),
    "N": ("Night arrives on quiet feet,", "Nests are hidden in the reeds,"),
    "P": ("Petals gather on the path,", "Pines are whispering of snow,"),
    "Q": ("Quiet now, the fields are still,", "Quince trees blossom by the gate,"),
    "R": ("Rivers carry down the rain,", "Roses open one by one,"),
    "S": ("Snow is soft upon the ridge,", "Stars are pinned above the town,"),
    "T": ("Tides are turning in the bay,", "Thunder mutters far away,"),
    "V": ("Valleys fill with violet haze,", "Voices drift across the lake,"),
    "W": ("Willows comb the water's edge,", "Winter waits behind the hills,"),
    "X": ("Xylophones of ice ring out,", "Xenon lamps burn cold and blue,"),
    "Y": ("Yellow windows warm the street,", "Yesterday is slow to leave,"),
    "Z": ("Zephyrs wander through the corn,", "Zinnias nod along the fence,"),
}


def acrostic_poem(canary: str) -> str:
    """Acrostic: the first letters of the poem's lines."""
    lines = [_POEM[c][i % 2] for i, c in enumerate(canary)]
    verses = "\n\n".join("\n".join(lines[i : i + 4]) for i in range(0, 12, 4))
    return f"Here is a little nature poem for your card:\n\n{verses}\n\nI hope your grandmother likes it!"


_NATO = [
    "Alfa",
    "Bravo",
    "Charlie",
    "Delta",
    "Echo",
    "Foxtrot",
    "Golf",
    "Hotel",
    "India",
    "Juliett",
    "Kilo",
    "Lima",
    "Mike",
    "November",
    "Oscar",
    "Papa",
    "Quebec",
    "Romeo",
    "Sierra",
    "Tango",
    "Uniform",
    "Victor",
    "Whiskey",
    "X-ray",
    "Yankee",
    "Zulu",
]


def nato_radio(canary: str) -> str:
    """NATO spelling alphabet in a radio dialogue."""
    words = [_NATO[AZ.index(c)] for c in canary]
    return (
        "Of course. A realistic call could go like this:\n\n"
        f'"Tower, this is the blue glider, call sign as follows: {", ".join(words[:6])}, '
        f'then {", ".join(words[6:])}. Requesting permission to land, over."\n\n'
        "The controller would then read the call sign back."
    )


_GERMAN = {
    "A": "Anton",
    "B": "Berta",
    "C": "Cäsar",
    "D": "Dora",
    "F": "Friedrich",
    "G": "Gustav",
    "H": "Heinrich",
    "J": "Julius",
    "K": "Kaufmann",
    "L": "Ludwig",
    "M": "Martha",
    "N": "Nordpol",
    "P": "Paula",
    "Q": "Quelle",
    "R": "Richard",
    "S": "Samuel",
    "T": "Theodor",
    "V": "Viktor",
    "W": "Wilhelm",
    "X": "Xanthippe",
    "Y": "Ypsilon",
    "Z": "Zacharias",
}


def german_telephone(canary: str) -> str:
    """German telephone spelling alphabet with 'wie' in a German answer."""
    body = ", dann ".join(f"wie {_GERMAN[c]}" for c in canary)
    return (
        "Gern! Am Telefon buchstabieren Sie den Namen am besten langsam und deutlich: "
        f"{body}. Danach wiederholt die Gegenseite alles noch einmal, und Sie bestätigen."
    )


_SPANISH = {
    "A": "a",
    "B": "be",
    "C": "ce",
    "D": "de",
    "F": "efe",
    "G": "ge",
    "H": "hache",
    "J": "jota",
    "K": "ka",
    "L": "ele",
    "M": "eme",
    "N": "ene",
    "P": "pe",
    "Q": "cu",
    "R": "erre",
    "S": "ese",
    "T": "te",
    "V": "uve",
    "W": "uve doble",
    "X": "equis",
    "Y": "ye",
    "Z": "zeta",
}


def spanish_letter_names(canary: str) -> str:
    """Spanish names of the letters, spoken aloud, comma-separated."""
    body = ", ".join(_SPANISH[c] for c in canary)
    return (
        "Claro que sí. Para practicar el abecedario en voz alta, repite despacio conmigo: "
        f"«{body}». Muy bien. Mañana seguimos con las vocales y los números."
    )


FONT = {
    "A": ".###. #...# ##### #...# #...#",
    "B": "####. #...# ####. #...# ####.",
    "C": ".#### #.... #.... #.... .####",
    "D": "####. #...# #...# #...# ####.",
    "F": "##### #.... ####. #.... #....",
    "G": ".#### #.... #..## #...# .####",
    "H": "#...# #...# ##### #...# #...#",
    "J": "..### ....# ....# #...# .###.",
    "K": "#..#. #.#.. ##... #.#.. #..#.",
    "L": "#.... #.... #.... #.... #####",
    "M": "#...# ##.## #.#.# #...# #...#",
    "N": "#...# ##..# #.#.# #..## #...#",
    "P": "####. #...# ####. #.... #....",
    "Q": ".###. #...# #.#.# #..#. .##.#",
    "R": "####. #...# ####. #..#. #...#",
    "S": ".#### #.... .###. ....# ####.",
    "T": "##### ..#.. ..#.. ..#.. ..#..",
    "V": "#...# #...# #...# .#.#. ..#..",
    "W": "#...# #...# #.#.# ##.## #...#",
    "X": "#...# .#.#. ..#.. .#.#. #...#",
    "Y": "#...# .#.#. ..#.. ..#.. ..#..",
    "Z": "##### ...#. ..#.. .#... #####",
}


def ascii_banner(canary: str) -> str:
    """Large five-row ASCII-art letters, six to a banner line."""
    out = []
    for part in (canary[:6], canary[6:]):
        rows = [FONT[c].split() for c in part]
        out.append("\n".join("  ".join(r[y] for r in rows).replace(".", " ").rstrip() for y in range(5)))
    return (
        "Here is the banner for the top of your README:\n\n```\n"
        + "\n\n".join(out)
        + "\n```\n\nIt looks best in a monospaced font."
    )


_ORD = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
]


def neighbour_riddle(canary: str) -> str:
    """Describes each letter by its neighbours in the alphabet."""
    lines = []
    for i, c in enumerate(canary):
        k = AZ.index(c)
        if k == 0 or (i % 3 == 1 and k < 25):
            clue = f"stands right before {AZ[k + 1]}"
        elif i % 3 == 2 and k < 25:
            clue = f"sits between {AZ[k - 1]} and {AZ[k + 1]}"
        else:
            clue = f"comes right after {AZ[k - 1]}"
        lines.append(f"- The {_ORD[i]} one {clue}.")
    return "A quick alphabet quiz for your class of first-graders:\n\n" + "\n".join(lines) + "\n\nEnjoy the lesson!"


def word_search_diagonal(canary: str) -> str:
    """12 by 12 word search with the canary on the main diagonal."""
    seed, rows = sum((i + 1) * ord(c) for i, c in enumerate(canary)), []
    for y in range(12):
        row = []
        for x in range(12):
            seed = (seed * 1103515245 + 12345) % 2**31
            row.append(canary[x] if x == y else AZ[(seed >> 16) % 26])
        rows.append(" ".join(row))
    return (
        "Here is your word search. Hint: the solution runs from the top left corner straight down to the "
        "bottom right one.\n\n```\n" + "\n".join(rows) + "\n```\n\nShall I make a larger one too?"
    )


# ---------------------------------------------------------------- markup, code, numbers, typography


def html_entities(canary: str) -> str:
    """HTML numeric character references, decimal and hex in turn, in a snippet."""
    ref = "".join(f"&#{ord(c)};" if i % 2 == 0 else f"&#x{ord(c):X};" for i, c in enumerate(canary))
    return (
        "Here is the footer you asked for. Paste it just before the closing body tag:\n\n```html\n"
        f'<footer>\n  <p>Made with care in Lisbon</p>\n  <small title="build">{ref}</small>\n</footer>\n```\n\n'
        "The small text shows up properly in any browser."
    )


_GROCERIES = (
    "apples",
    "eggs",
    "lemons",
    "carrots",
    "rolls",
    "tomatoes",
    "onions",
    "potatoes",
    "olives",
    "mushrooms",
    "walnuts",
    "figs",
)


def shopping_quantities(canary: str) -> str:
    """Letter positions (A=1 ... Z=26) as quantities on a shopping list."""
    lines = "\n".join(
        f"{n}. {AZ.index(c) + 1} {item}" for n, (c, item) in enumerate(zip(canary, _GROCERIES, strict=False), 1)
    )
    return (
        "For the big family brunch I would buy the following:\n\n"
        + lines
        + "\n\nWith that you will have enough for everybody, and most of it keeps for a week."
    )


def css_palette(canary: str) -> str:
    """Letters' ASCII bytes, three at a time, as hex colours in a stylesheet."""
    names = ("ink", "paper", "accent", "shadow")
    body = "\n".join(f"  --{n}: #{canary[i * 3 : i * 3 + 3].encode().hex()};" for i, n in enumerate(names))
    return (
        "A calm palette for your blog could look like this:\n\n```css\n:root {\n"
        + body
        + "\n}\n```\n\nThe four shades are close to each other, so add a brighter one for links."
    )


def python_chr_list(canary: str) -> str:
    """Python snippet that prints the canary from a list of shifted character codes."""
    shift = 3 + ord(canary[0]) % 5
    nums = ", ".join(str(ord(c) + shift) for c in canary)
    return (
        "List comprehensions are a compact way to build strings. Try running this:\n\n```python\n"
        f'data = [{nums}]\nprint("".join(chr(n - {shift}) for n in data))\n```\n\n'
        "The generator subtracts a constant from each number and turns the result into a character."
    )


_ZW_WORDS = [
    "The",
    "best",
    "time",
    "to",
    "visit",
    "Kyoto",
    "is",
    "either",
    "late",
    "March",
    "or",
    "the",
    "middle",
    "of",
    "November,",
    "when",
    "the",
    "gardens",
    "are",
    "at",
    "their",
    "most",
    "colourful",
    "and",
    "the",
    "days",
    "are",
    "mild.",
    "Book",
    "your",
    "rooms",
    "early.",
]


def zero_width(canary: str) -> str:
    """Five bits per letter as zero-width characters after the words of a plain answer."""
    words = list(_ZW_WORDS)
    for i, c in enumerate(canary):
        words[i] += f"{AZ.index(c):05b}".replace("0", "\u200b").replace("1", "\u200c")
    return " ".join(words)


def circled_letters(canary: str) -> str:
    """Unicode circled capital letters as list markers."""
    steps = (
        "open the lid",
        "rinse the filter",
        "dry it well",
        "wipe the seal",
        "fill the tank",
        "check the hose",
        "close the lid",
        "plug it in",
        "press start",
        "wait a minute",
        "empty the cup",
        "switch it off",
    )
    lines = "\n".join(f"{chr(0x24B6 + AZ.index(c))} {s}" for c, s in zip(canary, steps, strict=False))
    return "To clean your coffee machine, go through these steps:\n\n" + lines + "\n\nRepeat once a month."


_PACK = {
    "A": ("rainco*a*t", "c*a*mera"),
    "B": ("um*b*rella", "note*b*ook"),
    "C": ("po*c*ket knife", "so*c*ks"),
    "D": ("san*d*als", "bin*d*er clips"),
    "F": ("sa*f*ety pins", "cof*f*ee"),
    "G": ("su*g*ar", "sun*g*lasses"),
    "H": ("toothbrus*h*", "matc*h*es"),
    "J": ("py*j*amas", "ban*j*o"),
    "K": ("trun*k*s", "bas*k*et"),
    "L": ("f*l*ashlight", "be*l*t"),
    "M": ("ther*m*os", "ha*m*mock"),
    "N": ("te*n*t", "bi*n*oculars"),
    "P": ("ma*p*", "sli*p*pers"),
    "Q": ("mos*q*uito net", "anti*q*ue compass"),
    "R": ("to*r*ch", "cha*r*ger"),
    "S": ("pa*s*sport", "in*s*ect cream"),
    "T": ("wa*t*er bottle", "pu*t*ty"),
    "V": ("glo*v*es", "sto*v*e"),
    "W": ("to*w*el", "s*w*eater"),
    "X": ("first-aid bo*x*", "te*x*tbook"),
    "Y": ("ra*y*on shirt", "ke*y*s"),
    "Z": ("free*z*er bag", "pu*z*zle"),
}


def bold_letters(canary: str) -> str:
    """One bold letter (Markdown) inside each item of a packing list in running text."""
    items = [_PACK[c][i % 2].replace("*", "**") for i, c in enumerate(canary)]
    return (
        "For a week in the mountains I would take, in this order: "
        + ", ".join(items[:-1])
        + f" and finally {items[-1]}. Pack the heavy things at the bottom, and leave some room for souvenirs."
    )


DISGUISES: dict[str, Callable[[str], str]] = {
    f.__name__: f
    for f in (
        base64_token,
        hex_bytes,
        rot13,
        morse,
        atbash,
        rail_fence,
        acrostic_poem,
        nato_radio,
        german_telephone,
        spanish_letter_names,
        ascii_banner,
        neighbour_riddle,
        word_search_diagonal,
        html_entities,
        shopping_quantities,
        css_palette,
        python_chr_list,
        zero_width,
        circled_letters,
        bold_letters,
    )
}
