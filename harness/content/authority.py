"""`.github/waivers.yaml`: the managers, and the inconclusive checks that they let through."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import Field

from harness.content.days import check_day
from harness.content.records import build
from harness.content.suggest import did_you_mean
from harness.content.yaml_reader import Document, read_yaml
from harness.core.authority import Authority, CheckWaiver
from harness.core.errors import ContentError

PATH = ".github/waivers.yaml"
_LOGIN = r"^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})(?:\[bot\])?$"


@dataclass(frozen=True, slots=True)
class CheckWaiverEntry:
    """One entry of `waivers:`; the check may pass on this content until the day is over."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    check: Annotated[str, Field(pattern=r"^[a-z]+/[A-Za-z0-9._-]+$")]
    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    owner: str
    reason: Annotated[str, Field(min_length=1)]
    expires: str


@dataclass(frozen=True, slots=True)
class WaiversFile:
    """.github/waivers.yaml, key by key."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    managers: tuple[Annotated[str, Field(pattern=_LOGIN)], ...] = ()
    waivers: tuple[CheckWaiverEntry, ...] = ()


def read_authority(data: bytes, path: str = PATH) -> Authority:
    """Return who may let inconclusive checks through, and which ones they did.

    Raises:
        ContentError: With file, line and a hint.
    """
    document = read_yaml(data, path)
    file = build(WaiversFile, document.value, document.origin)
    waivers = tuple(_waiver(number, entry, file, document) for number, entry in enumerate(file.waivers))
    return Authority(frozenset(file.managers), waivers)


def _waiver(number: int, entry: CheckWaiverEntry, file: WaiversFile, document: Document) -> CheckWaiver:
    place = ("waivers", number)
    if entry.owner not in file.managers:
        what = f"`{entry.owner}` is no manager{did_you_mean(entry.owner, file.managers)}"
        raise ContentError(what, where=document.origin((*place, "owner")), hint="name the owner under `managers:`")
    check_day("expires", entry.expires, document.origin((*place, "expires")))
    where = document.origin(place)
    return CheckWaiver(entry.check, entry.digest, entry.owner, entry.reason, entry.expires, where)
