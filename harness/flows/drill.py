"""The drill: each fault planted in a scratch copy of the repository, and judged as a pull request would be."""

import tempfile
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from harness.adapters.folder import Folder
from harness.adapters.git import Git
from harness.adapters.vault import DvcVault
from harness.content.tree import Content, read_tree
from harness.core.errors import ContentError, UsageError
from harness.core.verdict import Outcome, Verdict
from harness.drill.faults import Edits, Fault
from harness.drill.told import Planted
from harness.drill.tree import PARAMS, Tree
from harness.flows.agenda import Options
from harness.flows.gate import gate
from harness.flows.pairing import Progress
from harness.flows.side import Side
from harness.flows.suites import Profile
from harness.flows.trees import World

_FOLDERS = ("prompts/", "evalsets/")
_BASE = "base"
_WHO = ("-c", "user.name=drill", "-c", "user.email=drill@localhost", "-c", "commit.gpgsign=false")


async def drill(
    world: World, faults: Sequence[Fault], *, profile: Profile, progress: Progress
) -> AsyncIterator[Planted]:
    """Yield what the gate makes of each edit of the working tree, which is judged against the tree as it is.

    Answers are kept with the repository's own, so that a second drill asks nobody.

    Raises:
        ContentError: The working tree does not read.
    """
    with tempfile.TemporaryDirectory(prefix="harness-drill-") as folder:
        scratch = World(Path(folder), world.environ, kept_at=world.state)
        tree = _copy(world, scratch.root)
        git = Git(scratch.root)
        _begin(git)
        for fault in faults:
            edits = fault.plant(tree)
            if not edits:
                yield Planted(fault, "")
                continue
            _plant(git, fault.name, edits)
            yield await _judged(scratch, fault, profile, progress)
            git.run("checkout", "--quiet", "--force", _BASE)


async def _judged(scratch: World, fault: Fault, profile: Profile, progress: Progress) -> Planted:
    options = Options(against=_BASE, candidate=fault.name, profile=profile)
    try:
        verdict = (await gate(scratch, options, progress=progress)).verdict
    except (ContentError, UsageError) as error:
        return Planted(fault, "refused", {}, error.what)
    return Planted(fault, str(verdict.outcome), _by_suite(verdict), _why(verdict))


def _by_suite(verdict: Verdict) -> dict[str, str]:
    """Return the worst outcome of each suite; checks stand worst first."""
    found: dict[str, str] = {}
    for check in verdict.checks:
        found.setdefault(check.suite, str(check.outcome))
    return found


def _why(verdict: Verdict) -> str:
    worst = next((check for check in verdict.checks if check.outcome is not Outcome.PASSED), None)
    return f"{worst.suite} / {worst.prompt}: {worst.reason}" if worst else ""


def _copy(world: World, to: Path) -> Tree:
    """Copy what a verdict rests on, data of DVC as plain files, and return its texts."""
    folder = Folder(world.root)
    texts = _data(world, read_tree(folder, version=""), folder)
    code = Git(world.root).tracked("*.py")  # functions of cases and applications may stand anywhere
    for path in [PARAMS, *(path for start in _FOLDERS for path in folder.paths(start)), *code]:
        if path not in texts and not path.endswith(".dvc") and (world.root / path).is_file():
            texts[path] = (world.root / path).read_bytes()
    for path, data in texts.items():
        (to / path).parent.mkdir(parents=True, exist_ok=True)
        (to / path).write_bytes(data)
    return {path: data.decode("utf-8", errors="surrogateescape") for path, data in texts.items()}


def _data(world: World, content: Content, folder: Folder) -> dict[str, bytes]:
    """Return the evalsets that DVC keeps."""
    side = Side(folder, content, DvcVault(world.root), lambda _expect, _reference: ())
    found: dict[str, bytes] = {}
    for sources in content.sources.values():
        for source in sources:
            if source.md5:
                with side.open(source) as stream:
                    found[source.path] = stream.read()
    return found


def _begin(git: Git) -> None:
    git.run("init", "--quiet", "--initial-branch", _BASE)
    (git.root / ".git/info/exclude").write_text(".harness\n", encoding="utf-8")
    git.run("add", "--all")
    git.run(*_WHO, "commit", "--quiet", "--no-verify", "--message", "the tree as it is")


def _plant(git: Git, name: str, edits: Edits) -> None:
    git.run("checkout", "--quiet", "-b", name)
    for path, text in edits.items():
        if text is None:
            (git.root / path).unlink()
        else:
            (git.root / path).write_bytes(text.encode("utf-8", errors="surrogateescape"))
    git.run("add", "--all")
    git.run(*_WHO, "commit", "--quiet", "--no-verify", "--message", name)
