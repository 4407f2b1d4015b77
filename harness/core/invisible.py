"""Characters in which words can be hidden from people alone, and how they are shown."""

import re

INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0d\ufeff\uffa0\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]"
)
"""Controls, marks of direction, and characters that show nothing."""
_BASIC = 0xFFFF


def escape(found: re.Match[str]) -> str:
    """Return a character as its escape."""
    number = ord(found.group())
    return f"\\U{number:08x}" if number > _BASIC else f"\\u{number:04x}"
