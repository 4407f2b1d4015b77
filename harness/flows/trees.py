"""Which two trees are judged: the candidate, and the base it is held against."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.adapters.folder import Folder
from harness.adapters.git import Git
from harness.content.tree import kept_by_dvc
from harness.core.errors import UsageError
from harness.core.verdict import Tree
from harness.ports import Workspace


@dataclass(frozen=True, slots=True)
class World:
    """Where and in which surroundings a command runs."""

    root: Path
    environ: Mapping[str, str]

    @property
    def state(self) -> Path:
        """The folder for everything that a run leaves behind."""
        return self.root / ".harness"


@dataclass(frozen=True, slots=True)
class Trees:
    """The two trees; `base` is None when history has nothing to compare with."""

    candidate: Workspace
    candidate_name: Tree
    base: Workspace | None = None
    base_name: Tree | None = None
    why_no_base: str = ""
    foreign: bool = False
    """Whether the candidate is a commit, which may be somebody else's."""


_FETCH = "run `git fetch origin`, or name the base with `--against REF`"


def find_trees(world: World, *, against: str = "", candidate: str = "", base_optional: bool = False) -> Trees:
    """Return the candidate and its merge base.

    Args:
        world: Its root is the top of the repository.
        against: The ref whose merge base with the candidate is the base; empty for CI's, origin's or main.
        candidate: The commit to judge; empty for the working tree.
        base_optional: Whether to go on without a base when none is named and none is found.

    Raises:
        UsageError: There is no such ref, or no repository.
    """
    git = Git(world.root)
    working = Folder(world.root)
    if git.top() is None:
        if base_optional and not against and not candidate:
            return Trees(working, Tree("working tree"), why_no_base="not a git repository")
        raise UsageError(f"{world.root} is not in a git repository", hint="run `git init`, or judge with `--all`")
    head = git.commit(candidate or "HEAD")
    if not head and candidate:
        raise UsageError(f"there is no commit `{candidate}`", hint="run `git fetch origin`")
    if not head:
        return Trees(working, Tree("working tree"), why_no_base="nothing is committed yet")
    judged = git.tree(head, candidate) if candidate else working
    name = Tree(candidate or "working tree", head)
    found = _find_base(git, world, head, against)
    if isinstance(found, str):
        if base_optional and not against:
            return Trees(judged, name, why_no_base=found, foreign=bool(candidate))
        raise UsageError(found, hint=_FETCH)
    base = git.tree(found.commit, found.label)
    if found.commit == head and not git.parents(head) and same_files(base, judged):
        return Trees(judged, name, why_no_base="the first commit has no parent", foreign=bool(candidate))
    return Trees(judged, name, base, found, foreign=bool(candidate))


def _find_base(git: Git, world: World, head: str, against: str) -> Tree | str:
    """Return the merge base, or why there is none."""
    ref = against or _default_ref(git, world)
    if not ref:
        return "there is no base: neither `origin/HEAD` nor `main` exists"
    tip = git.commit(ref)
    if not tip:
        return f"there is no ref `{ref}` to compare with"
    base = git.merge_base(head, tip)
    if not base:
        return f"`{ref}` shares no history with the candidate"
    return Tree(ref, base)


def _default_ref(git: Git, world: World) -> str:
    """Return CI's base branch, else origin's default branch, else main."""
    if branch := world.environ.get("GITHUB_BASE_REF"):
        return f"origin/{branch}"
    return next((ref for ref in ("origin/HEAD", "main") if git.commit(ref)), "")


def same_files(one: Workspace, other: Workspace) -> bool:
    """Return whether two trees agree in every file that a verdict rests on, byte for byte."""
    return all(mine == theirs for _, mine, theirs in _fingerprints(one, other))


def changed_files(one: Workspace, other: Workspace) -> list[str]:
    """Return the paths in which two trees differ, sorted."""
    return [path for path, mine, theirs in _fingerprints(one, other) if mine != theirs]


def _fingerprints(one: Workspace, other: Workspace) -> list[tuple[str, str, str]]:
    mine, theirs = _files(one), _files(other)
    return [(path, mine.get(path, ""), theirs.get(path, "")) for path in sorted(mine.keys() | theirs.keys())]


def _files(tree: Workspace) -> dict[str, str]:
    """Return the fingerprint of each file; of data that DVC keeps, what the tree says of them, present or not."""
    paths = ["params.yaml", *tree.paths("prompts/"), *tree.paths("evalsets/")]
    found = {path: tree.fingerprint(path) for path in paths}
    return found | {path: md5 for path, (md5, _) in kept_by_dvc(tree).items()}
