"""The workflow files of a repository, read from a commit's objects."""

from collections.abc import Mapping

from harness.adapters.git import Git
from harness.content.yaml_reader import FILE_LIMIT, read_yaml
from harness.core.errors import ContentError, Origin
from harness.ports import Workspace
from harness.workflows.keys import Source
from harness.workflows.nouns import Action, Environment, Workflow
from harness.workflows.reading import read_action, read_environments, read_workflow

FOLDER = ".github/workflows"
ENVIRONMENTS = ".github/environments.yaml"
"""The environments whose settings a repository declares."""
ACTIONS = ".github/actions"


def source(tree: Workspace, path: str) -> Source:
    """Return a YAML file of a tree.

    Raises:
        ContentError: It is not there, or no YAML.
    """
    try:
        document = read_yaml(tree.read(path, limit=FILE_LIMIT), path)
    except FileNotFoundError:
        raise ContentError("there is no such file", where=Origin(path)) from None
    return Source(path, document.value, document.origin)


def workflows(tree: Workspace) -> list[Workflow]:
    """Return the workflows of a tree."""
    paths = [path for path in tree.paths(FOLDER) if path.endswith((".yml", ".yaml"))]
    return [read_workflow(source(tree, path)) for path in paths]


def workflow_at(git: Git, commit: str, path: str) -> Workflow:
    """Return one workflow as a commit has it."""
    return read_workflow(source(git.tree(commit, commit), path))


def actions(tree: Workspace) -> Mapping[str, Action]:
    """Return the composite actions of a tree, by their folder."""
    paths = [path for path in tree.paths(ACTIONS) if path.endswith("/action.yml")]
    return {path.removesuffix("/action.yml"): read_action(source(tree, path)) for path in paths}


def environments(tree: Workspace) -> Mapping[str, Environment]:
    """Return the environments that a tree declares; none where it has no such file."""
    if not tree.fingerprint(ENVIRONMENTS):
        return {}
    return read_environments(source(tree, ENVIRONMENTS))
