"""Which two trees are judged: the candidate, and the base it is held against."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.adapters.folder import Folder
from harness.adapters.git import Git
from harness.content.data_files import kept_by_dvc
from harness.content.suggest import did_you_mean
from harness.core.errors import UsageError
from harness.core.tree import Tree
from harness.core.words import named
from harness.ports import Workspace


@dataclass(frozen=True, slots=True)
class World:
    """Where and in which surroundings a command runs."""

    root: Path
    environ: Mapping[str, str]
    kept_at: Path | None = None
    """Where what a run leaves behind is kept, if not below the root: a scratch copy shares its origin's answers."""

    @property
    def state(self) -> Path:
        """The folder for everything that a run leaves behind."""
        return self.kept_at or self.root / ".harness"


@dataclass(frozen=True, slots=True)
class Trees:
    """The two trees; `base` is None when history has nothing to compare with."""

    candidate: Workspace
    candidate_name: Tree
    base: Workspace | None = None
    base_name: Tree | None = None
    why_no_base: str = ""
    changed: tuple[str, ...] = ()
    """The files in which the two differ, of those that a verdict rests on; functions are known later."""
    foreign: bool = False
    """Whether the candidate is a commit, which may be somebody else's."""


def find_trees(world: World, *, against: str = "", candidate: str = "", base_optional: bool = False) -> Trees:
    """Return the candidate and its merge base.

    Args:
        world: Its root is the top of the repository.
        against: The ref whose merge base with the candidate is the base; empty for CI's, origin's or main.
        candidate: The commit to judge; empty for the working tree.
        base_optional: Whether to go on without a base where nobody names one: neither `against` nor CI.

    Raises:
        UsageError: There is no such ref, no history that leads to it, or no repository.
    """
    git, working = Git(world.root), Folder(world.root)
    named = against or _named_by_ci(world)
    alone = base_optional and not named and not candidate
    if git.top() is None:
        if alone:
            return Trees(working, Tree("working tree"), why_no_base="not a git repository")
        raise UsageError(f"{world.root} is not in a git repository", hint="run `git init`, or judge with `--all`")
    head = git.commit(candidate or "HEAD")
    if not head and candidate:
        near = did_you_mean(candidate, _refs(git))
        raise UsageError(f"there is no commit `{candidate}`{near}", hint=_elsewhere(git, candidate, "--candidate"))
    ref = named or _default_ref(git)
    if not head and not ref:
        return Trees(working, Tree("working tree"), why_no_base="nothing is committed yet")
    judged = git.tree(head, candidate) if candidate else working
    dirty = not candidate and bool(git.run("status", "--porcelain"))
    name = Tree(candidate or "working tree", head, dirty=dirty)
    if ref:
        return _against(git, ref, judged, name)
    if alone:
        return Trees(judged, name, why_no_base=_NO_REF)
    raise UsageError(f"there is no base: {_NO_REF}", hint=_elsewhere(git, ref, "--against"))


_NO_REF = "neither `origin/HEAD` nor `main` exists"


def _named_by_ci(world: World) -> str:
    branch = world.environ.get("GITHUB_BASE_REF")
    return f"origin/{branch}" if branch else ""


def _default_ref(git: Git) -> str:
    """Return origin's default branch, else main."""
    return next((ref for ref in ("origin/HEAD", "main") if git.commit(ref)), "")


def _against(git: Git, ref: str, judged: Workspace, name: Tree) -> Trees:
    """Return a candidate with its merge base, or alone when the base would be itself and history ends there."""
    head, foreign = name.commit, not isinstance(judged, Folder)
    tip = git.commit(ref)
    if not tip:
        near = did_you_mean(ref, _refs(git))
        raise UsageError(f"there is no ref `{ref}` to compare with{near}", hint=_elsewhere(git, ref, "--against"))
    commit = git.merge_base(head, tip) if head else ""
    if not commit:
        raise UsageError(f"`{ref}` shares no history with the candidate", hint=_elsewhere(git, ref, "--against"))
    base = git.tree(commit, ref)
    changed = _changed_files(base, judged)
    if commit == head and not changed and not git.parents(head):
        why = "the clone is shallow, and ends at this commit" if git.shallow() else "the first commit has no parent"
        return Trees(judged, name, why_no_base=why, foreign=foreign)
    return Trees(judged, name, base, Tree(ref, commit), changed=changed, foreign=foreign)


def _elsewhere(git: Git, ref: str, option: str) -> str:
    """Return how to get the history of a ref, or else what there is; a clone of one branch does not fetch others."""
    if not git.run("remote"):
        return f"name another with `{option} REF`; branches and tags here: {named(_refs(git), 10)}"
    deeper = "--unshallow " if git.shallow() else ""
    branch = ref.removeprefix("origin/")
    what = "origin" if branch in {ref, "HEAD"} else f"origin {branch}:refs/remotes/{ref}"
    return f"run `git fetch {deeper}{what}`, or name another with `{option} REF`"


def _refs(git: Git) -> list[str]:
    return os.fsdecode(git.run("for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/tags")).split()


def _changed_files(one: Workspace, other: Workspace) -> tuple[str, ...]:
    """Return the paths in which two trees differ, sorted."""
    mine, theirs = files(one), files(other)
    return tuple(path for path in sorted(mine.keys() | theirs.keys()) if mine.get(path) != theirs.get(path))


def files(tree: Workspace) -> dict[str, str]:
    """Return the fingerprint of each file that a verdict rests on, but for functions.

    Of data that DVC keeps it is what the tree says of them, present or not.
    """
    kept = {path: md5 for path, (md5, _) in kept_by_dvc(tree).items()}
    paths = {"params.yaml", *tree.paths("prompts/"), *tree.paths("evalsets/")}
    return kept | {path: tree.fingerprint(path) for path in paths - kept.keys()}
