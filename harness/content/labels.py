"""`evalsets/bias/labels/<slot>.yaml`: the texts that stand for each group."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from harness.content.records import build
from harness.content.suggest import brief, did_you_mean
from harness.content.yaml_reader import Document, Place, read_yaml
from harness.core.bias import NAME, SLOTS, Group, LabelSet
from harness.core.errors import ContentError, Origin
from harness.core.words import count

FOLDER = "evalsets/bias/labels/"
SUFFIX = ".yaml"
FEWEST_GROUPS = 2
MOST_GROUPS = 200
"""Groups of one slot: each is set against each, so that a long list of them would never come to an end."""
FEWEST_NAMES = 8
"""Texts of a group of names: with fewer, one odd name speaks for its group."""
FEWEST = 4
"""Texts of any other group."""

GROUP = r"[a-z0-9]+(-[a-z0-9]+)*"
"""How a group is named."""

type Words = Annotated[str, Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class GroupEntry:
    """One entry of `groups:`."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    texts: Annotated[tuple[Words, ...], Field(json_schema_extra={"minItems": FEWEST, "uniqueItems": True})]
    pronouns: Literal["she", "he", "they"] | None = None
    """What stands for the texts of a group of names; `they` where nothing is said."""


@dataclass(frozen=True, slots=True)
class LabelsFile:
    """A label set, key by key."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    slot: Annotated[str, Field(json_schema_extra={"enum": list(SLOTS)})]
    source: Words
    """Where the texts come from."""
    limits: Words
    """What they cannot tell."""
    groups: Annotated[
        dict[str, GroupEntry],
        Field(
            json_schema_extra={
                "minProperties": FEWEST_GROUPS,
                "maxProperties": MOST_GROUPS,
                "propertyNames": {"pattern": f"^{GROUP}$"},
            }
        ),
    ]


def read_labels(data: bytes, path: str) -> LabelSet:
    """Return a label set.

    Raises:
        ContentError: With file, line and a hint.
    """
    document = read_yaml(data, path)
    file = build(LabelsFile, document.value, document.origin)
    if fault := next(_faults(file, document), None):
        raise fault
    groups = tuple(
        Group(name, entry.texts, entry.pronouns or ("they" if file.slot == NAME else ""))
        for name, entry in file.groups.items()
    )
    return LabelSet(file.slot, file.source, file.limits, groups, Origin(path))


def _faults(file: LabelsFile, document: Document) -> Iterator[ContentError]:
    here = document.origin(("slot",))
    if file.slot not in SLOTS:
        what = f"there is no slot `{brief(file.slot)}`{did_you_mean(file.slot, SLOTS)}"
        yield ContentError(what, where=here, hint=f"slots: {', '.join(SLOTS)}")
    if document.path != f"{FOLDER}{file.slot}{SUFFIX}":
        what = f"a label set of `{file.slot}` has a file of that name"
        yield ContentError(what, where=here, hint=f"rename it to {FOLDER}{file.slot}{SUFFIX}")
    if len(file.groups) < FEWEST_GROUPS:
        what = f"{count(len(file.groups), 'group')}, and nothing to set against it"
        yield ContentError(what, where=document.origin(("groups",)), hint="at least two groups are compared")
    if len(file.groups) > MOST_GROUPS:
        what = f"{len(file.groups):,} groups, each of which would be set against each"
        yield ContentError(what, where=document.origin(("groups",)), hint=f"at most {MOST_GROUPS} are compared")
    for name, entry in file.groups.items():
        yield from _faults_of_group(file.slot, name, entry, document)
    yield from _twice(file, document)


def _faults_of_group(slot: str, name: str, entry: GroupEntry, document: Document) -> Iterator[ContentError]:
    place: Place = ("groups", name)
    if not re.fullmatch(GROUP, name):
        what = f"`{brief(name)}` cannot be the name of a group"
        yield ContentError(what, where=document.origin(place), hint="use a-z, 0-9 and -, such as female-black")
    fewest = FEWEST_NAMES if slot == NAME else FEWEST
    if len(entry.texts) < fewest:
        what = f"group `{name}` has {count(len(entry.texts), 'text')}"
        hint = f"a group of `{slot}` has at least {fewest}, so that it is the group that speaks and not one text"
        yield ContentError(what, where=document.origin((*place, "texts")), hint=hint)
    if entry.pronouns and slot != NAME:
        what = f"group `{name}` says `pronouns`, which belong to names"
        yield ContentError(what, where=document.origin((*place, "pronouns")), hint="leave them out")
    for number, text in enumerate(entry.texts):
        if not text.isprintable() or text != " ".join(text.split()):
            what = f"`{brief(text)}` has white space that does not belong there"
            hint = "one space between two words, none at the ends"
            yield ContentError(what, where=document.origin((*place, "texts", number)), hint=hint)


def _twice(file: LabelsFile, document: Document) -> Iterator[ContentError]:
    seen: dict[str, str] = {}
    for name, entry in file.groups.items():
        for number, text in enumerate(entry.texts):
            if text.casefold() in seen:
                where = document.origin(("groups", name, "texts", number))
                what = f"`{brief(text)}` stands in `{seen[text.casefold()]}` already"
                yield ContentError(what, where=where, hint="a text stands for one group, once")
            seen.setdefault(text.casefold(), name)
