"""`evalsets/<suite>/<prompt>[.<part>].jsonl`: one case a line, streamed."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Annotated, BinaryIO, ClassVar, NamedTuple

from pydantic import Field, SkipValidation

from harness.content.json_lines import read_lines
from harness.content.records import build
from harness.content.users import MOST_TURNS, UserEntry, user_of
from harness.core.case import Case, Expectation, Staging
from harness.core.errors import ContentError, Origin
from harness.core.jsons import Json

FOLDER = "evalsets/"
SUFFIX = ".jsonl"
LOOKALIKE = re.compile(r"\.(?:json|jsonl|jsonlines|ndjson)(?:\.gz|\.xz|\.zst|\.bak)?$", re.IGNORECASE)
"""Names that their author takes for an evalset; cases that nobody reads would be missed by nobody."""
RESERVED = frozenset({"judges", "labels", "payloads", "found"})
"""Folders below evalsets/ or a suite that hold no cases."""

type Turn = Annotated[str, Field(min_length=1)]
type ParseExpectations = Callable[[Sequence[Json], str], tuple[Expectation, ...]]
"""Turns the elements of `expect` into expectations, given the case's reference; a ValueError says what is wrong.

Its notes, if any, say what to do."""


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One line of an evalset, key by key."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,127}$")]
    vars: dict[str, SkipValidation[Json]]
    expect: list[dict[str, SkipValidation[Json]]]
    reference: str = ""
    tags: tuple[str, ...] = ()
    critical: Annotated[bool, Field(strict=True)] = False
    threshold: Annotated[float, Field(gt=0, le=1, strict=True)] | None = None
    turns: Annotated[tuple[Turn, ...], Field(max_length=MOST_TURNS)] = ()
    user: UserEntry | None = None
    comment: str = field(default="")


class EvalsetPath(NamedTuple):
    """What an evalset's path says."""

    suite: str
    prompt: str


def parse_path(path: str) -> EvalsetPath | None:
    """Return what a path binds together, or None for a file that is no evalset.

    Raises:
        ContentError: It looks like an evalset in a place where none is read.
    """
    steps = path.removeprefix(FOLDER).removesuffix(SUFFIX).split("/")
    if not path.startswith(FOLDER) or RESERVED & set(steps[:-1]):
        return None
    if not path.endswith(SUFFIX):
        if LOOKALIKE.search(path):
            raise ContentError(
                "not an evalset", where=Origin(path), hint=f"evalsets end with {SUFFIX}; rename the file"
            )
        return None
    if len(steps) != 2:  # noqa: PLR2004 (suite and file)
        hint = "write evalsets/<suite>/<prompt>.jsonl"
        raise ContentError("an evalset must stand in the folder of its suite", where=Origin(path), hint=hint)
    return EvalsetPath(steps[0], steps[1].split(".")[0])


def read_cases(stream: BinaryIO, path: str, parse: ParseExpectations) -> Iterator[Case]:
    """Yield the cases of one evalset file.

    Raises:
        ContentError: A line is no case; with its number. An empty file is an error too.
    """
    for value, where in read_lines(stream, path, "a case"):
        yield _case(value, where, parse)


def _case(value: Json, where: Origin, parse: ParseExpectations) -> Case:
    line = build(CaseLine, value, lambda _place: where)
    if not line.expect:
        hint = 'add for example {"contains": "30 days"}'
        raise ContentError(f"case `{line.id}` expects nothing", where=where, hint=hint)
    if line.turns and line.user:
        hint = "`turns` are said as they are, and a `user` thinks of them as it goes: keep one of the two"
        raise ContentError(f"case `{line.id}` has both `turns` and a `user`", where=where, hint=hint)
    try:
        expect = parse(line.expect, line.reference)
    except ValueError as error:
        hint = "; ".join(getattr(error, "__notes__", ()))
        raise ContentError(f"case `{line.id}`: {error}", where=where, hint=hint) from None
    return Case(
        line.id,
        line.vars,
        expect,
        line.reference,
        line.tags,
        line.critical,
        line.threshold,
        where,
        Staging(turns=line.turns, user=user_of(line.user)),
    )
