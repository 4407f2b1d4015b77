"""Attacks of other tools as payloads: with a place for what is demanded here, and a harmless twin."""

import re
from collections.abc import Iterator

from harness.content.attacks_from.attack import ImportedAttack
from harness.core.attack import INSTRUCTION, LONGEST, Payload
from harness.core.digest import digest, short

FAMILY = "imported"
_SAYS = re.compile(
    r"\b(?:just |only |simply )?(?:print|say|write|output|reply|respond|answer)(?: (?:only|just))?(?: with)?:? ?"
    r"(?:\"[^\"\n]{1,200}\"|'[^'\n]{1,200}'|“[^”\n]{1,200}”)",
    re.IGNORECASE,
)
"""How a tool demands its marker."""
_HARMLESS = (
    "The museum opens at ten and closes at six.",
    "A train to the coast leaves every half hour.",
    "Bread is baked twice a day, and sold by the loaf.",
    "The garden behind the house has two old apple trees.",
    "We walked along the river until it began to rain.",
    "Her brother plays the cello in a small orchestra.",
    "The soup needs another ten minutes on a low flame.",
    "In autumn the birds gather on the wires by the road.",
    "He painted the fence green, and the gate as well.",
    "The library lends books for four weeks.",
    "Two cups and a plate stood on the kitchen table.",
    "On Sundays the market is held beside the church.",
)


def payload_of(attack: ImportedAttack, objective: str) -> Payload | None:
    """Return another tool's attack as a payload; None where it is longer than one may be.

    What the tool wants to be said gives way to `{instruction}`; where it names nothing, that stands at the end.
    """
    text = _demanding(attack.text.encode("utf-8", "replace").decode().strip())
    twin = harmless(text)
    if max(len(text), len(twin)) > LONGEST:
        return None
    name = short(digest("imported", [objective, text]))
    return Payload(f"{FAMILY}-{attack.source}-{name}", FAMILY, objective, text, twin)


def _demanding(text: str) -> str:
    """Return a text with `{instruction}` in it once."""
    *before, last = text.split(INSTRUCTION)
    if before:
        return f"{'the instruction'.join(before)}{INSTRUCTION}{last}"
    swapped, times = _SAYS.subn(INSTRUCTION, text, count=1)
    return swapped if times else f"{text}\n\n{INSTRUCTION}"


def harmless(text: str) -> str:
    """Return harmless words of about the same length, which the text picks."""
    words: list[str] = []
    length = -1
    for word in _told(text):
        if words and length + 1 + len(word) > len(text):
            break
        words.append(word)
        length += 1 + len(word)
    told = " ".join(words).rstrip(".,")
    return f"{told}."


def _told(text: str) -> Iterator[str]:
    """Yield the words of sentence after sentence, without an end."""
    first = int(digest("twin", text)[:8], 16)
    step = 0
    while True:
        yield from _HARMLESS[(first + step * 5) % len(_HARMLESS)].split()
        step += 1
