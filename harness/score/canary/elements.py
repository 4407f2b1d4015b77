"""Chemical elements as numbers: `Cl`, `chlorine` and `Chlor` are 17."""

from collections.abc import Iterator

from harness.score.canary.page import Page

FEWEST = 12
_SYMBOLS = (
    "H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr Rb Sr Y Zr Nb Mo"
    " Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au Hg"
    " Tl Pb Bi Po At Rn Fr Ra Ac Th Pa U Np Pu Am Cm Bk Cf Es Fm Md No Lr"
)
_NAMES = (
    "hydrogen helium lithium beryllium boron carbon nitrogen oxygen fluorine neon sodium magnesium aluminium silicon"
    " phosphorus sulfur chlorine argon potassium calcium scandium titanium vanadium chromium manganese iron"
)
_GERMAN = (
    "wasserstoff helium lithium beryllium bor kohlenstoff stickstoff sauerstoff fluor neon natrium magnesium aluminium"
    " silicium phosphor schwefel chlor argon kalium calcium scandium titan vanadium chrom mangan eisen"
)
_ALSO = {b"SULPHUR": 16, b"ALUMINUM": 13, b"SILIZIUM": 14, b"KALZIUM": 20}
SYMBOLS = {symbol.encode(): number % 26 for number, symbol in enumerate(_SYMBOLS.split(), 1)}
NAMES = {
    name.upper().encode(): number % 26 for names in (_NAMES, _GERMAN) for number, name in enumerate(names.split(), 1)
} | _ALSO


def by_element(page: Page) -> Iterator[tuple[str, bytes]]:
    """Yield the numbers of the elements that a text names by their symbols or by their names."""
    for told, numbers in ((page.cased, SYMBOLS), (page.words, NAMES)):
        if len(numbers.keys() & told) >= FEWEST // 2:
            yield "chemical elements", bytes([numbers[word] for word in told if word in numbers])
