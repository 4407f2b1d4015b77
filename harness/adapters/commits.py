"""A change of one file as a commit on the branch that is checked out."""

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


def committer(git: Git) -> str:
    """Return the name under which commits are made."""
    return git.run("var", "GIT_COMMITTER_IDENT").decode(errors="replace").rpartition(" <")[0]
