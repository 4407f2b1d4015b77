"""Packing evidence: what proves what environments ran and that releases passed, in bytes that git decides."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from harness.adapters.git import Git
from harness.adapters.signing import PublicKey
from harness.adapters.tags import tagged, tags
from harness.content.attestations import ENVELOPE_LIMIT, VERDICT_LIMIT, read_envelope, read_statement
from harness.content.authority import PATH as WAIVERS
from harness.content.packs import HISTORY, MANIFEST, NAME, SCHEMA, History, Manifest, Step, as_file
from harness.content.yaml_reader import FILE_LIMIT
from harness.core.attestation import ENVELOPE_FILE, PAGES, VERDICT, Statement, UnprovenError
from harness.core.digest import short
from harness.core.errors import ContentError, UsageError
from harness.core.release import FILE, verdict_tag
from harness.flows.attest import read_file
from harness.flows.environments import environments, history
from harness.flows.promote import find_release
from harness.flows.proofs import KEY, proven, trusted_key
from harness.flows.release import commit_of
from harness.flows.trees import World
from harness.ports import Workspace
from harness.report.pack import Shown, as_page

README = "README.md"
RELEASES = "releases"
ENVIRONMENTS = "environments"
RULES = "rules"
ATTACHED = "attached"
ALL = "all"
"""What a pack of all environments is about."""
_LIMITS = {FILE: VERDICT_LIMIT, VERDICT: VERDICT_LIMIT, ENVELOPE_FILE: ENVELOPE_LIMIT}


class Asked(NamedTuple):
    """What a pack is about, and what git does not have."""

    what: str = ""
    """An environment, or a release by twelve digits or more; empty for all environments."""
    runs: Sequence[Path] = ()
    """Folders of runs, whose pages are taken if they were signed."""
    attached: Sequence[Path] = ()
    """Other files."""


def pack(world: World, asked: Asked) -> dict[str, bytes]:
    """Return the files of a pack by path: of the commit that is checked out, and the same in each clone that has it.

    Raises:
        UsageError: There is no such environment or release, or no such file.
        ContentError: A file of an environment is wrong.
    """
    git, head = Git(world.root), commit_of(world, "HEAD")
    tree = git.tree(head, head[:7])
    files, releases = _asked(world, git, asked.what)
    key, pages = _key(tree), _pages(asked.runs)
    shown = []
    for release in sorted(releases):
        found = dict(_release(git, release, pages))
        files |= found
        shown.append(_shown(git, key, release, found))
    files |= {f"{RULES}/{Path(path).name}": data for path in (KEY, WAIVERS) if (data := _maybe(tree, path))}
    attached = _attached(asked.attached)
    files |= attached
    about = asked.what or ALL
    files[README] = as_page(about, head, shown, sorted(attached)).encode()
    digests = {path: hashlib.sha256(data).hexdigest() for path, data in sorted(files.items())}
    return {MANIFEST: as_file(Manifest(SCHEMA, head, about, digests)), **files}


def _asked(world: World, git: Git, what: str) -> tuple[dict[str, bytes], set[str]]:
    """Return the files of environments, and the releases that they ran; or the one release that is asked for."""
    try:
        found = environments(world)
    except UsageError:
        if not what:
            raise
        found = {}
    if what and what not in found:
        return {}, {find_release(git, what)}
    files: dict[str, bytes] = {}
    releases: set[str] = set()
    for name in [what] if what else sorted(found):
        steps = []
        for version, release in history(world, name):
            path = f"{ENVIRONMENTS}/{name}/{short(version.commit)}.yaml" if version.data is not None else ""
            if version.data is not None:
                files[path] = version.data
            steps.append(Step(version.commit, version.at.isoformat(), version.by, version.subject, release, path))
            releases |= {release} - {""}
        files[f"{ENVIRONMENTS}/{name}/{HISTORY}"] = as_file(History(name, tuple(steps)))
    return files, releases


def _release(git: Git, release: str, pages: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """Yield what is kept on a release, proven or not."""
    for tag in tags(git, verdict_tag(release)):
        place, kept = f"{RELEASES}/{release}/{tag.rpartition('/')[2]}", tagged(git, tag)
        files = {name: data for name, limit in _LIMITS.items() if (data := _maybe(kept, name, limit))}
        if hashlib.sha256(files.get(FILE, b"")).hexdigest() != release:
            continue  # another release with the same twelve digits, or none
        yield from ((f"{place}/{name}", data) for name, data in files.items())
        for name, digest in _signed_pages(files.get(ENVELOPE_FILE, b"")).items():
            if name in PAGES and digest in pages:
                yield f"{place}/{name}", pages[digest]


def _shown(git: Git, key: PublicKey | None, release: str, files: Mapping[str, bytes]) -> Shown:
    try:
        statement: Statement | None = proven(git, key, release) if key else None
        result = "proven" if statement else "nothing here says whose signature counts"
    except (UnprovenError, ContentError) as fault:
        statement, result = None, fault.what
    signed = sorted(set(statement.pages) & set(PAGES)) if statement else []
    here = {Path(path).name for path in files}
    return Shown(
        release,
        result,
        [str(one) for one in statement.lifted] if statement else [],
        [name for name in signed if name in here],
        [name for name in signed if name not in here],
    )


def _signed_pages(envelope: bytes) -> Mapping[str, str]:
    """Return the digests of the pages that a statement names, signed or not; none of what is no statement."""
    try:
        return read_statement(read_envelope(envelope, ENVELOPE_FILE).payload, ENVELOPE_FILE).pages
    except ContentError:
        return {}


def _pages(runs: Sequence[Path]) -> dict[str, bytes]:
    """Return the pages of runs by their digest."""
    for run in runs:
        if not run.is_dir():
            raise UsageError(f"there is no run {run}")
    paths = (run / name for run in runs for name in PAGES)
    found = [read_file(path, limit=VERDICT_LIMIT) for path in paths if path.exists()]
    return {hashlib.sha256(data).hexdigest(): data for data in found}


def _attached(paths: Sequence[Path]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for path in paths:
        if not re.fullmatch(NAME, path.name) or f"{ATTACHED}/{path.name}" in found:
            raise UsageError(
                f"`{path.name}` is no name for a file in a pack", hint="rename it: a-z, 0-9, `.`, `_`, `-`"
            )
        found[f"{ATTACHED}/{path.name}"] = read_file(path, limit=VERDICT_LIMIT)
    return found


def _key(tree: Workspace) -> PublicKey | None:
    try:
        return trusted_key(tree, None)
    except UsageError:
        return None


def _maybe(tree: Workspace, path: str, limit: int = FILE_LIMIT) -> bytes:
    try:
        return tree.read(path, limit=limit)
    except FileNotFoundError:
        return b""
