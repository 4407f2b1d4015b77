"""The second stranger's disguises in layouts, words, alphabets and languages."""

AZ = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

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
