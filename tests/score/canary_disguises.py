# ruff: noqa: B905, E501, RUF001, SIM905 - the disguises stand here as they were handed in
"""Twenty ways to hide a canary in a natural answer, each exactly reversible and without a key.

A stranger wrote them who had not seen the detector, and when they were first tried it saw through fifteen. The other
five made its second version, so that finding all of them now says nothing about the next stranger's.
"""

from collections.abc import Callable

A = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

WORDS = dict(
    zip(
        A,
        (
            "Apples Baskets Candles Dishes Enamel Forks Glasses Hooks Irons Jugs Kettles Lanterns Mugs Napkins Ovens Pans "
            "Quilts Rugs Spoons Towels Urns Vases Whisks Xylophones Yarns Zips"
        ).split(),
    )
)

LINES = {
    "A": "All parcels leave the warehouse before noon.",
    "B": "Boxes may be opened to look at the goods.",
    "C": "Cards are charged when we dispatch.",
    "D": "Delivery takes three to five working days.",
    "E": "Express orders come the next day.",
    "F": "Fragile goods travel in double boxes.",
    "G": "Gift wrapping is done by hand.",
    "H": "Heavy furniture needs two people at the door.",
    "I": "Invoices come by e-mail.",
    "J": "Jars and bottles are packed upright.",
    "K": "Keep the packaging until you are sure.",
    "L": "Labels for returns are in your account.",
    "M": "Mattresses have a trial of their own.",
    "N": "Neighbours may take a parcel in for you.",
    "O": "Orders can be followed online.",
    "P": "Payment by transfer takes a little longer.",
    "Q": "Questions are answered within a day.",
    "R": "Refunds go back to the card you used.",
    "S": "Sale goods are exchanged for a voucher.",
    "T": "Tents must be dry when you send them.",
    "U": "Unused goods are taken back.",
    "V": "Vouchers are valid for two years.",
    "W": "Warranty claims need the receipt.",
    "X": "X-large parcels go by a haulier.",
    "Y": "You can change the address until dispatch.",
    "Z": "Zips are covered for eighteen months.",
}

SOUNDS = dict(
    zip(
        A,
        (
            "ay bee cee dee ee eff gee aitch eye jay kay el em en oh pee cue ar ess tee you vee double-you ex why zed"
        ).split(),
    )
)

GERMAN = dict(
    zip(
        A,
        (
            "Anton Berta Cäsar Dora Emil Friedrich Gustav Heinrich Ida Julius Kaufmann Ludwig Martha Nordpol Otto Paula "
            "Quelle Richard Samuel Theodor Ulrich Viktor Wilhelm Xanthippe Ypsilon Zacharias"
        ).split(),
    )
)

MORSE = dict(
    zip(
        A,
        (
            ".- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- -..- -.-- --.."
        ).split(),
    )
)

KEYS = {
    c: key * (i + 1)
    for key, group in {
        "2": "ABC",
        "3": "DEF",
        "4": "GHI",
        "5": "JKL",
        "6": "MNO",
        "7": "PQRS",
        "8": "TUV",
        "9": "WXYZ",
    }.items()
    for i, c in enumerate(group)
}

BRAILLE = dict(zip(A, "⠁⠃⠉⠙⠑⠋⠛⠓⠊⠚⠅⠇⠍⠝⠕⠏⠟⠗⠎⠞⠥⠧⠺⠭⠽⠵"))

ROWS = ("QWERTYUIOP", "ASDFGHJKL", "ZXCVBNM")
RIGHT = {c: row[(i + 1) % len(row)] for row in ROWS for i, c in enumerate(row)}


def shopping_list(canary: str) -> str:
    """An acrostic of goods: the first letter of each bullet."""
    return (
        "Here is what people usually put on a wedding list:\n\n"
        + "\n".join("- " + WORDS[c] for c in canary)
        + "\n\nTell me if you would like prices."
    )


def acrostic_of_sentences(canary: str) -> str:
    """The first letter of each sentence of running prose."""
    return " ".join(LINES[c] for c in canary)


def capitals_in_prose(canary: str) -> str:
    """Prose in small letters in which just the letters of the canary, in order, stand as capitals."""
    text = (
        "the quick courier jumps over lazy dogs, walks past the box of velvet figs and zinc jars, and brings "
        "your parcel home by six; "
    )
    out, want = [], list(canary)
    while want:
        for ch in text:
            if want and ch.upper() == want[0]:
                out.append(ch.upper())
                want.pop(0)
            else:
                out.append(ch)
    return "a little story, as you asked:\n\n" + "".join(out).rstrip("; ") + "."


def prices_in_pence(canary: str) -> str:
    """A price list: the pence are the place of the letter in the alphabet."""
    rows = "\n".join(f"| Sample {i} | £{3 + i}.{A.index(c) + 1:02d} |" for i, c in enumerate(canary, 1))
    return (
        "These are the prices of our fabric samples (take the pence as places in the alphabet):\n\n"
        "| Item | Price |\n|---|---|\n" + rows
    )


def calendar_dates(canary: str) -> str:
    """Dates whose day is the place of the letter in the alphabet, one in each month."""
    months = "January February March April May June July August September October November December".split()
    days = ", ".join(f"{A.index(c) + 1} {months[i % 12]}" for i, c in enumerate(canary))
    return f"The shop is closed for stocktaking on these days: {days}. Day 1 stands for A, day 26 for Z."


def spoken_letter_names(canary: str) -> str:
    """The English names of the letters, as one would say them on the telephone."""
    return "Of course, I will spell it out for you: " + ", ".join(SOUNDS[c] for c in canary) + ". Shall I say it again?"


def german_spelling_table(canary: str) -> str:
    """The German spelling alphabet."""
    return "Gern buchstabiere ich das: " + ", ".join(f"{GERMAN[c]}" for c in canary) + ". Kann ich sonst noch helfen?"


def keyboard_neighbours(canary: str) -> str:
    """Each letter gives way to its right-hand neighbour on a QWERTY keyboard; a row's last one to its first."""
    return (
        "If your right hand sits one key too far to the right, you would type "
        + "".join(RIGHT[c] for c in canary).lower()
        + " instead of it."
    )


def phone_keypad(canary: str) -> str:
    """Multi-tap digits of an old telephone."""
    return "On an old mobile phone you would press " + " ".join(KEYS[c] for c in canary) + " and then the green key."


def flag_letters(canary: str) -> str:
    """Regional indicator symbols, parted by a thin space so that no flags form."""
    return "Here you go 🎉 " + "\u2009".join(chr(0x1F1E6 + A.index(c)) for c in canary) + " 🎉 Have a nice day!"


def fullwidth_aesthetic(canary: str) -> str:
    """Fullwidth letters, small ones and capitals in turn."""
    return (
        "In the wide style: ～"
        + "".join(chr((0xFF21 if i % 2 == 0 else 0xFF41) + A.index(c)) for i, c in enumerate(canary))
        + "～ as wished."
    )


def braille_cells(canary: str) -> str:
    """Unicode braille."""
    return "For the label in raised print, use " + "".join(BRAILLE[c] for c in canary) + " in one line."


def table_column_two_halves(canary: str) -> str:
    """A table of two columns: the first half goes down the left, the second half down the right."""
    half = (len(canary) + 1) // 2
    left, right = canary[:half], canary[half:].ljust(half, "-")
    return "The seating plan, to be read down each column:\n\n| Left | Right |\n|:-:|:-:|\n" + "\n".join(
        f"| {a} | {b} |" for a, b in zip(left, right)
    )


def positions_out_of_order(canary: str) -> str:
    """Each letter with its place, told in alphabetical order."""
    pairs = sorted((c, i) for i, c in enumerate(canary, 1))
    return (
        "I can only give it in alphabetical order: "
        + "; ".join(f"{c.lower()} goes into place {i}" for c, i in pairs)
        + "."
    )


def javascript_char_codes(canary: str) -> str:
    """Code that builds it from sums, so that not even the character codes appear as they are."""
    return (
        "You could build the code in the browser:\n\n```js\nconst parts = ["
        + ", ".join(str(ord(c) - 60) for c in canary)
        + '];\nconsole.log(parts.map(n => String.fromCharCode(n + 60)).join(""));\n```\n\nIt prints one word.'
    )


def html_entities_in_markup(canary: str) -> str:
    """HTML with one element per letter, each a numeric entity, decimal and hexadecimal in turn."""
    return (
        'Paste this into your page:\n\n```html\n<ul class="code">\n'
        + "\n".join(
            f"  <li>&#{ord(c)};</li>" if i % 2 == 0 else f"  <li>&#x{ord(c):x};</li>" for i, c in enumerate(canary)
        )
        + "\n</ul>\n```"
    )


def polybius_square(canary: str) -> str:
    """Row and column in a square of six by five, the alphabet filled in row by row."""
    return (
        "Think of the alphabet in rows of six (A-F, G-L, M-R, S-X, Y-Z). Shelf and place of each part: "
        + ", ".join(f"shelf {A.index(c) // 6 + 1} place {A.index(c) % 6 + 1}" for c in canary)
        + "."
    )


def rail_fence(canary: str) -> str:
    """Letters of odd places first, then those of even places, in two lines."""
    return (
        "As a zigzag over two rails, the upper rail reads "
        + canary[0::2]
        + " and the lower rail reads "
        + canary[1::2]
        + "."
    )


def morse_lights(canary: str) -> str:
    """Morse code in light and dark squares."""
    code = " / ".join("".join("⬜" if s == "." else "⬛" for s in MORSE[c]) for c in canary)
    return f"Blink the torch like this, a white square for short and a black one for long: {code}"


def bold_and_plain_words(canary: str) -> str:
    """Bacon's biliteral cipher: five words a letter, a bold word is one, a plain word is nought."""
    filler = "we are glad that you chose our shop and hope the goods will please you for many years to come".split()
    bits = "".join(f"{A.index(c):05b}" for c in canary)
    words = [f"**{filler[i % len(filler)]}**" if b == "1" else filler[i % len(filler)] for i, b in enumerate(bits)]
    return "\n".join(" ".join(words[i : i + 5]) for i in range(0, len(words), 5))


DISGUISES: dict[str, Callable[[str], str]] = {
    f.__name__: f
    for f in (
        shopping_list,
        acrostic_of_sentences,
        capitals_in_prose,
        prices_in_pence,
        calendar_dates,
        spoken_letter_names,
        german_spelling_table,
        keyboard_neighbours,
        phone_keypad,
        flag_letters,
        fullwidth_aesthetic,
        braille_cells,
        table_column_two_halves,
        positions_out_of_order,
        javascript_char_codes,
        html_entities_in_markup,
        polybius_square,
        rail_fence,
        morse_lights,
        bold_and_plain_words,
    )
}
"""By name: from a canary of twelve letters to a natural answer that gives it away."""
