"""Checking an evidence pack without a repository and without a network: by its digests, and a key from elsewhere."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from harness.adapters.archives import unpacked
from harness.adapters.folder import Folder
from harness.adapters.signing import PublicKey
from harness.content.authority import PATH as WAIVERS
from harness.content.environments import path_of, read_environment
from harness.content.packs import HISTORY, MANIFEST, History, Manifest, read_history, read_manifest
from harness.core.attestation import ENVELOPE_FILE, PAGES, VERDICT, Statement, UnprovenError
from harness.core.digest import short
from harness.core.errors import ContentError, Origin
from harness.core.release import FILE, PREFIX
from harness.flows.attest import read_file
from harness.flows.packs import ALL, ATTACHED, ENVIRONMENTS, README, RELEASES, RULES
from harness.flows.proofs import KEY, Proof, check_proof


def _one_of(*names: str) -> str:
    return f"({'|'.join(map(re.escape, names))})"


_PLACES = re.compile(
    f"{_one_of(README)}|{RULES}/{_one_of(Path(KEY).name, Path(WAIVERS).name)}|{ATTACHED}/[^/]+"
    f"|{RELEASES}/[^/]+/[^/]+/{_one_of(FILE, VERDICT, ENVELOPE_FILE, *PAGES)}"
)
LIMIT = 512 * 2**20
"""Bytes of a pack's files, all together."""


class Held(NamedTuple):
    """What a pack came to."""

    manifest: Manifest
    proven: Mapping[str, Statement]
    """The statement by which a gate let each release pass."""
    faults: tuple[str, ...]
    """What does not hold, in words."""


def check_pack(place: Path, key: PublicKey) -> Held:
    """Return what holds of a pack, and what does not.

    Args:
        place: A zip or a folder.
        key: Whose signature counts.

    Raises:
        UsageError: There is none.
        ContentError: It is none.
    """
    files = _files(place)
    if MANIFEST not in files:
        raise ContentError(f"there is no {MANIFEST}: this is no evidence pack", where=Origin(str(place)))
    manifest = read_manifest(files.pop(MANIFEST), f"{place}:{MANIFEST}")
    faults = [*_unlike(manifest, files)]
    proven: dict[str, Statement] = {}
    proofs = _proofs(files)
    for release, folders in proofs.items():
        found = dict(_checked(release, folders, key, files))
        held = {folder: one for folder, one in found.items() if isinstance(one, Statement)}
        if held:
            proven[release] = next(iter(held.values()))
        else:
            faults += map(str, found.values())
        faults += [fault for folder, one in found.items() for fault in _other_pages(folder, one, files)]
    histories, unread = _histories(files)
    faults += unread
    for path, said in histories.items():
        faults += _ran(path, said, files, proven)
    faults += _strangers(files, histories)
    if not _is_here(manifest.about, histories, proofs):
        faults.append(f"nothing here is about {manifest.about}")
    return Held(manifest, proven, tuple(faults))


def _files(place: Path) -> dict[str, bytes]:
    if not place.is_dir():
        return unpacked(read_file(place, limit=LIMIT), limit=LIMIT)
    folder, found, left = Folder(place), dict[str, bytes](), LIMIT
    for file in sorted(path for path in place.rglob("*") if path.is_symlink() or not path.is_dir()):
        path = file.relative_to(place).as_posix()
        found[path] = folder.read(path, limit=left)
        left -= len(found[path])
    return found


def _unlike(manifest: Manifest, files: Mapping[str, bytes]) -> Iterator[str]:
    """Yield in what the files are not those of the manifest."""
    for path in sorted(manifest.files.keys() | files.keys()):
        if path not in files:
            yield f"{path} is missing"
        elif path not in manifest.files:
            yield f"{path} does not belong to the pack"
        elif hashlib.sha256(files[path]).hexdigest() != manifest.files[path]:
            yield f"{path} is not the file that was packed"


def _proofs(files: Mapping[str, bytes]) -> dict[str, set[str]]:
    """Return the folders of verdicts, by release."""
    found: dict[str, set[str]] = {}
    for path in files:
        match path.split("/"):
            case [first, release, verdict, _] if first == RELEASES:
                found.setdefault(release, set()).add(f"{first}/{release}/{verdict}")
    return found


def _checked(
    release: str, folders: set[str], key: PublicKey, files: Mapping[str, bytes]
) -> Iterator[tuple[str, Statement | str]]:
    """Yield what each verdict on a release states, or why it does not hold."""
    for folder in sorted(folders):
        proof = Proof(*(files.get(f"{folder}/{name}", b"") for name in (FILE, VERDICT, ENVELOPE_FILE)))
        try:
            yield folder, check_proof(proof, key, release, f"{folder}/")
        except (UnprovenError, ContentError) as fault:
            yield folder, f"{fault.where or folder}: {fault.what}"


def _other_pages(folder: str, statement: Statement | str, files: Mapping[str, bytes]) -> Iterator[str]:
    """Yield the pages beside a verdict that were not signed: all, where the verdict is not."""
    signed = statement.pages if isinstance(statement, Statement) else {}
    for name in PAGES:
        data = files.get(f"{folder}/{name}")
        if data is not None and hashlib.sha256(data).hexdigest() != signed.get(name):
            yield f"{folder}/{name} is not the page that was signed"


def _histories(files: Mapping[str, bytes]) -> tuple[dict[str, History], list[str]]:
    """Return the histories of environments by path, and why others are none."""
    found, faults = dict[str, History](), list[str]()
    for path in sorted(files):
        match path.split("/"):
            case [first, name, last] if (first, last) == (ENVIRONMENTS, HISTORY):
                try:
                    found[path] = read_history(files[path], path)
                except ContentError as fault:
                    faults.append(f"{path}: {fault.what}")
                    continue
                if found[path].environment != name:
                    faults.append(f"{path} is the history of {found[path].environment}")
    return found, faults


def _strangers(files: Mapping[str, bytes], histories: Mapping[str, History]) -> Iterator[str]:
    """Yield what nothing here vouches for, and does not stand where only the manifest does."""
    steps = {step.file for said in histories.values() for step in said.commits}
    known = histories.keys() | {path for path in steps if path.startswith(f"{ENVIRONMENTS}/")}
    for path in sorted(files.keys() - known):
        if not _PLACES.fullmatch(path):
            yield f"{path} has no place in a pack"


def _is_here(about: str, histories: Mapping[str, History], releases: Iterable[str]) -> bool:
    digits = about.removeprefix(PREFIX).removeprefix("release/")
    named = {ALL, *(said.environment for said in histories.values())}
    return about in named or (bool(digits) and any(release.startswith(digits) for release in releases))


def _ran(path: str, said: History, files: Mapping[str, bytes], proven: Mapping[str, Statement]) -> Iterator[str]:
    """Yield in what the history of an environment contradicts its files, or ran what is not proven."""
    for step in said.commits:
        if step.file and _release(said.environment, files.get(step.file)) != step.release:
            yield f"{path}: {step.file} does not say that it ran {short(step.release) or 'nothing'}"
    for release in dict.fromkeys(step.release for step in said.commits if step.release):
        if release not in proven:
            yield f"{path}: {said.environment} ran release {short(release)}, of which there is no proof here"


def _release(name: str, data: bytes | None) -> str:
    """Return what an environment's file lets it run; nothing where it cannot be read, as its history says too."""
    try:
        return read_environment(data or b"", path_of(name)).release
    except ContentError:
        return ""
