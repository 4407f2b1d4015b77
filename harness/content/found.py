"""`evalsets/injection/found/<name>.yaml`: attacks for review, written as payloads are; nothing reads them there."""

from collections.abc import Sequence
from dataclasses import replace
from textwrap import wrap

from harness.content.payloads import read_payloads
from harness.content.yaml_reader import FILE_LIMIT, decode
from harness.core.attack import Payload
from harness.core.carrier import CARRIER_KINDS
from harness.core.errors import ContentError, Origin

FOLDER = "evalsets/injection/found/"
_WIDTH = 110
_HEAD = """\
# yaml-language-server: $schema=../../../.schemas/payloads.schema.json
# Attacks for review: nothing is asked about them here. To adopt one, move its entry into a file of ../payloads/.
"""


def extended(data: bytes, path: str, payloads: Sequence[Payload]) -> bytes:
    """Return a file with more payloads at its end, and what stands in it left as it is.

    Args:
        data: The file; empty where there is none.
        path: Where it stands.
        payloads: All of one family, and none of them in the file.

    Raises:
        ContentError: The file is wrong, nothing can be put at its end, or it gets too long.
    """
    before = read_payloads(data, path) if data else ()
    text = decode(data, path) if data else f"{_HEAD}family: {payloads[0].family}\npayloads:\n"
    joint = "" if text.endswith("\n") else "\n"
    made = f"{text}{joint}{''.join(map(_entry, payloads))}".encode()
    if len(made) > FILE_LIMIT:
        what = f"with {len(payloads)} more it would be longer than {FILE_LIMIT:,} bytes"
        raise ContentError(what, where=Origin(path), hint="adopt or delete what is there, or give fewer at once")
    if not _holds(made, path, (*before, *payloads)):
        hint = "let `payloads:` be its last key, each entry two spaces in"
        raise ContentError("nothing can be put at the end of this file", where=Origin(path), hint=hint)
    return made


def _holds(data: bytes, path: str, payloads: Sequence[Payload]) -> bool:
    try:
        read = read_payloads(data, path)
    except ContentError:
        return False
    return [*read] == [replace(one, family=read[0].family) for one in payloads]


def _entry(payload: Payload) -> str:
    lines = [
        f"  - id: {payload.id}",
        f"    objective: {payload.objective}",
        f"    text: {_scalar(payload.text)}",
        f"    twin: {_scalar(payload.twin)}",
    ]
    if payload.turns:
        lines += ["    turns:", *(f"      - {_quoted(turn)}" for turn in payload.turns)]
    if payload.carriers != CARRIER_KINDS:
        lines.append(f"    carriers: [{', '.join(payload.carriers)}]")
    if payload.language != "en":
        lines.append(f"    language: {payload.language}")
    if payload.transforms:
        lines.append(f"    transforms: [{', '.join(payload.transforms)}]")
    if payload.verbatim:
        lines.append("    verbatim: true")
    return "".join(f"{line}\n" for line in lines)


def _scalar(text: str) -> str:
    """Return a text as YAML: as a block where a person can read it so, else in quotes, with nothing hidden in it."""
    lines = text.split("\n")
    if not all(line.isprintable() for line in lines) or text != text.strip():
        return _quoted(text)
    if len(lines) > 1:
        return _block("|-", lines)
    folded = wrap(text, _WIDTH, break_long_words=False, break_on_hyphens=False)
    return _block(">-", folded) if len(folded) > 1 and " ".join(folded) == text else _quoted(text)


def _quoted(text: str) -> str:
    return f'"{"".join(map(_sign, text))}"'


def _block(style: str, lines: Sequence[str]) -> str:
    return "\n".join([style, *(f"      {line}" if line else "" for line in lines)])


def _sign(sign: str) -> str:
    if sign in '"\\':
        return f"\\{sign}"
    if sign.isprintable():
        return sign
    if sign == "\n":
        return "\\n"
    code = ord(sign)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004 (what four digits hold)
