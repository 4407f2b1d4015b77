"""The second stranger's disguises in markup, code, numbers and typography."""

AZ = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


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
