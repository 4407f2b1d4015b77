"""The bare git repository behind the fake, so that git and the API can never disagree."""

import os
import re
import subprocess
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

SHA = re.compile(r"[0-9a-f]{40}")
LONGEST_WORD = 64 * 1024
NOBODY = "0" * 40
"""What stands for a ref that is not there."""


class GitError(Exception):
    """Git refused; its words are the message."""


class Entry(NamedTuple):
    """One line of a tree."""

    mode: str
    kind: str
    sha: str
    size: int
    path: str


class Change(NamedTuple):
    """A file that differs between two commits."""

    path: str
    status: str
    """As GitHub says it: added, removed, modified or renamed."""
    sha: str
    additions: int
    deletions: int
    before: str = ""


class Person(NamedTuple):
    """Who made a commit, and when."""

    name: str
    email: str
    date: str


class Made(NamedTuple):
    """A commit as git has it."""

    sha: str
    tree: str
    parents: tuple[str, ...]
    author: Person
    committer: Person
    message: str


LETTERS = {"A": "added", "D": "removed", "M": "modified", "T": "changed", "R": "renamed"}


def surroundings(who: str = "GitHub", at: str = "2026-01-01T00:00:00Z") -> dict[str, str]:
    """Return an environment in which nobody's git configuration leaks in."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    person = {"NAME": who, "EMAIL": f"{who}@users.noreply.github.com", "DATE": at}
    told = {f"GIT_{role}_{part}": value for role in ("AUTHOR", "COMMITTER") for part, value in person.items()}
    return {**kept, **told, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "LC_ALL": "C.UTF-8"}


def _check_word(word: str) -> None:
    """Refuse what no program can be told."""
    try:
        told = os.fsencode(word)
    except UnicodeEncodeError as error:
        raise GitError("git takes no lone surrogates") from error
    if b"\0" in told or len(told) > LONGEST_WORD:
        raise GitError("git takes no NUL, and no word that long")


@lru_cache(maxsize=4096)
def _fact(repository: "Repository", words: tuple[str, ...]) -> str:
    return repository.git(*words)


@dataclass(frozen=True)
class Repository:
    """A bare repository, by git's plumbing."""

    path: Path

    @classmethod
    def create(cls, path: Path, *, branch: str = "main") -> "Repository":
        """Make an empty one."""
        made = cls(path)
        subprocess.run(
            ["git", "init", "-q", "--bare", "--template=", "-b", branch, str(path)],
            env=surroundings(),
            check=True,
            timeout=30,
        )
        for name in ("uploadpack.allowAnySHA1InWant", "uploadpack.allowFilter"):
            made.git("config", name, "true")
        return made

    def raw(self, *words: str, feed: bytes = b"", env: dict[str, str] | None = None) -> bytes:
        """Run git and return what it prints.

        Raises:
            GitError: It did not end well.
        """
        env = env or surroundings()
        for word in (str(self.path), *words, *env.values()):
            _check_word(word)
        done = subprocess.run(
            ["git", "-C", str(self.path), *words],
            input=feed,
            env=env,
            capture_output=True,
            check=False,
            timeout=30,
        )
        if done.returncode:
            raise GitError(done.stderr.decode(errors="replace").strip() or done.stdout.decode(errors="replace"))
        return done.stdout

    def git(self, *words: str, feed: bytes = b"", env: dict[str, str] | None = None) -> str:
        """Run git and return what it prints, as text without its last line end."""
        return self.raw(*words, feed=feed, env=env).decode(errors="surrogateescape").rstrip("\n")

    def fact(self, *words: str) -> str:
        """Return what git prints of objects named by their hashes, which is the same each time."""
        return _fact(self, words)

    def tip(self, ref: str) -> str:
        """Return what a full ref points to, or an empty string."""
        try:
            return self.git("rev-parse", "--verify", "--quiet", "--end-of-options", ref)
        except GitError:
            return ""

    def commit_of(self, name: str) -> str:
        """Return the commit that a branch, a tag, a ref or a hash means, or an empty string."""
        tried = (name,) if SHA.fullmatch(name) else (f"refs/heads/{name}", f"refs/tags/{name}", f"refs/{name}")
        if re.fullmatch(r"[0-9a-f]{7,39}", name):
            tried = (*tried, name)
        return next((found for one in tried if (found := self.tip(f"{one}^{{commit}}"))), "")

    def kind(self, sha: str) -> str:
        """Return the kind of an object, or an empty string."""
        try:
            return self.git("cat-file", "-t", sha) if SHA.fullmatch(sha) else ""
        except GitError:
            return ""

    def blob(self, sha: str) -> bytes:
        """Return a file's bytes."""
        return self.raw("cat-file", "blob", sha)

    def refs(self, prefix: str = "refs/") -> dict[str, str]:
        """Return all refs that begin so, sorted by name."""
        told = self.git("for-each-ref", "--format=%(objectname) %(refname)").splitlines()
        pairs = (line.split(" ", 1) for line in told)
        return {name: sha for sha, name in pairs if name.startswith(prefix)}

    def set_ref(self, ref: str, sha: str) -> None:
        """Point a ref somewhere, made where it was not."""
        self.git("update-ref", ref, sha)

    def drop_ref(self, ref: str) -> None:
        """Take a ref away."""
        self.git("update-ref", "-d", ref)

    def contains(self, later: str, earlier: str) -> bool:
        """Return whether one commit stands on another."""
        try:
            self.git("merge-base", "--is-ancestor", earlier, later)
        except GitError:
            return False
        return True

    def merge_base(self, one: str, other: str) -> str:
        """Return where two commits parted, or an empty string."""
        try:
            return self.fact("merge-base", one, other)
        except GitError:
            return ""

    def between(self, base: str, head: str) -> list[str]:
        """Return the commits of a head that a base lacks, oldest first."""
        return self.fact("rev-list", "--reverse", "--topo-order", f"{base}..{head}").split()

    def made(self, sha: str) -> Made:
        """Return a commit's facts."""
        form = "%H%x00%T%x00%P%x00%an%x00%ae%x00%aI%x00%cn%x00%ce%x00%cI%x00%B"
        parts = self.fact("show", "-s", f"--format={form}", sha).split("\0")
        return Made(
            parts[0], parts[1], tuple(parts[2].split()), Person(*parts[3:6]), Person(*parts[6:9]), parts[9].rstrip("\n")
        )

    def tree(self, treeish: str, *, deep: bool = False) -> list[Entry]:
        """Return the entries of a tree."""
        words = ["ls-tree", "-l", "-z", *(["-r", "-t"] if deep else []), treeish]
        found = []
        for line in self.git(*words).split("\0"):
            if line:
                head, path = line.split("\t", 1)
                mode, kind, sha, size = head.split()
                found.append(Entry(mode, kind, sha, int(size) if size.isdigit() else 0, path))
        return found

    def changes(self, base: str, head: str) -> list[Change]:
        """Return the files that differ between two commits."""
        counts = self._counts(base, head)
        words = self.fact("diff", "--raw", "-z", "-M", "--no-abbrev", base, head).split("\0")
        found, at = [], 0
        while at < len(words) - 1:
            _, _, before_sha, after_sha, letter = words[at].removeprefix(":").split()
            renamed = letter[0] in "RC"
            path = words[at + 2] if renamed else words[at + 1]
            added, removed = counts.get(path, (0, 0))
            sha = before_sha if letter == "D" else after_sha
            before = words[at + 1] if renamed else ""
            found.append(Change(path, LETTERS.get(letter[0], "modified"), sha, added, removed, before))
            at += 3 if renamed else 2
        return found

    def _counts(self, base: str, head: str) -> dict[str, tuple[int, int]]:
        words = self.fact("diff", "--numstat", "-z", "-M", base, head).split("\0")
        found, at = {}, 0
        while at < len(words) - 1:
            added, removed, path = words[at].split("\t", 2)
            if not path:
                path, at = words[at + 2], at + 2
            found[path] = (int(added), int(removed)) if added.isdigit() and removed.isdigit() else (0, 0)
            at += 1
        return found

    def patch(self, base: str, head: str, path: str) -> str:
        """Return the hunks of one file, as GitHub shows them."""
        told = self.raw("diff", "-M", base, head, "--", f":(literal){path}").decode(errors="replace")
        return told[told.index("@@") :].rstrip("\n") if "\n@@" in told else ""

    def merged(self, base: str, head: str) -> str:
        """Return the tree of two commits merged, or an empty string where they conflict."""
        try:
            return self.fact("merge-tree", "--write-tree", base, head).splitlines()[0]
        except GitError:
            return ""

    def commit(self, tree: str, parents: tuple[str, ...], message: str, env: dict[str, str] | None = None) -> str:
        """Make a commit of a tree and return it."""
        words = [word for parent in parents for word in ("-p", parent)]
        return self.git("commit-tree", tree, *words, feed=message.encode(errors="replace"), env=env)

    def replayed(self, base: str, head: str) -> str:
        """Return the last commit of a head rebased on a base, or an empty string where that conflicts."""
        onto = base
        for sha in self.between(base, head):
            made = self.made(sha)
            if len(made.parents) != 1:
                return ""
            ours = self.commit(self.git("rev-parse", f"{onto}^{{tree}}"), made.parents, "ours")
            tree = self.merged(ours, sha)
            if not tree:
                return ""
            author = dict(zip(("NAME", "EMAIL", "DATE"), made.author, strict=True))
            env = surroundings() | {f"GIT_AUTHOR_{part}": value for part, value in author.items()}
            onto = self.commit(tree, (onto,), made.message, env)
        return onto
