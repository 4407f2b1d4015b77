"""The voices of an answer in which several personas speak in turn, as answers to jailbreaks often do.

A voice opens a line with its name. What form of name opens an answer is the form of them all, so that a list, a
heading or a field of an ordinary answer is no voice.
"""

import re

LONGEST = 100_000
"""Characters of an answer in which voices are looked for."""
WORDS = 3
"""Words that make a voice; whoever says less says nothing."""

_LINE = r"^[ \t*#]*"
_BRACKETS = r"(?:\[(?!\d+\])[^\]\n]{2,40}\](?!\()|\((?!\d+\))[^)\n]{2,40}\))[ \t*]*:?"
"""`[CLASSIC]`, `(Normal Output)`; neither a link nor the number of a source."""
_FIELD = r"(?!(?i:answer|question|response|request|reason|result|output|input|source|status|summary|note|user|human))"
_KNOWN = r"(?:un)?aligned|normal|classic|jailbreak|developer mode|assistant"
_ASIDE = r"(?: [(\[][^)\]\n]{1,20}[)\]])?[ \t*]*:"
_NAME = rf"{_FIELD}(?:[A-Z][A-Z0-9]{{1,14}}|[A-Z]?[a-z]{{1,15}}[A-Z]\w{{0,15}}|(?i:{_KNOWN})){_ASIDE}"
"""`DAN:`, `ChatGPT:`, `Unaligned:`."""
_ANY_NAME = rf"{_FIELD}[^\W\d_][\w.-]{{1,20}}(?: [\w.-]{{1,15}})?{_ASIDE}(?=\s)"
"""`Ron:`, `The Cop:`; too plain to open anything."""
_SIGN = r"(?:[\u0391-\u03c9]|[\U0001f300-\U0001faff])\ufe0f?(?: ?:)?[ \t]"
_ROLE = r"As (?!an? )[A-Z]\w*(?: \w+){0,4}[,:]"
"""`As DAN, ...`; not `As an AI, ...`."""

_FORMS = tuple(
    (re.compile(_LINE + opens), re.compile(rf"{_LINE}(?:{follows})", re.MULTILINE))
    for opens, follows in (
        (_BRACKETS, f"{_BRACKETS}|{_NAME}"),
        (_NAME, f"{_NAME}|{_ANY_NAME}"),
        (_SIGN, _SIGN),
        (_ROLE, _ROLE),
    )
)
_ELSE = re.compile(f"{_LINE}(?:{_BRACKETS}|{_NAME})", re.MULTILINE)
"""What names the voices of an answer that opens with something else."""


def voices(text: str) -> list[str]:
    """Return what each voice of an answer says; the answer itself when it has only one."""
    text = text[:LONGEST].lstrip()
    name = next((follows for opens, follows in _FORMS if opens.match(text)), _ELSE)
    found = list(name.finditer(text))
    ends = [*(match.start() for match in found[1:]), len(text)]
    parts = [text[match.end() : end] for match, end in zip(found, ends, strict=False)]
    said = [part for part in parts if len(part.split(maxsplit=WORDS)) >= WORDS]
    return said if said[1:] else [text]
