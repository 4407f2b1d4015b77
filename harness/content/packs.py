"""What an evidence pack says of itself and of environments, strictly read: anybody may hand one over."""

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Final, Literal, cast

from pydantic import Field

from harness.content.records import adapter, build
from harness.core.errors import ContentError, Origin
from harness.core.json_reader import NotJsonError, read_json
from harness.core.jsons import Json

SCHEMA: Final = "harness/evidence/1"
MANIFEST = "manifest.json"
HISTORY = "history.json"
NAME = r"[A-Za-z0-9_-][A-Za-z0-9._-]*"
"""Of a file or a folder in a pack: none leads out of it."""
_DEEPEST = 8

type Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
type Commit = Annotated[str, Field(pattern=r"^([0-9a-f]{40}|[0-9a-f]{64})$")]
type Part = Annotated[str, Field(pattern=rf"^{NAME}(/{NAME})*$")]


@dataclass(frozen=True, slots=True)
class Manifest:
    """manifest.json: every other file of a pack, by its digest."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    schema: Literal["harness/evidence/1"]
    commit: Commit
    """At which the repository stood."""
    about: str
    """An environment, a release, or `all`."""
    files: dict[Part, Sha256]


@dataclass(frozen=True, slots=True)
class Step:
    """One commit that changed an environment."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    commit: Commit
    at: str
    by: str
    subject: str
    release: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")]
    """What it ran from then on; empty for nothing."""
    file: str
    """Its file as that commit left it, in the pack; empty where the commit took it away."""


@dataclass(frozen=True, slots=True)
class History:
    """history.json: what an environment ran, newest first."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    environment: str
    commits: tuple[Step, ...]


def read_manifest(data: bytes, path: str) -> Manifest:
    """Return the manifest in a file.

    Raises:
        ContentError: It is none.
    """
    return build(Manifest, _json(data, path), lambda _place: Origin(path))


def read_history(data: bytes, path: str) -> History:
    """Return the history in a file.

    Raises:
        ContentError: It is none.
    """
    return build(History, _json(data, path), lambda _place: Origin(path))


def as_file(record: Manifest | History) -> bytes:
    """Return a record as its file."""
    return adapter(cast("Any", type(record))).dump_json(record, indent=1) + b"\n"


def _json(data: bytes, path: str) -> Json:
    try:
        return read_json(data.decode(), deepest=_DEEPEST, written=True)
    except (NotJsonError, UnicodeDecodeError) as error:
        raise ContentError(f"not part of an evidence pack: {error}", where=Origin(path)) from None
