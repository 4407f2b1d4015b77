"""Git by its command line: commits, merge bases, and a commit's tree as a workspace."""

import io
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple

from harness.adapters.folder import readable
from harness.core.errors import ContentError, Origin, UnavailableError, UsageError

_TIMEOUT = 60
_IMPATIENT = {"GIT_HTTP_LOW_SPEED_LIMIT": "1", "GIT_HTTP_LOW_SPEED_TIME": "10"}
"""A remote over HTTP that says nothing for so many seconds is given up."""
_ELSEWHERE = {"GIT_COMMON_DIR", "GIT_DIR", "GIT_INDEX_FILE", "GIT_NAMESPACE", "GIT_PREFIX", "GIT_WORK_TREE"}
"""Variables by which the git that runs a hook names its own repository, which need not be the one asked about."""
_OUTSIDE = b"not a git repository (or any"
"""What git says where no folder above is a repository; it has other words for one that it does not read."""


class Git:
    """One repository."""

    def __init__(self, root: Path, environ: Mapping[str, str] | None = None) -> None:
        """Name a folder inside a work tree, and what git's surroundings hold beside ours; nothing runs yet."""
        self.root = root
        self._environ = environ or {}

    def run(self, *words: str, maybe: bool = False, feed: bytes | None = None) -> bytes:
        """Return what a git command prints.

        Args:
            words: The command.
            maybe: Whether exit code 1 means that there is nothing to print, and no failure.
            feed: What it reads, if it does.

        Raises:
            UnavailableError: git is not installed, or failed.
        """
        done = self._start(*words, feed=feed)
        if maybe and done.returncode == 1:
            return b""
        if done.returncode:
            raise _failure(words[0], done.stderr)
        return done.stdout

    def _start(self, *words: str, feed: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
        command = ["git", "--no-optional-locks", "--no-replace-objects", "-C", str(self.root), *words]
        own = {name: os.environ[name] for name in os.environ.keys() - _ELSEWHERE}
        plainly = {**_IMPATIENT, **own, **self._environ, "LC_ALL": "C"}
        try:
            return subprocess.run(command, input=feed, env=plainly, capture_output=True, timeout=_TIMEOUT, check=False)
        except FileNotFoundError:
            raise UnavailableError("git is not available", hint="install git, and put it on PATH") from None
        except subprocess.TimeoutExpired:
            raise UnavailableError(f"git {words[0]} took longer than {_TIMEOUT} s") from None

    def top(self) -> Path | None:
        """Return the top folder of the work tree, or None outside of any repository.

        Raises:
            UnavailableError: There is a repository that git does not read.
        """
        said = self._inside("rev-parse", "--show-toplevel")
        return None if said is None else Path(os.fsdecode(said.removesuffix(b"\n")))

    def tracked(self, *patterns: str) -> Sequence[str]:
        """Return the paths in the index that git's patterns match; none outside of any repository.

        Raises:
            UnavailableError: There is a repository that git does not read.
        """
        said = self._inside("ls-files", "-z", "--", *patterns) or b""
        return [os.fsdecode(path) for path in said.split(b"\x00") if path]

    def _inside(self, *words: str) -> bytes | None:
        """Return what a git command prints, or None outside of any repository."""
        done = self._start(*words)
        if _OUTSIDE in done.stderr:
            return None
        if done.returncode:
            raise _failure(words[0], done.stderr)
        return done.stdout

    def commit(self, ref: str) -> str:
        """Return the commit that a ref names, or an empty string when there is none."""
        if ref.startswith("-"):
            raise UsageError(f"`{ref}` is not a ref")
        return self.run("rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}", maybe=True).decode().strip()

    def merge_base(self, one: str, other: str) -> str:
        """Return the best common ancestor of two commits, or an empty string when they share none."""
        return self.run("merge-base", one, other, maybe=True).decode().strip()

    def shallow(self) -> bool:
        """Return whether the clone lacks the older part of its history."""
        return self.run("rev-parse", "--is-shallow-repository").strip() == b"true"

    def parents(self, commit: str) -> Sequence[str]:
        """Return the parents of a commit."""
        return self.run("rev-list", "--parents", "-n", "1", commit).decode().split()[1:]

    def names(self, commit: str) -> Sequence[str]:
        """Return the paths of a commit's files, links and modules."""
        listed = self.run("ls-tree", "-r", "-z", "--name-only", "--full-tree", commit)
        return [os.fsdecode(path) for path in listed.split(b"\x00") if path]

    def tree(self, commit: str, label: str) -> "Tree":
        """Return a commit's files as a workspace, without checking anything out."""
        listed = self.run("ls-tree", "-r", "-z", "--full-tree", commit)
        entries: dict[str, _Entry] = {}
        for row in listed.split(b"\x00"):
            if row:
                head, name = row.split(b"\t", 1)
                mode, _, address = head.decode().split(" ")
                entries[name.decode("utf-8", errors="surrogateescape")] = _Entry(mode, address)
        return Tree(self, entries, label)

    def blobs(self, addresses: Sequence[str]) -> list[bytes]:
        """Return the bytes of blobs, in order, by one process."""
        feed = "".join(f"{address}\n" for address in addresses).encode()
        out = self._start("cat-file", "--batch", feed=feed).stdout
        found: list[bytes] = []
        at = 0
        for address in addresses:
            end = out.find(b"\n", at)
            head = out[at:end].split(b" ")
            if end < 0 or head[-1] == b"missing":
                hint = "run `git fetch --refetch`, or fetch without a filter"
                raise UnavailableError(f"git object {address} is missing", hint=hint)
            size = int(head[2])
            found.append(out[end + 1 : end + 1 + size])
            at = end + size + 2
        return found


def _failure(command: str, said: bytes) -> UnavailableError:
    """Return git's own words as an error, with the command that it advises as the hint."""
    what, _, more = said.decode(errors="replace").strip().partition("\n")
    advised = more.rpartition("\n")[2].strip()
    hint = f"run `{advised}`" if advised.startswith("git ") else " ".join(more.split())
    return UnavailableError(f"git {command} failed: {what}", hint=hint)


def _is_hidden(path: str) -> bool:
    return path.rsplit("/", 1)[-1].startswith(".") or path.endswith("~")


class _Entry(NamedTuple):
    mode: str
    address: str


class Tree:
    """A commit's files, read from git's objects."""

    def __init__(self, git: Git, entries: dict[str, _Entry], label: str) -> None:
        """Keep the listing; bytes are read when asked for."""
        self._git = git
        self._entries = entries
        self._bytes: dict[str, bytes] = {}
        self.label = label

    def paths(self, folder: str) -> Sequence[str]:
        """Return the files below a folder, sorted; see `ports.Workspace`."""
        path = folder.rstrip("/")
        if path in self._entries:
            self._check(path)
            raise ContentError("a folder is expected here", where=Origin(path))
        found = sorted(name for name in self._entries if name.startswith(f"{path}/") and not _is_hidden(name))
        for name in found:
            self._check(readable(name))
        return found

    def _check(self, path: str) -> _Entry:
        entry = self._entries.get(path)
        if entry is None:
            raise FileNotFoundError(path)
        if entry.mode == "120000":
            raise ContentError("a symbolic link", where=Origin(path), hint="put the file itself here")
        if not entry.mode.startswith("100"):
            raise ContentError("not a plain file", where=Origin(path))
        return entry

    def read(self, path: str, *, limit: int) -> bytes:
        """Return a file's bytes; see `ports.Workspace`."""
        entry = self._check(path)
        if entry.address not in self._bytes:
            self._fetch(path)
        data = self._bytes[entry.address]
        if len(data) > limit:
            raise ContentError(f"longer than {limit:,} bytes", where=Origin(path))
        return data

    def _fetch(self, path: str) -> None:
        """Read a file's blob, and with a prompt or a YAML file those beside it, since they will be asked for too."""
        folder, _, name = path.rpartition("/")
        start, end = ("prompts/", "") if path.startswith("prompts/") else (f"{folder}/", ".yaml")
        beside = [
            entry.address
            for other, entry in self._entries.items()
            if other.startswith(start) and name.endswith(end) and other.endswith(end) and entry.mode.startswith("100")
        ]
        wanted = list(dict.fromkeys([self._entries[path].address, *beside]))
        self._bytes.update(zip(wanted, self._git.blobs(wanted), strict=True))

    def open(self, path: str) -> BinaryIO:
        """Open a file as a stream; see `ports.Workspace`."""
        return io.BytesIO(self._git.blobs([self._check(path).address])[0])

    def fingerprint(self, path: str) -> str:
        """Return git's name for a file's bytes; see `ports.Workspace`."""
        entry = self._entries.get(path)
        return entry.address if entry else ""
