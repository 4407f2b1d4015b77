"""Attesting: what a gate found, as a statement that somebody signs."""

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from harness.adapters.folder import Folder
from harness.adapters.git import Git
from harness.adapters.signing import ENVIRONMENT, KEY_LIMIT, PrivateKey, as_envelope, read_private
from harness.content.attestations import VERDICT_LIMIT, read_statement, read_verdict_digest
from harness.core.attestation import ENVELOPE_FILE, PAGES, PAYLOAD_TYPE, STATEMENT_FILE, VERDICT, Sources, Statement
from harness.core.errors import Origin, UsageError
from harness.core.tree import Tree
from harness.core.verdict import Verdict
from harness.flows.ci import run_url
from harness.flows.runs import read_verdict
from harness.flows.serving import served
from harness.flows.trees import World
from harness.report.attestation import as_statement

PREDICATE_FILE = "predicate.json"
SUBJECT_FILE = "subject"
_POLICY = "params.yaml"


class Attested(NamedTuple):
    """What was written, and what it says."""

    statement: Statement
    text: str
    """The statement as it stands in its file."""
    key: str
    """The id of the key that signed; empty where none did."""


def attest(world: World, run: Path, key: PrivateKey | None) -> Attested:
    """Write a run's statement into its folder, and with a key the signed envelope too.

    Raises:
        UsageError: There is no verdict, or it is not one on all pairs.
        ContentError: The verdict is damaged.
    """
    place = run / VERDICT
    verdict = read_verdict(place)
    if verdict.scope != "full":
        what = f"a {verdict.scope} verdict is not attested: it says nothing of the other cases"
        raise UsageError(what, hint="run `harness gate` without filters, or `harness merge` the shards")
    sources = Sources(
        verdict=read_verdict_digest(read_file(place, limit=VERDICT_LIMIT), str(place)),
        policy=_policy_of(world, verdict),
        url=run_url(world.environ),
        pages={name: page_digest(run / name) for name in PAGES if (run / name).exists()},
        release=_release_of(world, verdict.candidate),
    )
    text = as_statement(verdict, sources)
    statement = read_statement(text.encode(), str(place))
    _write(run / STATEMENT_FILE, text)
    if key:
        _write(run / ENVELOPE_FILE, as_envelope(PAYLOAD_TYPE, text.encode(), key))
    return Attested(statement, text, key.public.id if key else "")


def hand_over(done: Attested, run: Path, folder: Path) -> None:
    """Write predicate and subject apart, as `actions/attest` wants them to make the statement itself.

    What a key signed goes along with its verdict: by both a commit of the same content is released.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in (VERDICT, ENVELOPE_FILE) if done.key else ():
        shutil.copyfile(run / name, folder / name)
    _write(folder / PREDICATE_FILE, json.dumps(json.loads(done.text)["predicate"], indent=1) + "\n")
    _write(folder / SUBJECT_FILE, f"sha256:{done.statement.content}\n")


def signing_key(environ: Mapping[str, str], path: Path | None) -> PrivateKey | None:
    """Return the private key in a file, else the one in the environment, else None.

    Raises:
        UsageError: There is no such file, or the variable is empty, as CI leaves it for a secret that does not exist.
        ContentError: It is no private key.
        UnavailableError: The extra is not installed.
    """
    if path:
        return read_private(read_file(path, limit=KEY_LIMIT), Origin(str(path)))
    if ENVIRONMENT not in environ:
        return None
    if not environ[ENVIRONMENT].strip():
        raise UsageError(f"`{ENVIRONMENT}` is empty", hint="give it a key, or unset it to write the statement alone")
    return read_private(environ[ENVIRONMENT].encode(errors="replace"), Origin(ENVIRONMENT))


def page_digest(path: Path) -> str:
    """Return the SHA-256 of a page, as `sha256sum` prints it.

    Raises:
        ContentError: It is longer than a page can be, or not a plain file.
    """
    return hashlib.sha256(read_file(path, limit=VERDICT_LIMIT)).hexdigest()


def read_file(path: Path, *, limit: int) -> bytes:
    """Return the bytes of a plain file.

    Raises:
        UsageError: There is none.
        ContentError: It is longer than the limit, or not a plain file.
    """
    try:
        return Folder(path.parent).read(path.name, limit=limit)
    except FileNotFoundError:
        raise UsageError(f"there is no file {path}") from None


def _policy_of(world: World, verdict: Verdict) -> str:
    """Return git's digest of the policy that judged; empty where its tree is no commit that is here."""
    judge: Tree | None = verdict.base if verdict.policy == "base" else verdict.candidate
    if judge is None or not _here(world, judge):
        return ""
    return Git(world.root).tree(judge.commit, judge.label).fingerprint(_POLICY)


def _release_of(world: World, judged: Tree) -> str:
    """Return the digest of what serves of the tree that was judged; empty where it is no commit that is here."""
    return served(world, judged.commit).digest if _here(world, judged) else ""


def _here(world: World, tree: Tree) -> bool:
    git = Git(world.root)
    return bool(tree.commit) and not tree.dirty and git.top() is not None and bool(git.commit(tree.commit))


def _write(path: Path, text: str) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.write_text(text, encoding="utf-8")
    part.replace(path)
