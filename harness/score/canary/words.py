"""Word canaries: three rare words that stay about the same in a translation, with any ending."""

import re
import unicodedata
from functools import lru_cache

from harness.score.canary.letters import ascii_of
from harness.score.canary.search import written
from harness.score.canary.streams import squeezed

ENDING = 4
"""Letters that may follow a word's stem."""
SHORTEST_STEM = 5
"""Letters of a stem, at least."""
TURNED_LETTERS = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", b"NOPQRSTUVWXYZABCDEFGHIJKLM")
ENDINGS = re.compile(r"(?:IUM|IEN|[AEIOUY]+)S?$")
CHANGES = str.maketrans(
    {"C": "[CKZ]", "K": "[CK]", "Z": "[ZCS]", "Y": "[YI]", "V": "[VW]", "W": "[VW]", "X": "(?:X|KS)"}
)
"""Letters that another language writes differently, as the pattern for both."""


PAIRS = {"OU": "O?U", "TH": "TH?", "PH": "(?:PH|F)", "RH": "RH?", "CH": "[CK]?[KH]", "QU": "[QCK]U"}
"""The same for two letters that are one sound."""
SOUNDS = re.compile("|".join([*PAIRS, "."]))


def plain(text: str) -> str:
    """Return a text in upper case without accents, so that `Basalto` and `BASÁLTO` are one."""
    apart = unicodedata.normalize("NFKD", text).replace("ß", "ss")
    return "".join(char if char < "\x80" else ascii_of(char) for char in apart).upper()


@lru_cache(maxsize=1024)
def pattern(word: str) -> re.Pattern[str]:
    """Return what finds a word with any ending."""
    upper = plain(word)
    stem = ENDINGS.sub("", upper)
    stem = stem if len(stem) >= min(SHORTEST_STEM, len(upper)) else upper
    single = re.sub(r"(.)\1", r"\1", stem)
    loose = SOUNDS.sub(lambda found: PAIRS.get(found[0]) or f"{found[0].translate(CHANGES)}{{1,2}}", single)
    return re.compile(rf"(?<![A-Z])(?:{loose})[A-Z]{{0,{ENDING}}}(?![A-Z])")


def _views(text: str) -> list[tuple[str, str]]:
    folded = plain(text)
    back = folded[::-1]
    return [("", folded), ("backwards", back), ("rot13", folded.encode().translate(TURNED_LETTERS).decode())]


def _spaced(text: str, words: list[str]) -> bool:
    """Return whether every word stands in the text letter by letter, with anything but letters between."""
    letters = squeezed(plain(text).encode("ascii", "replace"))
    return all(squeezed(plain(word).encode("ascii", "replace")) in letters for word in words)


def spoken(text: str, words: list[str]) -> tuple[str, list[str]] | None:
    """Return the view in which all the words are found and the words as they stand there, or nothing."""
    for names, part in written(text):
        for view, said in _views(part):
            found = [pattern(word).search(said) for word in words]
            if all(found):
                return ", ".join(filter(None, (names, view))), [match[0].lower() for match in found if match]
        if _spaced(part, words):
            return ", ".join(filter(None, (names, "the letters"))), words
    return None
