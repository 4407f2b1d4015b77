"""A change of one file as a commit: on the branch that is checked out, or beside all branches."""

from collections.abc import Mapping

from harness.adapters.folder import Folder
from harness.adapters.git import Git
from harness.core.errors import HarnessError, UsageError


def commit_file(git: Git, path: str, data: bytes, message: str) -> str:
    """Write a file that is there, commit it and nothing else, and return the commit.

    Raises:
        UsageError: The file has changes that are not committed.
        UnavailableError: git refuses; the file is then as it was.
    """
    if git.run("status", "--porcelain", "--", path):
        raise UsageError(f"{path} has changes that are not committed", hint="commit them, or take them back")
    Folder(git.root).open(path).close()  # a plain file below the root
    place = git.root / path
    before = place.read_bytes()
    place.write_bytes(data)
    try:
        git.run("commit", "--quiet", "--only", "-m", message, "--", path)
    except HarnessError:
        place.write_bytes(before)
        raise
    return git.commit("HEAD")


def commit_onto(git: Git, parent: str, path: str, data: bytes, message: str) -> str:
    """Return a new commit that changes one file of another; no branch names it, and the checkout stays as it is."""
    blob = _line(git.run("hash-object", "-w", "--stdin", feed=data))
    return _line(git.run("commit-tree", _with(git, f"{parent}:", path, blob), "-p", parent, "-m", message))


def commit_files(git: Git, files: Mapping[str, bytes], message: str, parent: str = "") -> str:
    """Return a new commit of just these files, after another if there is one; no branch names it."""
    blobs = {name: _line(git.run("hash-object", "-w", "--stdin", feed=data)) for name, data in files.items()}
    listed = "".join(f"100644 blob {address}\t{name}\n" for name, address in sorted(blobs.items()))
    tree = _line(git.run("mktree", feed=listed.encode()))
    return _line(git.run("commit-tree", tree, *(("-p", parent) if parent else ()), "-m", message))


def _with(git: Git, folder: str, path: str, blob: str) -> str:
    """Return a tree like a folder's in which a path, which is there, names another blob."""
    name, _, below = path.partition("/")
    entries = git.run("ls-tree", "-z", folder).split(b"\x00")[:-1]
    for at, entry in enumerate(entries):
        head, _, found = entry.partition(b"\t")
        if found == name.encode():
            mode, kind, _ = head.decode().split(" ")
            new = _with(git, f"{folder}{name}/", below, blob) if below else blob
            entries[at] = f"{mode} {kind} {new}\t{name}".encode()
    return _line(git.run("mktree", "-z", feed=b"".join(entry + b"\x00" for entry in entries)))


def _line(said: bytes) -> str:
    return said.decode().strip()


def committer(git: Git) -> str:
    """Return the name under which commits are made."""
    return git.run("var", "GIT_COMMITTER_IDENT").decode(errors="replace").rpartition(" <")[0]
