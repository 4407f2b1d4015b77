"""Tags of git: names of commits, and of small trees of files that are kept beside the history."""

from collections.abc import Mapping, Sequence

from harness.adapters.git import Git, Tree


def tags(git: Git, name: str) -> Sequence[str]:
    """Return the tag of a name, or those below it, sorted."""
    return git.run("for-each-ref", "--format=%(refname:lstrip=2)", f"refs/tags/{name}").decode().split()


def message_of(git: Git, tag: str) -> str:
    """Return what a tag says of itself."""
    return git.run("for-each-ref", "--format=%(contents)", f"refs/tags/{tag}").decode(errors="replace")


def tagged(git: Git, tag: str) -> Tree:
    """Return the files that a tag names."""
    return git.tree(f"refs/tags/{tag}", tag)


def tag_files(git: Git, tag: str, message: str, files: Mapping[str, bytes]) -> None:
    """Keep files in git under a new tag.

    Raises:
        UnavailableError: There is such a tag, or git fails.
    """
    blobs = {name: _line(git.run("hash-object", "-w", "--stdin", feed=data)) for name, data in files.items()}
    listed = "".join(f"100644 blob {address}\t{name}\n" for name, address in blobs.items())
    tag_object(git, tag, message, _line(git.run("mktree", feed=listed.encode())))


def tag_object(git: Git, tag: str, message: str, address: str) -> None:
    """Name a commit, or another object, by a new tag.

    Raises:
        UnavailableError: There is such a tag, or git fails.
    """
    git.run("tag", "-a", "-m", message, tag, address)


def _line(said: bytes) -> str:
    return said.decode().strip()
