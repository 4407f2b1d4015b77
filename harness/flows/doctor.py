"""The doctor: a repository's settings on GitHub, and its files, against what the gate rests on."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from typing import NamedTuple

from harness.adapters.folder import Folder
from harness.adapters.git import Git
from harness.adapters.github import Client, GitHubSettings
from harness.content.environments import FOLDER as ENVIRONMENTS
from harness.core.diagnosis import Diagnosis, State
from harness.core.settings import Guard, Home, Kept, Known, Rules, Unknown
from harness.doctor.branch import Judge, of_branch, of_merging, of_queue
from harness.doctor.files import of_owners, of_waivers, of_workflows
from harness.doctor.places import (
    APP_ID,
    Declared,
    Found,
    app_of,
    needed,
    of_managers,
    of_place,
    of_scanning,
    of_shared,
    of_tokens,
)
from harness.doctor.tags import of_tags
from harness.doctor.unread import unread
from harness.flows.doctor_files import Decided, decided
from harness.flows.forges import account_of
from harness.flows.trees import World
from harness.ports import Workspace
from harness.report.check_run import NAME

GATE_PLACE = "llm-gate"
"""The environment out of which the verdict is spoken."""
SHARED_APP = 15368
"""GitHub's own App, as which the token of every workflow speaks."""
UNSEEN = (
    "the rules of the default branch",
    "the rules about the tags of releases",
    "environments and their secrets",
    "what job tokens may do",
    "merge methods and queue",
    "code scanning",
    "what is wrong with CODEOWNERS' names, and whether managers can write",
)
"""What files alone do not show."""


class Diagnosed(NamedTuple):
    """Everything that was looked at."""

    repository: str
    """Empty where there is none on GitHub."""
    files: str
    """Whose files they were."""
    diagnoses: tuple[Diagnosis, ...]

    @property
    def broken(self) -> bool:
        """Return whether a change could land without the check, or the check never pass."""
        return any(one.state is State.BROKEN for one in self.diagnoses)

    @property
    def unsure(self) -> bool:
        """Return whether something was asked for and not told."""
        return any(one.state is State.UNKNOWN for one in self.diagnoses)


def diagnose(world: World) -> Diagnosed:
    """Look at a repository: its settings where GITHUB_REPOSITORY says which, and its files in any case.

    Raises:
        UsageError: There is a repository, and no GITHUB_TOKEN to ask with.
        UnavailableError: GitHub does not answer, or does not show the repository.
        ContentError: The declared environments or a composite action cannot be understood.
    """
    if not world.environ.get("GITHUB_REPOSITORY"):
        files = decided(Folder(world.root), "main")
        return Diagnosed("", "working tree", tuple(_of_files(files, "main", ())))
    account = account_of(world.environ, hint="set it to a token that may read the repository's settings")
    with closing(GitHubSettings(Client(account))) as settings:
        home = settings.home()
        tip = settings.tip(home.branch)
        tree = _tree(world, tip)
        files = decided(tree, home.branch)
        errors = settings.owner_errors(home.branch)
        read = (*_place_of_files(home, tip, tree), *_of_files(files, home.branch, errors))
        delivers = bool(tree.paths(ENVIRONMENTS))
        tags = [of_tags(settings.tag_guards())] if delivers else []
        places = tuple(needed(files.declared, delivers=delivers))
        return Diagnosed(home.slug, tree.label, (*_live(world, settings, home, files, places), *tags, *read))


def _tree(world: World, tip: Known[str]) -> Workspace:
    """Return the default branch's files, or those of the working tree where its commit is not here."""
    git = Git(world.root)
    if not isinstance(tip, Unknown) and git.top() and git.commit(tip):
        return git.tree(tip, tip[:7])
    return Folder(world.root)


def _place_of_files(home: Home, tip: Known[str], tree: Workspace) -> Iterator[Diagnosis]:
    about = "files"
    if isinstance(tip, Unknown):
        yield unread(about, tip)._replace(risk="the files below are the working tree's")
    elif tree.label != tip[:7]:
        what = f"`{home.branch}` is at {tip[:7]}, which is not here: the files below are the working tree's"
        yield Diagnosis(about, State.UNKNOWN, what, remedy="git fetch, and ask again")
    else:
        yield Diagnosis(about, State.OK, f"those of `{home.branch}` at {tip[:7]}")


def _of_files(files: Decided, branch: str, errors: Known[tuple[str, ...]]) -> Iterator[Diagnosis]:
    yield from of_workflows(files.workflows, branch)
    yield from of_owners(files.unowned, errors)
    yield of_waivers(files.wrong, len(files.authority.waivers))


def _live(
    world: World, settings: GitHubSettings, home: Home, files: Decided, wanted: Sequence[Declared]
) -> Iterator[Diagnosis]:
    rulesets, shared = settings.rulesets(home.branch), settings.kept_by_all()
    rules = _rules(home.branch, rulesets, settings.protection(home.branch))
    places = _places(settings, {GATE_PLACE, *(one.name for one in wanted)})
    app = app_of(places[GATE_PLACE].kept, shared, told=world.environ.get(APP_ID, ""))
    yield from of_branch(rules, Judge(NAME, app, SHARED_APP))
    yield of_merging(home, rules)
    yield of_queue(rulesets, heard=files.workflows.hears_queue)
    for declared in wanted:
        yield from of_place(declared, places[declared.name], branch=home.branch, app=app != 0)
    yield of_shared(files.declared, shared)
    yield from of_tokens(settings.token_defaults())
    yield of_scanning(settings.scanning())
    yield from of_managers({login: settings.role(login) for login in sorted(files.authority.managers)})


def _rules(branch: str, *parts: Known[tuple[Guard, ...]]) -> Rules:
    guards = tuple(guard for part in parts if not isinstance(part, Unknown) for guard in part)
    return Rules(branch, guards, tuple(part for part in parts if isinstance(part, Unknown)))


def _places(settings: GitHubSettings, names: Iterable[str]) -> Mapping[str, Found]:
    """Return environments as they are; what one holds is asked of those alone that may be there."""
    places = settings.places()
    if isinstance(places, Unknown):
        return {name: Found(places, settings.kept(name)) for name in names}
    return {name: Found(places[name], settings.kept(name)) if name in places else Found(None, Kept()) for name in names}
