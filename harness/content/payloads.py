"""`evalsets/injection/payloads/<family>.yaml`: attacks by family, each with its harmless twin."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import Field

from harness.content.records import build
from harness.content.yaml_reader import Document, Place, read_yaml
from harness.core.attack import EVIDENT, INSTRUCTION, LONGEST, MOST_TURNS, MOST_WRITINGS, Objective, Payload, Writing
from harness.core.carrier import CARRIER_KINDS, CarrierKind
from harness.core.errors import ContentError
from harness.core.words import count

FOLDER = "evalsets/injection/payloads/"

type Name = Annotated[str, Field(pattern="^[a-z0-9][a-z0-9-]{0,63}$")]
type Text = Annotated[str, Field(min_length=1, max_length=LONGEST)]


@dataclass(frozen=True, slots=True)
class PayloadEntry:
    """One entry of `payloads:`."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    id: Name
    objective: Objective
    text: Text
    twin: Text
    turns: Annotated[tuple[Text, ...], Field(min_length=1, max_length=MOST_TURNS)] = ()
    carriers: Annotated[tuple[CarrierKind, ...], Field(min_length=1)] = CARRIER_KINDS
    language: Annotated[str, Field(pattern="^[a-z]{2}$")] = "en"
    transforms: Annotated[tuple[Writing, ...], Field(min_length=1, max_length=MOST_WRITINGS)] = ()
    verbatim: bool = False


@dataclass(frozen=True, slots=True)
class PayloadsFile:
    """A file of payloads, key by key."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    family: Name
    payloads: Annotated[tuple[PayloadEntry, ...], Field(min_length=1)]


def read_payloads(data: bytes, path: str) -> tuple[Payload, ...]:
    """Return the payloads of one file, in its order.

    Raises:
        ContentError: With file, line and a hint. That an id stands in two files is for who reads several to see.
    """
    document = read_yaml(data, path)
    file = build(PayloadsFile, document.value, document.origin)
    first: dict[str, int] = {}
    for number, entry in enumerate(file.payloads):
        place = ("payloads", number)
        if first.setdefault(entry.id, number) != number:
            line = document.origin(("payloads", first[entry.id], "id")).line
            what = f"the id `{entry.id}` a second time"
            raise ContentError(what, where=document.origin((*place, "id")), hint=f"the first one is on line {line}")
        _check(entry, document, place)
    return tuple(_payload(file.family, entry, document, number) for number, entry in enumerate(file.payloads))


def _payload(family: str, entry: PayloadEntry, document: Document, number: int) -> Payload:
    return Payload(
        id=entry.id,
        family=family,
        objective=entry.objective,
        text=entry.text,
        twin=entry.twin,
        turns=entry.turns,
        carriers=entry.carriers,
        language=entry.language,
        transforms=entry.transforms,
        verbatim=entry.verbatim,
        origin=document.origin(("payloads", number)),
    )


def _check(entry: PayloadEntry, document: Document, place: Place) -> None:
    """Refuse a payload that does not demand just once, at its end, or whose twin demands."""
    said = [("text", entry.text), *_numbered(entry.turns)]
    if entry.verbatim:
        _check_verbatim(entry, document, place)
        _demands_nothing(said, entry.id, document, place, hint="leave out `verbatim`, or the place for a demand")
    else:
        *before, (_, last) = said
        _demands_nothing(before, entry.id, document, place, hint="only the last of the turns demands")
        where = ("turns", len(entry.turns) - 1) if entry.turns else ("text",)
        _demands_once(last, entry.id, "last turn" if entry.turns else "text", document, (*place, *where))
    if entry.turns:
        if entry.carriers != ("user",):
            where = document.origin((*place, "carriers"))
            hint = "write `carriers: [user]`"
            raise ContentError(f"payload `{entry.id}` has turns, which only a user says", where=where, hint=hint)
        if entry.transforms:
            where = document.origin((*place, "transforms"))
            what = f"payload `{entry.id}` has turns, which are said as they are"
            raise ContentError(what, where=where, hint="leave out `transforms`")
    _demands_nothing([("twin", entry.twin)], entry.id, document, place, hint="the twin asks for nothing")


def _check_verbatim(entry: PayloadEntry, document: Document, place: Place) -> None:
    """Refuse words of its own for what is seen only where our words demanded it."""
    if entry.objective not in EVIDENT:
        what = f"payload `{entry.id}` is verbatim, and `{entry.objective}` is worded for each case"
        where = document.origin((*place, "verbatim"))
        raise ContentError(what, where=where, hint=f"only {', '.join(EVIDENT)} can be")


def _numbered(turns: Sequence[str]) -> list[tuple[str, str]]:
    return [(f"turns.{number}", text) for number, text in enumerate(turns)]


def _demands_once(text: str, name: str, part: str, document: Document, place: Place) -> None:
    found = text.count(INSTRUCTION)
    if found == 1:
        return
    if found:
        what = f"the {part} of payload `{name}` holds `{INSTRUCTION}` {count(found, 'time')}"
        hint = "keep one of them"
    else:
        what = f"the {part} of payload `{name}` holds no `{INSTRUCTION}`"
        hint = "write it where the demand goes"
    raise ContentError(what, where=document.origin(place), hint=hint)


def _demands_nothing(
    parts: Sequence[tuple[str, str]], name: str, document: Document, place: Place, *, hint: str
) -> None:
    for part, text in parts:
        if INSTRUCTION in text:
            steps = tuple(int(step) if step.isdigit() else step for step in part.split("."))
            what = f"`{part}` of payload `{name}` holds `{INSTRUCTION}`"
            raise ContentError(what, where=document.origin((*place, *steps)), hint=hint)
