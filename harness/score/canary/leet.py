r"""Figures and punctuation read as the letters that they look like: `4` as A, `|<` as K, `\/\/` as W."""

import re

from harness.score.canary.page import near

FIGURES = b"0123456789$@+|!(<%&#?"
TABLES = {
    "leet": bytes.maketrans(FIGURES, b"OIZEASGTBGSATLICCXBHP"),
    "leet, 1 for L": bytes.maketrans(FIGURES, b"OLREASBTBQSATILCKXBQQ"),
    "leet, 7 for L": bytes.maketrans(FIGURES, b"DLZEHSGLBPSATLLCKXRHP"),
    "leet, 0 for Q": bytes.maketrans(FIGURES, b"QJZWASBYBQSATLICKXRHP"),
}
_DRAWINGS = r"""
A /\ /-\
B |3 |8
D |) [)
F |=
G (_+
H |-| ]-[ [-]
J _| _/
K |< |{ |(
L |_
M /\/\ |\/| /\\ |V| [V] /V\
N |\| /\/ [\]
P |> |* |^
Q ()_ (_,) (,) 0_ O_ <|
R |2 |?
T -|-
V \/
W \/\/ |/\| VV \^/
X >< }{ )(
Y `/ '/
Z 7_ -/_
"""
PICTURES = {
    drawing.encode(): line[:1].encode() for line in _DRAWINGS.strip().splitlines() for drawing in line[2:].split()
}
"""Letters drawn with several signs."""
DRAWN = re.compile(b"|".join(re.escape(picture) for picture in sorted(PICTURES, key=len, reverse=True)))
TELLING = (b"|", b"\\/", b"/\\", b"><", b"}{", b")(", b"]-[", b"()_")
"""Signs of which one stands in most such drawings."""


def readings(upper: bytes) -> dict[str, bytes]:
    """Return a text in upper case with its figures and signs read as letters, in each usual way."""
    if len(upper.translate(None, FIGURES)) == len(upper) and b"\\/" not in upper:
        return {}
    upper = near(upper, FIGURES + b"\\/")
    if any(sign in upper for sign in TELLING):
        upper = DRAWN.sub(lambda found: PICTURES[found[0]], upper.replace(b" ", b""))
    return {name: upper.translate(table) for name, table in TABLES.items()}
